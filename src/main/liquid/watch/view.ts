import type { Transaction, WalletTx, WalletTxOut, Wollet } from 'lwk_wasm';
import { amount } from '../../../shared/money.ts';
import { parseTransaction } from '../transaction.ts';
import type { WalletView, WatchedCoin, WatchedTransaction } from './types.ts';

type OwnOutput = WatchedTransaction['outputs'][number];

/** Runs `use` on an object of LWK's and gives its memory back. */
export function using<T extends { free(): void }, R>(object: T, use: (object: T) => R): R {
  try {
    return use(object);
  } finally {
    object.free();
  }
}

const INTERNAL = 1;

/**
 * Everything that a wallet of LWK's knows. Coins are worked out here: LWK takes a coin for spent by a transaction that
 * the chain has dropped since.
 *
 * @param oneChain the same addresses serve for receiving and change; LWK takes such a chain for either
 */
export function viewOf(wollet: Wollet, policyAsset: string, oneChain: boolean): WalletView {
  const transactions: WatchedTransaction[] = [];
  const spent = new Set<string>();
  for (const tx of wollet.transactions()) {
    using(tx, (each) => {
      const read = readTx(each, policyAsset, oneChain);
      transactions.push(read.transaction);
      for (const point of read.spends) spent.add(point);
    });
  }
  const coins: WatchedCoin[] = transactions.flatMap(({ outputs, height }) =>
    outputs
      .filter(({ txid, vout }) => !spent.has(`${txid}:${vout}`))
      .map((output) => ({ ...output, height })),
  );
  const lastUsed: [number, number] = [-1, -1];
  for (const { outputs } of transactions) {
    for (const { chain, index } of outputs) lastUsed[chain] = Math.max(lastUsed[chain], index);
  }
  return { tip: tipOf(wollet), coins, transactions, lastUsed };
}

/** Null before the first scan. */
export function tipOf(wollet: Wollet): WalletView['tip'] {
  if (wollet.neverScanned()) return null;
  return using(wollet.tip(), (tip) => ({ height: tip.height(), hash: tip.hash() }));
}

function readTx(
  tx: WalletTx,
  policyAsset: string,
  oneChain: boolean,
): { transaction: WatchedTransaction; spends: string[] } {
  const bytes = using(tx.tx(), (raw: Transaction) => raw.bytes());
  const parsed = parseTransaction(bytes);
  const effects = using(tx.balance(), (balance) => balanceOf(balance.entries()));
  const fee = tx.fee();
  const outputs: OwnOutput[] = [];
  for (const option of tx.outputs()) {
    using(option, (one) => {
      const output = one.get();
      if (output) outputs.push(using(output, (each) => readOutput(each, oneChain)));
    });
  }
  const time = tx.timestamp();
  return {
    transaction: {
      txid: parsed.txid,
      hex: Buffer.from(bytes).toString('hex'),
      height: tx.height() ?? null,
      time: time === undefined ? null : time * 1000,
      type: typeOf(tx.txType(), effects, policyAsset, fee),
      fee,
      effects,
      outputs,
    },
    spends: parsed.inputs.map(({ txid, vout }) => `${txid}:${vout}`),
  };
}

function readOutput(output: WalletTxOut, oneChain: boolean): OwnOutput {
  const { txid, vout } = using(output.outpoint(), (point) => ({
    txid: using(point.txid(), String),
    vout: point.vout(),
  }));
  const opened = using(output.unblinded(), (secrets) => ({
    assetId: using(secrets.asset(), String),
    value: amount(secrets.value()),
    assetBlinder: secrets.assetBlindingFactor(),
    amountBlinder: secrets.valueBlindingFactor(),
  }));
  return {
    txid,
    vout,
    ...opened,
    script: using(output.scriptPubkey(), (script) => Buffer.from(script.bytes()).toString('hex')),
    chain: !oneChain && Number(output.extInt()) === INTERNAL ? 1 : 0,
    index: output.wildcardIndex(),
  };
}

/** Net amounts by asset; an asset that only moved within the wallet has none. */
export function balanceOf(entries: unknown): { assetId: string; value: bigint }[] {
  return [...(entries as Iterable<[unknown, bigint]>)]
    .map(([asset, value]) => ({ assetId: String(asset), value: BigInt(value) }))
    .filter(({ value }) => value !== 0n);
}

/** LWK tells issuances and burns; the rest it takes from signs that a coin moved within the wallet confuses. */
function typeOf(
  said: string,
  effects: readonly { assetId: string; value: bigint }[],
  policyAsset: string,
  fee: bigint,
): WatchedTransaction['type'] {
  if (said === 'issuance' || said === 'reissuance' || said === 'burn') return said;
  const [only] = effects;
  if (
    effects.length === 0 ||
    (effects.length === 1 && only?.assetId === policyAsset && only.value === -fee)
  ) {
    return 'internal';
  }
  if (effects.every(({ value }) => value > 0n)) return 'incoming';
  if (effects.every(({ value }) => value < 0n)) return 'outgoing';
  return 'other';
}

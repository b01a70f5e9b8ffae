import { randomBytes } from 'node:crypto';
import {
  EMPTY,
  NULL_FIELD,
  SIGHASH_ALL,
  WALLY,
  ZERO32,
  concat,
  explicitAsset,
  explicitValue,
  fromDisplay,
  fromHex,
  generatorOf,
  newInput,
  p2wsh,
  segwitSighash,
  serializeTransaction,
  toHex,
  wally,
} from '../../crypto/index.ts';
import type { Bytes, Transaction, TxOutput } from '../../crypto/index.ts';
import type { TestAccount, TestCoin } from './account.ts';
import { HARD } from './owner.ts';
import type { World } from './world.ts';

export interface Payment {
  /** Confidential address of this chain. */
  to: string;
  asset: string;
  value: bigint;
  /** Left unblinded. */
  explicit?: boolean;
}

export interface CosignForm {
  tx: string;
  blinding_nonces: string[];
  scripts: string[];
}

/** Base units. */
export const FEE = 500n;

/**
 * A payment signed by its owner and ready for Green: what is left over goes to a new address of the account, `change`
 * false leaves that out.
 */
export async function prepare(
  world: World,
  account: TestAccount,
  coins: readonly TestCoin[],
  payments: readonly Payment[],
): Promise<CosignForm> {
  const lbtc = world.backend.policyAsset;
  const left = new Map<string, bigint>();
  for (const coin of coins) left.set(coin.asset, (left.get(coin.asset) ?? 0n) + coin.value);
  for (const one of [...payments, { asset: lbtc, value: FEE }]) {
    left.set(one.asset, (left.get(one.asset) ?? 0n) - one.value);
  }
  const all: Payment[] = [...payments];
  for (const [asset, value] of left) {
    if (value > 0n) all.push({ to: (await account.address()).address, asset, value });
  }
  const { outputs, nonces } = await blinded(world, coins, all);
  outputs.push(plain(lbtc, FEE, EMPTY));
  nonces.push('');
  const tx: Transaction = {
    version: 2,
    locktime: 0,
    inputs: coins.map((coin) => newInput(fromDisplay(coin.txid), coin.vout, 0xfffffffe)),
    outputs,
  };
  signAsOwner(account, tx, coins);
  return {
    tx: toHex(serializeTransaction(tx)),
    blinding_nonces: nonces,
    scripts: coins.map((coin) => toHex(coin.at.witnessScript)),
  };
}

const DUMMY = concat(
  Uint8Array.of(0x30, 0x44, 0x02, 0x20),
  new Uint8Array(32).fill(0x7f),
  Uint8Array.of(0x02, 0x20),
  new Uint8Array(32).fill(0x7f),
  Uint8Array.of(SIGHASH_ALL),
);

/** Puts the owner's signatures in, and a place for Green's. */
export function signAsOwner(account: TestAccount, tx: Transaction, coins: readonly TestCoin[]): void {
  coins.forEach((coin, index) => {
    const input = tx.inputs[index];
    if (!input) return;
    const { witnessScript } = coin.at;
    const hash = segwitSighash(tx, index, witnessScript, coin.output.value, SIGHASH_ALL);
    const secret = account.owner.secret(HARD + 3, HARD + account.pointer, 1, coin.at.index);
    const compact = wally.ec_sig_from_bytes(secret, hash, WALLY.ECDSA | WALLY.GRIND_R);
    const signature = concat(wally.ec_sig_to_der(compact), Uint8Array.of(SIGHASH_ALL));
    input.script = concat(Uint8Array.of(34), p2wsh(witnessScript));
    input.witness = [EMPTY, DUMMY, signature, witnessScript];
  });
}

async function blinded(
  world: World,
  coins: readonly TestCoin[],
  payments: readonly Payment[],
): Promise<{ outputs: TxOutput[]; nonces: string[] }> {
  const tags = {
    assets: concat(...coins.map((coin) => fromDisplay(coin.asset))),
    blinders: concat(...coins.map((coin) => coin.assetBlinder)),
    generators: concat(...coins.map((coin) => generatorOf(coin.output.asset))),
  };
  const drafts = await Promise.all(
    payments.map(async (payment) => {
      const known = await world.amp.context.chain.address(payment.to);
      if (!known) throw new Error(`no address: ${payment.to}`);
      const hidden = payment.explicit !== true;
      return {
        ...payment,
        hidden,
        script: fromHex(known.script),
        blindingPubkey: fromHex(known.blindingKey),
        assetBlinder: hidden ? scalar() : ZERO32,
        amountBlinder: hidden ? scalar() : ZERO32,
      };
    }),
  );
  const hidden = drafts.filter((one) => one.hidden);
  const last = hidden.at(-1);
  if (last) {
    last.amountBlinder = Uint8Array.from(
      wally.asset_final_vbf(
        BigUint64Array.from([...coins, ...hidden].map((one) => one.value)),
        coins.length,
        concat(...[...coins, ...hidden].map((one) => one.assetBlinder)),
        concat(...[...coins, ...hidden.slice(0, -1)].map((one) => one.amountBlinder)),
      ),
    );
  }
  const outputs: TxOutput[] = [];
  const nonces: string[] = [];
  for (const one of drafts) {
    if (!one.hidden) {
      outputs.push(plain(one.asset, one.value, one.script));
      nonces.push('');
      continue;
    }
    const ephemeral = scalar();
    const { asset, value, nonce, rangeproof, surjectionProof } = await world.pool.blind({
      ...one,
      asset: fromDisplay(one.asset),
      ephemeral,
      seed: scalar(),
      tags,
    });
    outputs.push({ asset, value, nonce, script: one.script, rangeproof, surjectionProof });
    nonces.push(toHex(wally.ecdh_nonce_hash(one.blindingPubkey, ephemeral)));
  }
  return { outputs, nonces };
}

function plain(asset: string, value: bigint, script: Bytes): TxOutput {
  return {
    asset: explicitAsset(asset),
    value: explicitValue(value),
    nonce: NULL_FIELD,
    script,
    surjectionProof: EMPTY,
    rangeproof: EMPTY,
  };
}

/** Below the curve's order. */
function scalar(): Bytes {
  const bytes = new Uint8Array(randomBytes(32));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes;
}

export interface CosignAnswer {
  result: boolean;
  error: string;
  tx: string | null;
}

export async function cosign(world: Pick<World, 'green'>, form: CosignForm): Promise<CosignAnswer> {
  const response = await fetch(`${world.green.cosignUrl}/delayed_signature`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(form),
  });
  if (response.status !== 200) throw new Error(`HTTP ${response.status} ${await response.text()}`);
  return (await response.json()) as CosignAnswer;
}

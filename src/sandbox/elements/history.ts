import type { BlockInfo } from '../chain/index.ts';
import type { Transaction, TxOutput } from '../crypto/index.ts';
import { assetIdOf, isFee, prevTxid, valueOf } from '../crypto/index.ts';
import { encodeAddress } from './address.ts';
import { figure } from './json.ts';
import { feesByAsset } from './render.ts';
import type { Wallet } from './wallet.ts';
import type { TxRow } from './wallet-store.ts';

const ZERO_HASH = '0'.repeat(64);

/** What the wallet believes of one output. Unknown contents are minus one unit of asset zero, as in the node. */
interface Seen {
  asset: string;
  value: bigint;
  assetBlinder: string;
  amountBlinder: string;
}

/** A map of amounts as the node prints it: L-BTC always, and first. */
export function amountMap(
  policyAsset: string,
  amounts: ReadonlyMap<string, bigint>,
  keepZero = false,
): Record<string, unknown> {
  const out: Record<string, unknown> = { bitcoin: figure(amounts.get(policyAsset) ?? 0n) };
  for (const [asset, value] of amounts) {
    if (asset !== policyAsset && (value !== 0n || keepZero)) out[asset] = figure(value);
  }
  return out;
}

/** The wallet's view of one of its transactions. */
export class WalletTransactionView {
  readonly wallet: Wallet;
  readonly row: TxRow;
  readonly tx: Transaction;
  private readonly sent: Map<number, Seen>;

  constructor(wallet: Wallet, row: TxRow, tx: Transaction) {
    this.wallet = wallet;
    this.row = row;
    this.tx = tx;
    this.sent = new Map(
      wallet.store.sent(wallet.name, row.txid).map((one) => [
        one.vout,
        {
          asset: one.asset,
          value: one.value,
          assetBlinder: one.asset_blinder,
          amountBlinder: one.amount_blinder,
        },
      ]),
    );
  }

  private mine(vout: number): Seen | null {
    const own = this.wallet.output(this.row.txid, vout);
    if (own?.asset == null || own.value === null) return null;
    return {
      asset: own.asset,
      value: own.value,
      assetBlinder: own.asset_blinder ?? ZERO_HASH,
      amountBlinder: own.amount_blinder ?? ZERO_HASH,
    };
  }

  private seen(output: TxOutput, vout: number): Seen {
    const known = this.mine(vout) ?? this.sent.get(vout);
    if (known) return known;
    const value = valueOf(output.value);
    const asset = assetIdOf(output.asset);
    return {
      asset: asset ?? ZERO_HASH,
      value: value ?? -1n,
      assetBlinder: ZERO_HASH,
      amountBlinder: ZERO_HASH,
    };
  }

  get fromMe(): boolean {
    return this.row.from_me === 1;
  }

  /** In the policy asset; zero unless the wallet paid it. */
  get fee(): bigint {
    return this.fromMe ? (feesByAsset(this.tx).get(this.wallet.chain.policyAsset) ?? 0n) : 0n;
  }

  /** Credit less debit less fee, by asset. */
  net(): Map<string, bigint> {
    const net = new Map<string, bigint>();
    const add = (asset: string, value: bigint): void => {
      net.set(asset, (net.get(asset) ?? 0n) + value);
    };
    for (const [vout] of this.tx.outputs.entries()) {
      const own = this.mine(vout);
      if (own) add(own.asset, own.value);
    }
    if (this.row.coinbase === 0) {
      for (const input of this.tx.inputs) {
        const spent = this.wallet.output(prevTxid(input), input.vout);
        if (spent?.asset != null && spent.value !== null) add(spent.asset, -spent.value);
      }
    }
    if (this.fromMe) add(this.wallet.chain.policyAsset, this.fee);
    return net;
  }

  /** `category` of what a block paid to its maker. */
  private coinbaseCategory(): string {
    const confirmations = this.wallet.chain.confirmations(this.row.txid);
    if (confirmations < 1) return 'orphan';
    return confirmations > 100 ? 'generate' : 'immature';
  }

  details(): Record<string, unknown>[] {
    const sends: Record<string, unknown>[] = [];
    const receives: Record<string, unknown>[] = [];
    for (const [vout, output] of this.tx.outputs.entries()) {
      if (isFee(output)) continue;
      const own = this.wallet.store.owned(this.wallet.name, output.script) !== null;
      if (this.fromMe && this.wallet.isChange(output.script)) continue;
      const seen = this.seen(output, vout);
      const address = encodeAddress(output.script);
      const label = this.wallet.store.label(this.wallet.name, output.script);
      const entry = (category: string, value: bigint): Record<string, unknown> => ({
        ...(address === null ? {} : { address }),
        category,
        amount: figure(value),
        amountblinder: seen.amountBlinder,
        asset: seen.asset,
        assetblinder: seen.assetBlinder,
        ...(label === null ? {} : { label }),
        vout,
      });
      if (this.fromMe) {
        sends.push({
          ...entry('send', -seen.value),
          fee: figure(this.fee),
          abandoned: this.row.abandoned === 1,
        });
      }
      if (own && this.mine(vout)) {
        receives.push(entry(this.row.coinbase === 1 ? this.coinbaseCategory() : 'receive', seen.value));
      }
    }
    return [...sends, ...receives];
  }

  /** The members that gettransaction and the lists share. */
  status(): Record<string, unknown> {
    const { chain } = this.wallet;
    const { txid } = this.row;
    const at = chain.locate(txid);
    const block: BlockInfo | null = at?.kind === 'block' ? chain.store.block(at.hash) : null;
    const place =
      at?.kind === 'block' && block
        ? {
            confirmations: chain.tip.height - at.height + 1,
            ...(this.row.coinbase === 1 ? { generated: true } : {}),
            blockhash: at.hash,
            blockheight: at.height,
            blockindex: at.index,
            blocktime: block.time,
          }
        : {
            confirmations: this.conflictDepth(),
            ...(this.row.coinbase === 1 ? { generated: true } : {}),
            trusted: this.wallet.isTrusted(txid),
          };
    return {
      ...place,
      txid,
      walletconflicts: this.conflicts(),
      time: this.row.time,
      timereceived: this.row.time,
      'bip125-replaceable': this.replaceable(at?.kind ?? null),
      ...(this.row.comment === null ? {} : { comment: this.row.comment }),
      ...(this.row.comment_to === null ? {} : { to: this.row.comment_to }),
    };
  }

  private replaceable(where: 'block' | 'mempool' | null): string {
    if (where === 'block') return 'no';
    if (where === null) return 'unknown';
    return this.tx.inputs.some((input) => input.sequence < 0xfffffffe) ? 'yes' : 'no';
  }

  /** Transactions that spend an input of this one instead of it. */
  private conflicts(): string[] {
    if (this.row.coinbase === 1) return [];
    const found = new Set<string>();
    for (const input of this.tx.inputs) {
      const spender = this.wallet.chain.store.spender(prevTxid(input), input.vout);
      if (spender !== null && spender !== this.row.txid && this.wallet.store.tx(this.wallet.name, spender)) {
        found.add(spender);
      }
    }
    return [...found];
  }

  /** Minus the confirmations of a block that holds a conflicting transaction; 0 when there is none. */
  private conflictDepth(): number {
    let depth = 0;
    if (this.row.coinbase === 1) return 0;
    for (const input of this.tx.inputs) {
      const spender = this.wallet.chain.store.spender(prevTxid(input), input.vout);
      if (spender === null || spender === this.row.txid) continue;
      depth = Math.max(depth, this.wallet.chain.confirmations(spender));
    }
    return depth === 0 ? 0 : -depth;
  }
}

/** Null when the wallet does not know the transaction. */
export function viewOf(wallet: Wallet, txid: string): WalletTransactionView | null {
  const row = wallet.store.tx(wallet.name, txid);
  const tx = row ? wallet.chain.store.transaction(txid) : null;
  return row && tx ? new WalletTransactionView(wallet, row, tx) : null;
}

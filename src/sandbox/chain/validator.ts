import type { Proof, ProofPool, Transaction, TransactionSize } from '../crypto/index.ts';
import {
  AmountError,
  checkAmounts,
  concat,
  prevTxid,
  sha256,
  spendError,
  toHex,
  txidOf,
  wtxidOf,
} from '../crypto/index.ts';
import type { Chain } from './chain.ts';
import {
  COINBASE_MATURITY,
  RELAY_FEE_RATE,
  checkAlone,
  checkFinal,
  checkRelativeLocks,
  feeAt,
  feeOf,
} from './policy.ts';
import { Rejection } from './rejection.ts';
import type { Coin, Verdict } from './types.ts';

const IN_NE_OUT = ['bad-txns-in-ne-out', 'value in != value out'] as const;
const REMEMBERED = 5_000;

interface Found {
  size: TransactionSize;
  coins: Coin[];
}

/** The rules of the mempool, in the order in which the node applies them. */
export class Validator {
  private readonly chain: Chain;
  private readonly pool: ProofPool;
  /** Transactions whose amounts, proofs and signatures hold against the outputs named in the key. */
  private readonly sound = new Set<string>();

  constructor(chain: Chain, pool: ProofPool) {
    this.chain = chain;
    this.pool = pool;
  }

  fee(tx: Transaction): bigint {
    return feeOf(tx, this.chain.policyAsset);
  }

  /** Everything. Throws Rejection. */
  async check(tx: Transaction): Promise<Verdict> {
    const found = this.find(tx);
    const key = soundKey(tx, found.coins);
    const known = this.sound.has(key);
    if (!known) await this.checkProofs(tx, found.coins);
    const { verdict } = this.limits(tx, found.size);
    if (!known) {
      this.checkScripts(tx, found.coins);
      this.remember(key);
    }
    return verdict;
  }

  /** Everything but amounts, proofs and signatures, which do not change with the chain. */
  recheck(tx: Transaction): { verdict: Verdict; parents: Set<string> } {
    const found = this.find(tx);
    return this.limits(tx, found.size);
  }

  /** What a block needs of a transaction that the mempool need not know: whom it conflicts with there is no matter. */
  async checkForBlock(tx: Transaction): Promise<{ txid: string; fee: bigint }> {
    const { chain } = this;
    checkAlone(tx, chain.policyAsset);
    checkFinal(tx, chain.tip.height + 1, chain.medianTime());
    const coins = tx.inputs.map((input) => {
      const txid = prevTxid(input);
      const coin = chain.store.output(txid, input.vout);
      const spender = chain.store.spender(txid, input.vout);
      const spent = spender !== null && !chain.mempool.get(spender);
      if (!coin || coin.height < 0 || spent) throw new Rejection('bad-txns-inputs-missingorspent');
      return coin;
    });
    await this.checkProofs(tx, coins);
    this.checkScripts(tx, coins);
    return { txid: txidOf(tx), fee: this.fee(tx) };
  }

  private find(tx: Transaction): Found {
    const { chain } = this;
    const size = checkAlone(tx, chain.policyAsset);
    const height = chain.tip.height + 1;
    checkFinal(tx, height, chain.medianTime());
    const txid = txidOf(tx);
    const same = chain.mempool.get(txid);
    if (same) {
      throw new Rejection(
        same.wtxid === wtxidOf(tx) ? 'txn-already-in-mempool' : 'txn-same-nonwitness-data-in-mempool',
      );
    }
    for (const input of tx.inputs) {
      const spender = chain.store.spender(prevTxid(input), input.vout);
      if (spender !== null && chain.mempool.get(spender)) throw new Rejection('txn-mempool-conflict');
    }
    const coins: Coin[] = [];
    for (const input of tx.inputs) {
      const coin = chain.coin(prevTxid(input), input.vout);
      if (!coin) {
        const known = tx.outputs.some((_, vout) => chain.coin(txid, vout) !== null);
        throw new Rejection(known ? 'txn-already-known' : 'bad-txns-inputs-missingorspent');
      }
      coins.push(coin);
    }
    checkRelativeLocks(
      tx,
      coins.map((coin) => (coin.height < 0 ? height : coin.height)),
      height,
    );
    for (const coin of coins) {
      const depth = height - coin.height;
      if (coin.coinbase && depth < COINBASE_MATURITY) {
        throw new Rejection(
          'bad-txns-premature-spend-of-coinbase',
          `tried to spend coinbase at depth ${depth}`,
        );
      }
    }
    this.fee(tx);
    return { size, coins };
  }

  private async checkProofs(tx: Transaction, coins: readonly Coin[]): Promise<void> {
    let proofs: Proof[];
    try {
      proofs = checkAmounts(
        tx,
        coins.map((coin) => coin.output),
      );
    } catch (error) {
      if (error instanceof AmountError) throw new Rejection(...IN_NE_OUT);
      throw error;
    }
    const answers = await Promise.all(proofs.map((proof) => this.pool.verify(proof)));
    if (!answers.every(Boolean)) throw new Rejection(...IN_NE_OUT);
  }

  private limits(tx: Transaction, size: TransactionSize): { verdict: Verdict; parents: Set<string> } {
    const fee = this.fee(tx);
    const least = feeAt(size.discountVsize, RELAY_FEE_RATE);
    if (fee < least) throw new Rejection('min relay fee not met', `${fee} < ${least}`);
    const parents = this.chain.parentsOf(tx);
    this.chain.mempool.checkLimits(parents, size.vsize);
    return { verdict: { ...size, txid: txidOf(tx), wtxid: wtxidOf(tx), fee }, parents };
  }

  private checkScripts(tx: Transaction, coins: readonly Coin[]): void {
    for (const [index, coin] of coins.entries()) {
      const error = spendError(tx, index, coin.output);
      if (error !== null) throw new Rejection(`mempool-script-verify-flag-failed (${error})`);
    }
  }

  private remember(key: string): void {
    this.sound.add(key);
    if (this.sound.size > REMEMBERED) {
      const [oldest] = this.sound;
      if (oldest !== undefined) this.sound.delete(oldest);
    }
  }
}

function soundKey(tx: Transaction, coins: readonly Coin[]): string {
  const outputs = coins.map((coin) => concat(coin.output.asset, coin.output.value, coin.output.script));
  return `${wtxidOf(tx)}:${toHex(sha256(...outputs))}`;
}

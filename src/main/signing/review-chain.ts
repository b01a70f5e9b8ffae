import type { PsetFacts } from '../liquid/types.ts';
import type { RequestTransaction } from './payloads.ts';
import type { Faults } from './review-rules.ts';
import type { Known } from './review-types.ts';

/** A transaction of the request that could be read. */
export interface ReadTransaction {
  transaction: RequestTransaction;
  facts: PsetFacts;
}

/**
 * How the transactions of a request hang together: each is there once, no coin is spent by two of them, and one that
 * spends an output of another spends one that is there. Returns how many such links there are.
 */
export function reviewChain(transactions: readonly ReadTransaction[], faults: Faults): number {
  const byTxid = new Map<string, ReadTransaction>();
  const spentBy = new Map<string, number>();
  for (const each of transactions) {
    const { seq } = each.transaction;
    const same = byTxid.get(each.facts.txid);
    if (same) faults.add('transactions', `Transactions ${same.transaction.seq} and ${seq} are the same.`);
    byTxid.set(each.facts.txid, each);
    for (const { txid, vout } of each.facts.inputs) {
      const point = `${txid}:${vout}`;
      const other = spentBy.get(point);
      if (other !== undefined)
        faults.add('transactions', `Transactions ${other} and ${seq} both spend ${point}.`);
      spentBy.set(point, seq);
    }
  }
  let links = 0;
  for (const { transaction, facts } of transactions) {
    for (const [index, input] of facts.inputs.entries()) {
      const parent = byTxid.get(input.txid);
      if (!parent) continue;
      links += 1;
      const output = parent.facts.outputs.find(({ vout }) => vout === input.vout);
      const same =
        output?.script === input.script &&
        output.assetCommitment === input.assetCommitment &&
        output.valueCommitment === input.valueCommitment;
      if (!same)
        faults.add(
          'transactions',
          `Transaction ${transaction.seq}, input ${index + 1} is not the output of transaction ${parent.transaction.seq} that it names.`,
        );
    }
  }
  return links;
}

/** A batch that was signed before as another transaction would be paid twice, unless both spend a coin in common. */
export function reviewAgain(
  transactions: readonly ReadTransaction[],
  signed: NonNullable<Known['signed']>,
  faults: Faults,
): void {
  for (const { transaction, facts } of transactions) {
    for (const before of signed) {
      if (before.batchId !== transaction.batchId || before.txid === facts.txid) continue;
      const shared = facts.inputs.some(({ txid, vout }) => before.inputs.includes(`${txid}:${vout}`));
      if (!shared)
        faults.add(
          'again',
          `Transaction ${transaction.seq} was signed here as ${before.txid}; both could be paid.`,
        );
    }
  }
}

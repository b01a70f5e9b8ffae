import type { TreasuryLine } from '../../shared/contract/index.ts';
import { amount, formatGrouped, ZERO, type Amount } from '../../shared/money.ts';

export type Explanation = TreasuryLine['reconciliation']['explanations'][number];

export interface AmpFigures {
  issued: Amount;
  reissued: Amount;
  assigned: Amount;
  distributed: Amount;
  burned: Amount;
  locked: Amount;
  /** issued + reissued − assigned − distributed − burned − locked. */
  treasury: Amount;
}

/** A payment of this desk that is on chain and not in AMP's books yet. */
export interface Unreported {
  operationId: string;
  title: string;
  txid: string;
  amount: Amount;
}

/** A coin in the wallet that AMP's records give another origin than the treasury's own transactions. */
export interface StrayCoin {
  txid: string;
  vout: number;
  amount: Amount;
  origin: 'returned' | 'unknown';
}

export interface Evidence {
  unreported: readonly Unreported[];
  strays: readonly StrayCoin[];
  lostOutputs: readonly { txid: string; vout: number; amount: Amount | null }[];
}

/**
 * Compares AMP's books with the node, by the formula of AMP's “Transfer Restricted Assets” page: the treasury is issued
 * + reissued − assigned − distributed − burned − locked; the wallet still holds what is assigned and not yet
 * distributed, so it should show that much more. What remains is explained line by line from the evidence; what the
 * evidence does not cover is said to be unexplained.
 */
export function reconcile(
  node: Amount,
  amp: AmpFigures,
  evidence: Evidence,
  show: { precision: number; ticker: string },
): TreasuryLine['reconciliation'] {
  const text = (value: bigint): string => `${formatGrouped(value, show.precision)} ${show.ticker}`;
  const expected = amount(amp.treasury + amp.assigned);
  const difference = amount(node - expected);
  const explanations: Explanation[] = [];
  const explain = (line: Omit<Explanation, 'txid' | 'operationId'> & Partial<Explanation>): void => {
    explanations.push({ txid: null, operationId: null, ...line });
  };

  if (amp.assigned !== ZERO) {
    explain({
      kind: 'assigned',
      amount: amp.assigned,
      text: `${text(amp.assigned)} are assigned at AMP and not yet distributed: still in the wallet, already taken off AMP’s treasury.`,
    });
  }
  let accounted = 0n;
  for (const payment of evidence.unreported) {
    accounted -= payment.amount;
    explain({
      kind: 'unreported',
      amount: amount(-payment.amount),
      txid: payment.txid,
      operationId: payment.operationId,
      text: `“${payment.title}” has paid ${text(payment.amount)} on chain; AMP gets the report at the second confirmation.`,
    });
  }
  if (amp.locked !== ZERO) {
    accounted += amp.locked;
    explain({
      kind: 'locked',
      amount: amp.locked,
      text: `${text(amp.locked)} are locked by the issuer: AMP takes them off the treasury although the wallet has not lost them.`,
    });
  }
  // Coins of foreign origin explain a difference; where the books agree there is nothing to explain.
  for (const coin of difference === accounted ? [] : evidence.strays) {
    accounted += coin.amount;
    explain({
      kind: coin.origin === 'returned' ? 'returned' : 'unknown-transaction',
      amount: coin.amount,
      txid: coin.txid,
      text:
        coin.origin === 'returned'
          ? `${text(coin.amount)} came back to a treasury address; AMP’s formula has no term for returns.`
          : `${text(coin.amount)} arrived with a transaction that AMP has no record of.`,
    });
  }
  for (const lost of evidence.lostOutputs) {
    explain({
      kind: 'lost-output',
      amount: lost.amount ?? ZERO,
      txid: lost.txid,
      text: `AMP lost track of output ${lost.vout} of this transaction${lost.amount === null ? '' : ` (${text(lost.amount)})`}.`,
    });
  }
  const rest = amount(difference - accounted);
  if (rest !== ZERO) {
    explain({
      kind: 'unexplained',
      amount: rest,
      text: `${text(rest)} are not explained by anything the desk, the node or AMP can tell.`,
    });
  }

  if (difference === ZERO) {
    return { verdict: 'good', node, expected, difference, text: 'Agrees to the unit.', explanations };
  }
  if (rest === ZERO) {
    return {
      verdict: evidence.strays.some((coin) => coin.origin === 'unknown') ? 'attention' : 'waiting',
      node,
      expected,
      difference,
      text: `Differs by ${text(difference)}, all of it explained.`,
      explanations,
    };
  }
  return {
    verdict: 'wrong',
    node,
    expected,
    difference,
    text: `Differs by ${text(difference)}; ${text(rest)} of it is not explained.`,
    explanations,
  };
}

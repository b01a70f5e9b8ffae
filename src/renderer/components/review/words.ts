import type { Review, ReviewCheck } from '../../../shared/contract/index.ts';
import { counted, formatAmount } from '../../lib/format.ts';

const GROUP = 4;

/** How a review speaks of what it shows: a distribution pays holders, a plain payment pays recipients. */
export interface Manner {
  who: 'holder' | 'recipient';
  /** Where change goes. */
  back: string;
  /** What is compared with the one before. */
  what: 'distribution' | 'payment';
}
export const DISTRIBUTION: Manner = { who: 'holder', back: 'back to the treasury', what: 'distribution' };
export const TREASURY_PAYMENT: Manner = { who: 'recipient', back: 'back to the treasury', what: 'payment' };
/** At a signer, which may not know whether it signs for a treasury or for a custody wallet. */
export const PLAIN_PAYMENT: Manner = {
  who: 'recipient',
  back: 'back to where it comes from',
  what: 'payment',
};
export const WALLET_PAYMENT: Manner = { who: 'recipient', back: 'back to the wallet', what: 'payment' };

/** Eight groups of four digits, as they are compared by eye; however they came. */
export function fingerprintGroups(fingerprint: string): string[] {
  const digits = fingerprint.replace(/[^0-9a-f]/gi, '').toUpperCase();
  return digits.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
}

/** `12,500.00 ACME`; the name stands in for a ticker that is missing. */
export function totalWords(review: Pick<Review, 'asset' | 'total'>): string {
  const { asset, total } = review;
  return `${formatAmount(total, asset.precision)} ${asset.ticker ?? asset.name}`;
}

/** What signing does, as the button says it: “Sign payment of 12,500.00 ACME to 75 holders”. */
export function signWords(
  review: Pick<Review, 'asset' | 'total' | 'recipients'>,
  { who }: Manner = DISTRIBUTION,
): string {
  return `Sign payment of ${totalWords(review)} to ${counted(review.recipients, who)}`;
}

const ORDER: Record<ReviewCheck['verdict'], number> = { wrong: 0, attention: 1, waiting: 2, good: 3 };

/** What stops it first, then what wants a look, then what passed; each in the order in which it was checked. */
export function worstFirst(checks: readonly ReviewCheck[]): ReviewCheck[] {
  return [...checks].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
}

/** The checks in one sentence. */
export function checksSentence(checks: readonly ReviewCheck[]): string {
  const count = (of: ReviewCheck['verdict']): number => checks.filter(({ verdict }) => verdict === of).length;
  const wrong = count('wrong');
  const look = count('attention') + count('waiting');
  const passed = `${counted(count('good'), 'check')} passed`;
  if (wrong > 0) {
    return `${counted(wrong, 'check')} ${wrong === 1 ? 'stops' : 'stop'} it: nothing will be signed. ${passed}.`;
  }
  if (look > 0) return `${passed}, ${look} ${look === 1 ? 'wants' : 'want'} a look.`;
  return `${passed}: nothing was taken on trust.`;
}

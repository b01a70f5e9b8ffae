import type {
  CustodyAsset,
  CustodySpend,
  CustodyWallet,
  WalletBalance,
  WalletKeyKind,
  WalletKind,
} from '../../shared/contract/index.ts';
import { amount, type Amount } from '../../shared/money.ts';
import type { Meaning } from '../components/values/verdict.tsx';
import { counted, formatAmount } from './format.ts';

export const KIND_NAMES: Record<WalletKind, string> = {
  amp0: 'AMP0 account',
  amp2: 'AMP2 wallet',
  single: 'Plain Liquid',
};

/** The same where there is little room. */
export const KIND_SHORT: Record<WalletKind, string> = { amp0: 'AMP0', amp2: 'AMP2', single: 'Plain' };

export type Purpose = CustodyWallet['purpose'];

/** What a venue arranges wallets for, each explained in a line. */
export const PURPOSES: Record<Purpose, { name: string; help: string }> = {
  omnibus: { name: 'Omnibus', help: 'Holdings of many customers together; who owns what is in your books.' },
  user: { name: 'Per user', help: 'Holdings of one customer alone, named after its owner.' },
  hot: { name: 'Hot', help: 'For payments that go out during the day; kept small.' },
  cold: { name: 'Cold', help: 'For what is rarely moved, with its key away from this desk.' },
  fees: { name: 'Fees', help: 'L-BTC from which other wallets are topped up.' },
  own: { name: 'Own', help: 'Holdings of this house itself.' },
};

export const KEY_WORDS: Record<WalletKeyKind, string> = {
  keychain: 'In this desk’s secret store',
  jade: 'In a Jade',
  signer: 'At an air-gapped signer',
  none: 'Not here: the wallet is only watched',
};

/** Who has the other key of a wallet; null where nobody has. */
export const COSIGNERS: Record<WalletKind, string | null> = {
  amp0: 'Green',
  amp2: 'the AMP2 server',
  single: null,
};

/** What has to be typed before an asset is sent: its ticker, or the first six digits of its id where it has none. */
export function sendWord(asset: { ticker: string | null; assetId: string }): string {
  return asset.ticker ?? asset.assetId.slice(0, 6);
}

/** `12,500.00 ACME`; an asset without a ticker is named. */
export function amountWords(value: Amount, asset: CustodyAsset): string {
  return `${formatAmount(value, asset.precision)} ${asset.ticker ?? asset.name}`;
}

/** What a payment is, as a heading. */
export function spendHeading(spend: Pick<CustodySpend, 'total' | 'asset' | 'recipients'>): string {
  const { total, asset, recipients } = spend;
  return `Send ${amountWords(total, asset)} to ${counted(recipients.length, 'recipient')}`;
}

/** Whether a payment stands still until somebody does something. */
export function waitsForPerson(spend: Pick<CustodySpend, 'state' | 'waitsFor' | 'problem'>): boolean {
  if (spend.state !== 'open') return false;
  return spend.problem !== null || ['start', 'signer', 'jade'].includes(spend.waitsFor ?? '');
}

const RANK: Record<CustodyAsset['kind'], number> = { amp: 0, named: 1, unknown: 2, lbtc: 3 };

/** What is held of governed assets first, L-BTC last: it is there for fees. */
export function mainFirst<T extends { asset: CustodyAsset }>(rows: readonly T[]): T[] {
  return [...rows].sort(
    (a, b) => RANK[a.asset.kind] - RANK[b.asset.kind] || a.asset.name.localeCompare(b.asset.name),
  );
}

/** What can be sent now: confirmed, and not held for a payment under way. */
export function free(balance: Pick<WalletBalance, 'confirmed' | 'held'>): Amount {
  const left = balance.confirmed - balance.held;
  return amount(left < 0n ? 0n : left);
}

type State = CustodySpend['state'];
export const SPEND_STATE: Record<State, readonly [of: Meaning | 'neutral', word: string]> = {
  open: ['waiting', 'Open'],
  sent: ['waiting', 'Sent'],
  done: ['good', 'Done'],
  refused: ['wrong', 'Refused'],
  cancelled: ['neutral', 'Cancelled'],
};

/** The badge of a payment: an open one that failed somewhere wants a look. */
export function spendBadge(
  spend: Pick<CustodySpend, 'state' | 'problem' | 'waitsFor'>,
): readonly [of: Meaning | 'neutral', word: string] {
  if (spend.state === 'open' && spend.problem !== null) return ['attention', 'Needs you'];
  if (waitsForPerson(spend)) return ['waiting', 'Waits for you'];
  return SPEND_STATE[spend.state];
}

import type { CustodyEntry } from '../../../shared/contract/index.ts';

const WORDS: Record<CustodyEntry['type'], string> = {
  incoming: 'Received',
  outgoing: 'Sent',
  internal: 'Within',
  issuance: 'Issued',
  reissuance: 'Reissued',
  burn: 'Burned',
  other: 'Other',
};

/** What a transaction did to the wallet, in a word. */
export function entryWord(type: CustodyEntry['type']): string {
  return WORDS[type];
}

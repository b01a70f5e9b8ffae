import type { Review, ReviewRow } from '../../shared/contract/index.ts';
import type { WalletPolicy } from '../liquid/types.ts';
import type { SignRequest } from './payloads.ts';

/** What whoever checks knows by itself, not from the request. */
export interface Known {
  /** Id of the treasury or of the custody wallet. */
  treasuryId: string;
  policy: WalletPolicy;
  genesisHash: string;
  policyAsset: string;
  /** The last distribution or payment of the asset that was signed here. */
  last: { at: number; total: bigint; recipients: readonly { gaid: string | null; address: string }[] } | null;
  /** Most that a transaction may cost by the setting of whoever checks, base units of L-BTC; the lower ceiling counts. */
  feeCeiling?: bigint;
  /** What the asset was called when it was signed for here before: a lie about decimals would misread every amount. */
  asset?: { name: string; ticker: string | null; precision: number } | null;
  /**
   * What was signed here for batches of this request. Another transaction for the same batch is a second payment unless
   * it spends a coin of the first, so that only one of them can confirm.
   */
  signed?: readonly { batchId: string; txid: string; inputs: readonly string[] }[];
}

export interface Reviewed {
  review: Review;
  rows: ReviewRow[];
}

/** Checks a request by its own means. Never throws for what the request says: every fault is a check that is `wrong`. */
export type ReviewRequest = (request: SignRequest, known: Known) => Promise<Reviewed>;

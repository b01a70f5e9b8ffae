import type { ProofPool } from '../crypto/index.ts';
import type { BooksOptions } from './options.ts';
import type { Green } from './green/accounts.ts';
import type { IssuerPurse } from './issuer/purse.ts';
import type { ChainFollower } from './node/follower.ts';
import type { ChainView } from './node/chain.ts';
import type { Db } from './store/database.ts';

/** What the handlers of AMP's API work with. */
export interface Context {
  db: Db;
  chain: ChainView;
  follower: ChainFollower;
  green: Green;
  purse: IssuerPurse;
  pool: ProofPool;
  /** L-BTC of this chain, hex in display order. */
  policyAsset: string;
  /** Gives the purse L-BTC for another issuance. */
  refillPurse: () => Promise<void>;
  options: BooksOptions;
  /** Milliseconds since the epoch. */
  clock: () => number;
  /** `http://127.0.0.1:PORT/api` */
  baseUrl: string;
}

export { Chain } from './chain.ts';
export type { ChainOptions } from './chain.ts';
export {
  BLOCK_VERSION,
  EXTRA_ROOT,
  MAX_BLOCK_WITNESS,
  PARAMS_ROOT,
  SIGNBLOCK_SCRIPT,
  explicitOutput,
  headerMerkleRoot,
} from './block.ts';
export { openDatabase, Statements } from './database.ts';
export type { Db } from './database.ts';
export {
  MAX_MONEY,
  MAX_STANDARD_WEIGHT,
  RELAY_FEE_RATE,
  COINBASE_MATURITY,
  feeAt,
  forgotToBlind,
} from './policy.ts';
export { Rejection } from './rejection.ts';
export type { BlockInfo, ChainListener, Coin, Location, MempoolEntry, Verdict } from './types.ts';

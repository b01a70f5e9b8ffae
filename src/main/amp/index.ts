export { createAmpClient, type AmpClient } from './client.ts';
export type { AmpClientOptions } from './http.ts';
export type { AmpLogin, TokenStore } from './session.ts';
export { testAmp, type AmpTestOptions } from './test-amp.ts';
export type { AmpCoinOrder } from './script-file.ts';
export type {
  AmpAssetTx,
  AmpBurnReport,
  AmpIssuance,
  AmpIssueRequest,
  AmpPage,
  AmpReissuance,
  AmpReissueReport,
  AmpUtxo,
} from './areas/assets.ts';
export type { AmpManager } from './areas/people.ts';
export type * from './types.ts';

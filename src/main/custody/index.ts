export type { CustodyDeps, OfferedCustodyKeys } from './deps.ts';
export type { SpendsPort, WalletRecord, WalletsPort } from './types.ts';

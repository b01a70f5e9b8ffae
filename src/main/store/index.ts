/** The database of one profile: schema, transactions, audit chain, backup. */
export { openStore, type OpenStoreOptions } from './open.ts';
export { backupFolder } from './connection.ts';
export { canonicalJson } from './canonical.ts';
export type { AuditEntry, AuditInput, Migration, Store } from './types.ts';

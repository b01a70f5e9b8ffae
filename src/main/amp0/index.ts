export { isSameKey } from './base58.ts';
export { createAmp0Client } from './client.ts';
export type * from './types.ts';

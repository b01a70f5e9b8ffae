export { createAmp0Client } from './client.ts';
export type * from './types.ts';

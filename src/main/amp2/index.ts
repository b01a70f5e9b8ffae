export { createAmp2Client } from './client.ts';
export type * from './types.ts';

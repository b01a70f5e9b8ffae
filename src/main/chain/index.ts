/** Where custody wallets look at the chain: a server of Esplora's kind, or the desk's own node in its place. */
export { createChain, type ChainOptions } from './chain.ts';
export type * from './types.ts';

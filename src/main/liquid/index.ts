export { GREEN_ROOTS } from './green-roots.ts';
export { createLiquid } from './liquid.ts';
export type { LiquidOptions } from './liquid.ts';
export type * from './types.ts';
export type * from './watch/types.ts';
export { createWatch } from './watch/watch.ts';
export type { WatchOptions } from './watch/watch.ts';

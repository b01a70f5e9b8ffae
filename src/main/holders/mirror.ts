import type { Store } from '../store/types.ts';
import { createAssetMirror } from './mirror-assets.ts';
import { createCategoryMirror } from './mirror-categories.ts';
import { createHolderMirror } from './mirror-holders.ts';
import { createRegisterState } from './register.ts';

/**
 * The desk's copy of AMP's registers. Writing methods are called inside `store.tx`; those named `put…` and `forget…`
 * are for what the desk itself changed and mark it as newer than any list under way.
 */
export function createMirror(store: Store) {
  const state = createRegisterState(store);
  return {
    state,
    ...createHolderMirror(store, state),
    ...createCategoryMirror(store, state),
    ...createAssetMirror(store, state),
  };
}

export type Mirror = ReturnType<typeof createMirror>;

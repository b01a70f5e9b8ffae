export { createCategories } from './categories.ts';
export { createHolders, type RegisterDeps } from './holders.ts';
export { holdersImport } from './import-kind.ts';
export { createMirror, type Mirror } from './mirror.ts';
export { GAID_SHAPE, nameKey, sortKey } from './names.ts';
export { requireConfirmation, settle } from './settle.ts';
export { createSync } from './sync.ts';

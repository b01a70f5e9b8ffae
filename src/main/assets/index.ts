export { createAssets } from './assets.ts';

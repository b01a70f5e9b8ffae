export { assetConfirmation, createAssets } from './assets.ts';

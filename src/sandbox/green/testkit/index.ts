export { openWorld } from './world.ts';
export type { World } from './world.ts';
export { Client, Refused } from './client.ts';
export { TestOwner, expectedScript } from './owner.ts';
export type { LoginData } from './owner.ts';
export { TestAccount } from './account.ts';
export type { TestCoin } from './account.ts';
export { FEE, cosign, prepare, signAsOwner } from './payment.ts';
export type { CosignForm, Payment } from './payment.ts';

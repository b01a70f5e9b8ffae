export type { SigningDevice } from './device.ts';
export { beginLiquidTx, type LiquidTxFlow } from './sign-liquid-tx.ts';
export { signPsbt } from './sign-psbt.ts';

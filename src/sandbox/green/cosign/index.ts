export { Cosigner } from './cosigner.ts';
export { CosignRefusal } from './request.ts';
export type { Signing } from './sign.ts';

/** What crosses the air gap: pairing, signed and encrypted bundles, QR codes. */
export { createBundles, type Bundles, type BundlesDeps } from './bundles.ts';
export type { Apply, Carried, Post, Receiver, Sending } from './types.ts';

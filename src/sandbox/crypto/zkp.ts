import secp256k1zkp from '@vulpemventures/secp256k1-zkp';

/** The package is CommonJS: Node hands over its exports object, a bundler the function itself. */
type Loader = typeof secp256k1zkp;
const load = (secp256k1zkp as unknown as { default?: Loader }).default ?? secp256k1zkp;

export const zkp = await load();

import type { BlindingKey, Liquid, WalletPolicy } from '../liquid/types.ts';

/** What a check needs of a treasury or a custody wallet, whichever way its policy is written down. */
export interface PolicyFacts {
  keys: {
    fingerprint: string;
    /** Of the extended key, without `m/`. */
    path: string;
    /** Steps from the extended key to the address index, by chain. */
    branches: readonly (readonly number[])[];
  }[];
  /** SLIP-77 where it is text alone. */
  blinding: string | BlindingKey;
}

/** Throws DESCRIPTOR_INVALID or DESCRIPTOR_FOREIGN. */
export async function readPolicy(liquid: Liquid, policy: WalletPolicy): Promise<PolicyFacts> {
  if ('descriptor' in policy) {
    const { keys, blinding } = await liquid.readDescriptor(policy.descriptor, policy.network);
    return { keys, blinding };
  }
  return {
    keys: policy.keys.map(({ fingerprint, path }) => ({ fingerprint, path, branches: [[0], [1]] })),
    blinding: policy.masterBlindingKey,
  };
}

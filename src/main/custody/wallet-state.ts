import type { BlindingKey, DescriptorPolicy, Liquid, LiquidNetwork, WatchedWallet } from '../liquid/index.ts';
import type { ChainFacts } from './chain-facts.ts';
import type { Projection } from './projection.ts';
import type { WalletSecrets } from './wallet-secrets.ts';

/** A wallet as others work with it: its descriptor out of the secret store, read once while the profile is open. */
export interface WalletState {
  policy(id: string): Promise<DescriptorPolicy>;
  watched(id: string): Promise<WatchedWallet>;
  blinding(id: string): Promise<BlindingKey>;
  updates(id: string): () => readonly Uint8Array[];
  close(): void;
}

export function createWalletState(deps: {
  network: LiquidNetwork;
  liquid: Pick<Liquid, 'readDescriptor'>;
  secrets: WalletSecrets;
  facts: ChainFacts;
  projection: Projection;
}): WalletState {
  const { network, secrets, facts } = deps;
  const descriptors = new Map<string, string>();
  async function policy(id: string): Promise<DescriptorPolicy> {
    const descriptor = descriptors.get(id) ?? (await secrets.descriptor(id));
    descriptors.set(id, descriptor);
    return { network, descriptor };
  }
  return {
    policy,
    async watched(id) {
      const { descriptor } = await policy(id);
      return { id, network, policyAsset: await facts.policyAsset(), descriptor };
    },
    async blinding(id) {
      const { descriptor } = await policy(id);
      const { kind, key } = (await deps.liquid.readDescriptor(descriptor, network)).blinding;
      return { kind, key };
    },
    updates: (id) => () => deps.projection.updates(id),
    close: () => descriptors.clear(),
  };
}

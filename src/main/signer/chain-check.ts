import { SluiceError } from '../../shared/errors.ts';
import type { LiquidNetwork } from '../liquid/types.ts';

/** Chain and policy asset of the networks that everybody shares; a regtest has its own. */
const CHAINS: Partial<Record<LiquidNetwork, { genesisHash: string; policyAsset: string }>> = {
  liquidv1: {
    genesisHash: '1466275836220db2944ca059a3a10ef6fd2ea684b0688d2c379296888a206003',
    policyAsset: '6f0279e9ed041c3d710a9f57d0c02928416460c4b722ae3457a11eec381c526d',
  },
  liquidtestnet: {
    genesisHash: 'a771da8e52ee6ad581ed1e9a99825e5b3b7992225534eaa2ae23244fe26ab1c1',
    policyAsset: '144c654344aa716d6f3abcc1ca90e5641e4e2a7f633bc09fe3baf64585819a49',
  },
};

/** Throws BUNDLE_FOREIGN for a treasury or wallet of another network, or of a chain that is not this network's. */
export function checkChain(
  of: { network: LiquidNetwork; genesisHash: string; policyAsset: string },
  network: LiquidNetwork,
  what: 'treasury' | 'wallet',
): void {
  if (of.network !== network) {
    throw new SluiceError(
      'BUNDLE_FOREIGN',
      `That ${what} is on ${of.network}; this signer is for ${network}.`,
      { next: `Use a signer profile of the ${what}’s network.` },
    );
  }
  const chain = CHAINS[network];
  if (!chain) return;
  if (chain.genesisHash === of.genesisHash && chain.policyAsset === of.policyAsset) return;
  throw new SluiceError('BUNDLE_FOREIGN', `The desk’s node is not on the chain of ${network}.`, {
    next: 'Do not sign for it. Find out what node that desk is connected to.',
  });
}

/** Eight groups of four, as an id is compared by eye. */
export function grouped(id: string): string {
  return (id.slice(0, 32).match(/.{4}/g) ?? []).join(' ');
}

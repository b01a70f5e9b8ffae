import type { Amp0OwnerKeys } from '../../src/main/amp0/index.ts';
import type { Liquid, LiquidNetwork, Seed } from '../../src/main/liquid/index.ts';

/** Everything that Green is told of a seed's owner, and the accounts that the seed may have there. */
export async function amp0OwnerKeys(
  liquid: Liquid,
  seed: Seed,
  network: LiquidNetwork,
): Promise<{ owner: Amp0OwnerKeys; fingerprint: string; accounts: { pointer: number; xpub: string }[] }> {
  const { amp0, fingerprint, masterBlindingKey } = await liquid.custodyKeys(seed, network);
  const root = await liquid.amp0Root(amp0.masterXpub, network);
  const { accounts, ...keys } = amp0;
  return {
    owner: {
      ...keys,
      loginAddress: root.loginAddress,
      masterPubkey: root.pubkey,
      masterChainCode: root.chainCode,
      masterBlindingKey,
    },
    fingerprint,
    accounts,
  };
}

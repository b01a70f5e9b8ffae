import { createBundles, type Bundles } from '../../src/main/bundles/index.ts';
import { openStore, type Store } from '../../src/main/store/index.ts';
import { memorySecrets } from './test-signer.ts';

const ACTOR = { actor: 'test' };

export interface PairedSide {
  bundles: Bundles;
  store: Store;
  /** How this side knows the other. */
  peerId: string;
}

/** A desk and a signer that have compared their words, on databases in memory. */
export async function pairedBundles(clock: () => number = Date.now): Promise<{
  desk: PairedSide;
  signer: PairedSide;
}> {
  const side = (name: string, role: 'desk' | 'signer') => {
    const store = openStore(':memory:');
    const bundles = createBundles({
      store,
      secrets: memorySecrets(),
      profile: { name, role, network: 'regtest' },
      clock,
      emit: () => undefined,
    });
    return { store, bundles };
  };
  const desk = side('Front office', 'desk');
  const signer = side('Vault room', 'signer');
  const [deskCard, signerCard] = await Promise.all([
    desk.bundles.pairing.identity({}, ACTOR),
    signer.bundles.pairing.identity({}, ACTOR),
  ]);
  const known = await desk.bundles.pairing.add(signerCard, ACTOR);
  const knower = await signer.bundles.pairing.add(deskCard, ACTOR);
  return { desk: { ...desk, peerId: known.id }, signer: { ...signer, peerId: knower.id } };
}

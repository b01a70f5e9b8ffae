import { createBundles, type Bundles } from '../../src/main/bundles/index.ts';
import type { Liquid } from '../../src/main/liquid/index.ts';
import { createSigner, type SignerArea } from '../../src/main/signer/index.ts';
import { openStore } from '../../src/main/store/index.ts';
import type { Call } from './desk-calls.ts';
import { memorySecrets } from './bundles.ts';

const ACTOR = { actor: 'person at the signer' };
const NO_JADE = () => Promise.reject(new Error('no Jade is attached'));

/** An air-gapped signer with a database of its own, in this process: nothing but bundles goes to and fro. */
export interface PairedSigner {
  name: string;
  /** At the desk, and of the desk at the signer. */
  peerId: string;
  deskId: string;
  fingerprint: string;
  bundles: Bundles;
  service: SignerArea['service'];
  /** Takes in what the desk sent. */
  receive(content: string): Promise<void>;
  /** Signs the newest request that waits; the answer as a bundle. */
  sign(): Promise<string>;
  refuse(reason: string): Promise<string>;
  close(): void;
}

/** Makes a signer with these words, pairs it with the desk, and gives the desk its keys. */
export async function pairedSigner(
  desk: Call,
  liquid: Liquid,
  name: string,
  mnemonic: string,
): Promise<PairedSigner> {
  const store = openStore(':memory:');
  const secrets = memorySecrets();
  const bundles = createBundles({
    store,
    secrets,
    profile: { name, role: 'signer', network: 'regtest' },
    clock: Date.now,
    emit: () => undefined,
  });
  const { service, receivers } = createSigner({
    store,
    secrets,
    liquid,
    network: 'regtest',
    name,
    post: bundles.post,
    jade: { accounts: NO_JADE, signing: NO_JADE },
    seal: () => ({ sealed: true, stopped: 0 }),
    secretsKeptIn: () => Promise.resolve('memory'),
    feeCeiling: () => 100_000n,
    clock: Date.now,
    emit: () => undefined,
  });
  bundles.onBundle('treasury', receivers.treasury);
  bundles.onBundle('sign-request', receivers['sign-request']);
  const { fingerprint } = await service.restoreKey({ mnemonic }, ACTOR);

  const [atDesk, here] = [await desk('pairing.identity', {}), await bundles.pairing.identity({}, ACTOR)];
  const { id: peerId } = await desk('pairing.add', { card: here.card, words: here.words });
  const { id: deskId } = await bundles.pairing.add({ card: atDesk.card, words: atDesk.words }, ACTOR);
  const keys = await service.sendKeys({ peerId: deskId }, ACTOR);
  await desk('bundles.receive', { content: keys.content });

  async function newest() {
    const { rows } = await service.requests({ offset: 0, limit: 10 }, ACTOR);
    const waiting = rows.find(({ state }) => state === 'waiting');
    if (!waiting) throw new Error(`${name} has no request that waits.`);
    return waiting;
  }
  return {
    name,
    peerId,
    deskId,
    fingerprint,
    bundles,
    service,
    async receive(content) {
      await bundles.bundles.receive({ content }, ACTOR);
    },
    async sign() {
      const { id, ticker, assetName } = await newest();
      return (await service.sign({ id, confirm: ticker ?? assetName }, ACTOR)).content;
    },
    async refuse(reason) {
      return (await service.refuse({ id: (await newest()).id, reason }, ACTOR)).content;
    },
    close: () => store.close(),
  };
}

import type { Outgoing, Peer } from '../../src/shared/contract/index.ts';
import type { Carried, Post, Sending } from '../../src/main/bundles/types.ts';
import type { ProfileSecrets } from '../../src/main/keychain/types.ts';
import type { Liquid } from '../../src/main/liquid/types.ts';
import { createSigner, type AttachedJade, type SignerArea } from '../../src/main/signer/index.ts';
import { openStore, type Store } from '../../src/main/store/index.ts';
import type { SignRequest } from '../../src/main/signing/index.ts';
import { memorySecrets } from './bundles.ts';
import { SEEDS, type Treasury } from './sign-request.ts';

export const DESK: Peer = {
  id: 'desk-1',
  name: 'Front office',
  role: 'desk',
  words: '',
  pairedAt: 0,
  lastSent: 0,
  lastReceived: 0,
};
const ACTOR = { actor: 'test' };
const NO_JADE: AttachedJade = {
  accounts: () => Promise.reject(new Error('no Jade')),
  signing: () => Promise.reject(new Error('no Jade')),
};

export interface TestSigner extends SignerArea {
  store: Store;
  secrets: ProfileSecrets;
  sent: Sending[];
  clock: { now: number };
  receive(kind: keyof SignerArea['receivers'], payload: unknown, from?: Peer): Promise<string>;
  /** Everything in the database that says something was signed. */
  signed(): unknown[];
}

/** A signer on a database in memory, with a post that only notes what it was given. */
export function testSigner(liquid: Liquid, options: { jade?: AttachedJade; post?: Post } = {}): TestSigner {
  const clock = { now: 1_800_000_000_000 };
  const store = openStore(':memory:');
  const secrets = memorySecrets();
  const sent: Sending[] = [];
  const outgoing = (bundleId: string): Outgoing => ({
    bundleId,
    fileName: `${sent[Number(bundleId)]?.name}.sluice`,
    content: '',
    bytes: 0,
    frames: 1,
    seconds: 1,
    advice: 'file',
    adviceText: '',
  });
  const post: Post = options.post ?? {
    send(sending) {
      sent.push(sending);
      return Promise.resolve(outgoing(String(sent.length - 1)));
    },
    file: outgoing,
    peer: () => DESK,
    peers: () => [DESK],
  };
  const area = createSigner({
    store,
    secrets,
    liquid,
    network: 'regtest',
    name: 'Vault room',
    post,
    jade: options.jade ?? NO_JADE,
    seal: () => ({ sealed: true, stopped: 0 }),
    secretsKeptIn: () => Promise.resolve('memory'),
    feeCeiling: () => 100_000n,
    clock: () => clock.now,
    emit: () => undefined,
  });
  return {
    ...area,
    store,
    secrets,
    sent,
    clock,
    async receive(kind, payload, from = DESK) {
      const apply = await area.receivers[kind](payload, from, {
        id: 'bundle',
        createdAt: clock.now,
        expiresAt: clock.now + 3_600_000,
      });
      return store.tx(apply).sentence;
    },
    signed: () => [
      ...store.db.prepare('SELECT * FROM signer_signed').all(),
      ...sent.filter(({ kind, payload }) => kind === 'sign-result' && outcomeOf(payload) === 'signed'),
    ],
  };
}

function outcomeOf(payload: Carried): unknown {
  return (payload as { outcome?: unknown }).outcome;
}

/** The same signer with its key and a treasury that it signs for. */
export async function readySigner(liquid: Liquid, treasury: Treasury, seed = SEEDS[0]): Promise<TestSigner> {
  const signer = testSigner(liquid);
  await signer.service.restoreKey({ mnemonic: '', ...seed }, ACTOR);
  await signer.receive('treasury', treasuryBundle(treasury));
  return signer;
}

export function treasuryBundle({ policy, known }: Treasury) {
  return {
    network: policy.network,
    name: 'Vault',
    genesisHash: known.genesisHash,
    policyAsset: known.policyAsset,
    threshold: policy.threshold,
    masterBlindingKey: policy.masterBlindingKey,
    cosigners: policy.keys.map((key, index) => ({
      name: `Key ${index + 1}`,
      kind: 'signer' as const,
      ...key,
    })),
  };
}

/** A request as its receiver gets it: decoded, with bytes of its own. */
export function asReceived(request: SignRequest): unknown {
  return structuredClone(request);
}

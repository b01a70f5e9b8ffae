import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cosigner } from '../../shared/contract/index.ts';
import { memorySecrets } from '../../../test/support/bundles.ts';
import { SEEDS, treasuryDistribution, treasuryOf } from '../../../test/support/treasury-pset.ts';
import { SECRET } from '../keychain/index.ts';
import { createLiquid, type Liquid } from '../liquid/index.ts';
import { openStore } from '../store/index.ts';
import { cosignersSigner } from './cosigners.ts';
import { createSignatures } from './signatures.ts';

const NAMES = ['Front office', 'Vault room', 'CFO'];
const KINDS = ['keychain', 'signer', 'jade'] as const;
const WORDS = [SEEDS.abandon, SEEDS.legal, SEEDS.zoo];

let liquid: Liquid;
beforeAll(() => {
  liquid = createLiquid({ workers: 1 });
});
afterAll(() => liquid.close());

/** A two-of-three treasury with a batch that is built; nobody has signed it. */
async function waiting(words: string | null = SEEDS.abandon) {
  const policy = await treasuryOf(
    liquid,
    2,
    WORDS.map((mnemonic) => ({ mnemonic })),
  );
  const { pset } = await treasuryDistribution(liquid, policy);
  const store = openStore(':memory:');
  store.db.exec(
    `INSERT INTO operation (id, kind, origin, title, asset_uuid, asset_id, precision, signer, fee_rate, fee_ceiling,
       sequential, state, created_at, changed_at)
     VALUES ('o', 'distribute', 'allocation', 'May', 'u', 'a', 2, 'several', '0.1', 1000, 0, 'running', 1, 1);
     INSERT INTO batch (id, operation_id, seq, step, state, sentence) VALUES ('b', 'o', 1, 'built', 'running', '')`,
  );
  const secrets = memorySecrets();
  if (words !== null) await secrets.set(SECRET.treasuryMnemonic, words);
  const cosigners = policy.keys.map((key, n): Cosigner => ({
    ...key,
    kind: KINDS[n] ?? 'jade',
    name: NAMES[n] ?? '',
    peerId: n === 1 ? 'peer' : null,
  }));
  const signatures = createSignatures(store);
  const signer = cosignersSigner({
    threshold: 2,
    cosigners,
    store,
    signatures,
    secrets,
    liquid,
    network: 'regtest',
    clock: () => 1,
    peerName: () => 'Vault room',
    checkpoint: () => undefined,
  });
  return {
    ask: () => signer.sign({ operationId: 'o', batchId: 'b', pset }),
    signer,
    async signedBy(n: number) {
      const found = await liquid.signaturesOf(
        await liquid.signWithSeed(pset, { mnemonic: WORDS[n] ?? '' }, 'regtest'),
      );
      const fingerprint = cosigners[n]?.fingerprint ?? '';
      store.tx(() => signatures.keep('b', { fingerprint, how: 'test', at: 2 + n }, found));
    },
    refused(reason: string) {
      store.db.exec(
        `INSERT INTO signing_request (id, operation_id, peer_id, digest, state, reason, sent_at, expires_at)
         VALUES ('r', 'o', 'peer', 'd', 'refused', '${reason}', 1, 2);
         INSERT INTO signing_request_batch VALUES ('r', 'b')`,
      );
    },
    kept: () => signatures.of('b'),
  };
}

describe('signers of a treasury together', () => {
  it('sign with the key that is here, and say who else is missing', async () => {
    const { ask, kept } = await waiting();
    expect(await ask()).toMatchObject({
      state: 'waiting',
      sentence: 'Waiting for 1 of 2 signatures: Vault room (air-gapped signer), CFO (Jade).',
    });
    expect(kept()).toHaveLength(2);
    await ask();
    expect(kept()).toHaveLength(2);
  });

  it.each([
    ['the signer', [1]],
    ['the Jade', [2]],
    ['everybody', [1, 2]],
  ])('are enough with %s, and exactly as many signatures go in as are asked for', async (_who, others) => {
    const { ask, signedBy } = await waiting();
    await ask();
    for (const n of others) await signedBy(n);
    const answer = await ask();
    if (answer.state !== 'signed') throw new Error(answer.sentence);
    const found = await liquid.signaturesOf(answer.pset);
    expect(found).toHaveLength(4);
    expect(found.every(({ valid }) => valid)).toBe(true);
  });

  it('do without this desk’s key when the others sign', async () => {
    const { ask, signedBy } = await waiting(null);
    expect(await ask()).toMatchObject({
      sentence:
        'Waiting for 2 of 2 signatures: Front office (key of this desk), Vault room (air-gapped signer), CFO (Jade). The treasury key is not in this desk’s secret store.',
    });
    await signedBy(1);
    await signedBy(2);
    expect(await ask()).toMatchObject({ state: 'signed' });
  });

  it('tell a refusal as a problem, until there are enough without it', async () => {
    const { ask, signedBy, refused } = await waiting();
    refused('Wrong month.');
    await expect(ask()).rejects.toMatchObject({
      code: 'SIGNING_FAILED',
      message: '“Vault room” refused to sign: Wrong month.',
    });
    await signedBy(2);
    expect(await ask()).toMatchObject({ state: 'signed' });
  });
});

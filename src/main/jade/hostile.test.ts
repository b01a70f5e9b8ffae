import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedPorts, INFO, portTo, recordedJade, scriptedJade } from '../../../test/support/scripted-jade.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createJades } from './jades.ts';
import type { JadeSession } from './types.ts';

/** Anything that CBOR can carry. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.string({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 80 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.string({ maxLength: 10 }),
        fc.constantFrom(
          'descriptor',
          'signers',
          'variant',
          'sorted',
          'multisig_name',
          'http_request',
          'params',
        ),
      ),
      tie('value'),
      { maxKeys: 6 },
    ),
  ),
})).value;

/** Answers that nearly make sense. */
const nearly = fc.oneof(
  anything,
  fc.record({
    treasury: fc.oneof(
      fc.constant(null),
      fc.record({ variant: fc.constant('wsh(multi(k))'), sorted: fc.constant(true) }),
    ),
  }),
  fc.record({
    multisig_name: fc.oneof(fc.constant('treasury'), anything),
    descriptor: fc.record({
      variant: fc.constantFrom('wsh(multi(k))', 'sh(multi(k))'),
      sorted: fc.boolean(),
      threshold: fc.oneof(fc.integer(), anything),
      master_blinding_key: fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }), anything),
      signers: fc.oneof(
        anything,
        fc.array(
          fc.oneof(
            anything,
            fc.record({
              fingerprint: fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), anything),
              derivation: fc.oneof(fc.array(fc.integer(), { maxLength: 4 }), anything),
              xpub: fc.oneof(fc.string(), anything),
              path: fc.oneof(fc.constant([]), anything),
            }),
          ),
          { maxLength: 3 },
        ),
      ),
    }),
  }),
  fc.record({
    http_request: fc.record({
      params: fc.oneof(
        anything,
        fc.record({ urls: fc.array(fc.string()), method: fc.constant('POST'), data: anything }),
      ),
      'on-reply': fc.constantFrom('pin', 'ota'),
    }),
  }),
);

const psbt = (recordedJade('sign_psbt_pset')[0]?.map['params'] as { psbt: Uint8Array }).psbt;
const xpub = recordedJade('get_xpub_root')[1]?.map['result'];

const actions: Record<string, (session: JadeSession) => Promise<unknown>> = {
  device: (session) => session.device(),
  unlock: (session) => session.unlock(() => Promise.resolve({ data: 'x' })),
  xpub: (session) => session.xpub([0]),
  masterBlindingKey: (session) => session.masterBlindingKey(),
  multisigs: (session) => session.multisigs(),
  registerMultisig: (session) =>
    session.registerMultisig({
      name: 'treasury',
      threshold: 1,
      masterBlindingKey: '00'.repeat(32),
      signers: [{ fingerprint: 'e3ebcc79', derivation: [], xpub: '' }],
    }),
  address: (session) => session.address({ multisigName: 'treasury', paths: [[0, 0]] }),
  signPset: (session) => session.signPset(psbt),
  signLiquidTx: (session) =>
    session.signLiquidTx({
      txn: '00',
      inputs: [
        { path: [0], script: '51', valueCommitment: '08', pubkey: '02'.repeat(33), sighash: '00'.repeat(32) },
      ],
      commitments: [null],
      change: [null],
      genesisHash: '00'.repeat(32),
    }),
};

/** What may come out of each action when the device says nonsense. */
const sound: Partial<Record<string, (value: unknown) => boolean>> = {
  masterBlindingKey: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  address: (value) => typeof value === 'string',
  multisigs: (value) => Array.isArray(value),
  signPset: (value) => value instanceof Uint8Array,
};

describe('a device that answers nonsense', () => {
  it.each(Object.keys(actions))('is refused in words by %s', async (action) => {
    const run = actions[action];
    if (!run) throw new Error('No such action.');
    await fc.assert(
      fc.asyncProperty(fc.array(nearly, { minLength: 1, maxLength: 5 }), async (replies) => {
        let next = 0;
        const device = scriptedJade(
          ({ method }) => {
            if (method === 'ping' || method === 'get_version_info') return null;
            // The wallet's name is known in the end, so that the actions come to what they are about.
            if (method === 'get_xpub' && action !== 'xpub' && action !== 'device') return [{ result: xpub }];
            next += 1;
            return next > 20
              ? [{ error: { code: -32000, message: 'enough' } }]
              : [{ result: replies[next % replies.length] }];
          },
          { info: () => ({ ...INFO, JADE_STATE: action === 'unlock' ? 'LOCKED' : 'READY' }) },
        );
        const jades = createJades({
          ports: fixedPorts(portTo('a', () => device)),
          network: 'liquid',
          antiExfil: {
            commit: () => Promise.resolve(new Uint8Array(32)),
            verify: () => Promise.resolve(false),
          },
        });
        const session = await jades.open('a');
        try {
          const value = await run(session);
          expect(sound[action]?.(value) ?? true).toBe(true);
        } catch (error) {
          if (!(error instanceof SluiceError)) throw error;
        } finally {
          await jades.close();
        }
      }),
      { numRuns: 200 },
    );
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CosignRefusal } from './cosign/index.ts';
import { readRequest } from './cosign/request.ts';
import { PROCEDURES } from './session.ts';
import { Client, Refused, TestAccount, cosign, openWorld } from './testkit/index.ts';
import type { CosignForm, World } from './testkit/index.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(async () => {
  await world.close();
});

const wild = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer({ min: -2, max: 20 }),
  fc.constantFrom('p2wsh', 'custom', '2of2_no_recovery', '', '__proto__'),
);

describe('wild input', () => {
  it('to any procedure, logged in or not, is refused in words or answered', async () => {
    const known = await TestAccount.create(world);
    const stranger = await Client.welcomed(world);
    const names = [...Object.keys(PROCEDURES), 'constructor', 'toString', '__proto__', 'no.such'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(wild, { maxLength: 6 }),
        fc.boolean(),
        async (name, args, loggedIn) => {
          const call = (loggedIn ? known.client : stranger).call(name, ...args);
          const words = await call.then(
            () => 'answered',
            (error: unknown) => (error instanceof Refused ? error.message : `broken: ${String(error)}`),
          );
          expect(words).not.toMatch(/^broken|Internal error/);
          expect(words).not.toBe('');
        },
      ),
      { numRuns: 300 },
    );
    expect((await known.address()).index).toBeGreaterThan(0);
  });

  it('to the cosigner is refused in words', async () => {
    const hex = fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    const form = fc.record(
      {
        tx: fc.oneof(hex, wild),
        blinding_nonces: fc.oneof(fc.array(fc.oneof(hex, wild), { maxLength: 3 }), wild),
        scripts: fc.oneof(fc.array(fc.oneof(hex, wild), { maxLength: 3 }), wild),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(form, wild), async (body) => {
        const answer = await cosign(world, body as CosignForm);
        expect(answer).toEqual({
          result: false,
          error: expect.stringMatching(/^Invalid/) as string,
          tx: null,
        });
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.string(), (body) => {
        expect(() => readRequest(body)).toThrow(CosignRefusal);
      }),
    );
  });
});

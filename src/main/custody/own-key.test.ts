import { describe, expect, it } from 'vitest';
import type { Jades, JadeSession } from '../jade/index.ts';
import type { Liquid } from '../liquid/index.ts';
import { ownKey } from './own-key.ts';

/** One device after the other on the same port. */
function jades(...fingerprints: string[]): Jades {
  return {
    open: () => {
      const fingerprint = fingerprints.shift() ?? '';
      return Promise.resolve({
        fingerprint: () => Promise.resolve(fingerprint),
        xpub: (path: readonly number[]) =>
          Promise.resolve(`${fingerprint} ${path.map((step) => step % 2 ** 31).join('/')}`),
        masterBlindingKey: () => Promise.resolve('ab'.repeat(32)),
        close: () => Promise.resolve(),
      } as unknown as JadeSession);
    },
  } as unknown as Jades;
}

const keyOf = (network: 'liquidv1' | 'regtest', ...fingerprints: string[]) =>
  ownKey(
    {
      liquid: {} as Liquid,
      network,
      jades: jades(...fingerprints),
      offeredKeys: () => Promise.reject(new Error()),
    },
    { kind: 'jade', port: 'usb' },
  );

describe('the key in a Jade', () => {
  it.each([
    ['regtest', 'a 87/1/3'],
    ['liquidv1', 'a 87/0/3'],
  ] as const)('has AMP2’s accounts of %s', async (network, xpub) => {
    const key = await keyOf(network, 'a', 'a');
    expect((await key.amp2(3)).xpub).toBe(xpub);
  });

  it('is not mixed with that of another Jade', async () => {
    const key = await keyOf('regtest', 'a', 'b');
    await expect(key.amp2(0)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

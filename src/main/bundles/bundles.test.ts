import { describe, expect, it } from 'vitest';
import { openPost, pair } from '../../../test/support/bundles.ts';

describe('two profiles', () => {
  it('talk to each other', async () => {
    const desk = openPost('Acme', 'desk');
    const vault = openPost('Vault', 'signer');
    const { a, b } = await pair(desk, vault);
    const out = await desk.post.send({
      kind: 'treasury',
      to: b.id,
      payload: { n: 5n, big: 2n ** 60n, bytes: new Uint8Array([1, 2]), list: ['a', null, true] },
      subject: 'wallet:x',
      name: 'treasury Zürich/..',
      hours: 1,
    });
    expect(out.fileName).toBe('treasury-Zurich.sluice');
    const got = await vault.bundles.receive({ content: out.content }, vault.who);
    expect(got).toMatchObject({ kind: 'treasury', from: 'Acme' });
    expect(vault.applied[0]).toMatchObject({
      payload: { n: 5, big: 2n ** 60n, bytes: new Uint8Array([1, 2]), list: ['a', null, true] },
      from: { id: a.id },
    });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { openPost, pair, type TestPost } from '../../../test/support/bundles.ts';
import type { Peer } from '../../shared/contract/index.ts';
import { fileNameOf, outgoingOf } from './outgoing.ts';
import type { Carried, Sending } from './types.ts';

let desk: TestPost;
let vault: TestPost;
let toVault: Peer;
let toDesk: Peer;
beforeEach(async () => {
  desk = openPost('Acme', 'desk');
  vault = openPost('Vault', 'signer');
  ({ a: toDesk, b: toVault } = await pair(desk, vault));
});

const sending = (change: Partial<Sending> = {}): Sending => ({
  kind: 'sign-request',
  to: toVault.id,
  payload: { title: 'Dividend' },
  subject: 'operation:7',
  name: 'pay-AG31-200-unsigned',
  hours: 48,
  ...change,
});
const listOf = async (post: TestPost, search?: string) =>
  post.bundles.list({ offset: 0, limit: 100, ...(search === undefined ? {} : { search }) }, post.who);

describe('what is sent', () => {
  it('arrives as it was, whatever it carries', async () => {
    const payload: Carried = {
      amount: 2_100_000_000_000_000n,
      most: 2n ** 64n - 1n,
      least: -(2n ** 63n),
      bytes: new Uint8Array([0, 255]),
      nested: [[], {}, null, true, false, '', 'Zoë Ünal ☂'],
      'a key that is longer than twenty-three bytes': 1,
    };
    const out = await desk.post.send(sending({ payload }));
    const received = await vault.bundles.receive({ content: out.content }, vault.who);
    expect(received).toEqual({
      kind: 'sign-request',
      bundleId: out.bundleId,
      from: 'Acme',
      sentence: 'Took in sign-request.',
      goTo: null,
    });
    expect(vault.applied).toMatchObject([
      { payload: { ...payload, amount: 2_100_000_000_000_000 }, from: { id: toDesk.id, name: 'Acme' } },
    ]);
    expect(vault.events.map(({ name }) => name)).toContain('bundles.changed');
  });

  it.each([
    ['a fraction', 0.5],
    ['nothing known', undefined],
    ['a date', new Date(0)],
    ['more than 64 bits', 2n ** 64n],
    [
      'itself',
      (() => {
        const loop: unknown[] = [];
        loop.push(loop);
        return loop;
      })(),
    ],
  ])('is not made of %s', async (_what, payload) => {
    await expect(desk.post.send(sending({ payload: payload as Carried }))).rejects.toThrow(TypeError);
    expect(desk.post.peer(toVault.id).lastSent).toBe(0);
    expect((await listOf(desk)).total).toBe(0);
  });

  it('is given out again unchanged, numbered, listed and audited', async () => {
    const first = await desk.post.send(sending({ actor: 'window' }));
    await desk.post.send(sending({ kind: 'treasury', name: 'treasury' }));
    expect(desk.bundles.file({ id: first.bundleId }, desk.who)).toEqual(first);
    expect(desk.post.file(first.bundleId)).toEqual(first);
    expect(() => desk.post.file('0'.repeat(32))).toThrow(/No such bundle/);
    expect((await listOf(desk)).rows).toMatchObject([
      { seq: 2, kind: 'treasury', fileName: 'treasury.sluice', state: 'sent', peerName: 'Vault' },
      {
        id: first.bundleId,
        seq: 1,
        kind: 'sign-request',
        direction: 'sent',
        bytes: first.bytes,
        at: desk.time.now,
        expires: desk.time.now + 48 * 3_600_000,
      },
    ]);
    expect([...desk.store.auditAll()].find(({ type }) => type === 'bundle.sent')).toMatchObject({
      subject: 'operation:7',
      actor: 'window',
      data: { bundle: first.bundleId, to: 'Vault', kind: 'sign-request', seq: 1 },
    });
  });

  it('cannot be read by anybody but its receiver', async () => {
    const { content } = await desk.post.send(sending({ payload: 'Dividend of Zoë Ünal' }));
    expect(Buffer.from(content, 'base64').includes('Dividend')).toBe(false);
    expect(desk.store.db.serialize().includes('Dividend of')).toBe(false);
  });

  it('goes to nobody who is not paired', async () => {
    await expect(desk.post.send(sending({ to: 'f'.repeat(32) }))).rejects.toMatchObject({
      code: 'PEER_UNKNOWN',
    });
  });

  it('may be sent many at once', async () => {
    const sent = await Promise.all(Array.from({ length: 5 }, () => desk.post.send(sending())));
    for (const { content } of sent) await vault.bundles.receive({ content }, vault.who);
    expect(vault.applied).toHaveLength(5);
  });
});

describe('the list of bundles', () => {
  it('is searched by kind, name, file and words', async () => {
    const { content } = await desk.post.send(sending());
    await vault.bundles.receive({ content }, vault.who);
    await expect((async () => vault.bundles.receive({ content: 'AAAA' }, vault.who))()).rejects.toThrow();
    const found = async (post: TestPost, search: string) =>
      (await listOf(post, search)).rows.map(({ state }) => state);
    expect(await found(desk, 'ag31')).toEqual(['sent']);
    expect(await found(desk, 'VAULT')).toEqual(['sent']);
    expect(await found(vault, 'acme')).toEqual(['accepted']);
    expect(await found(vault, 'not a bundle')).toEqual(['refused']);
    expect(await found(vault, '%')).toEqual([]);
    expect((await vault.bundles.list({ offset: 1, limit: 5 }, vault.who)).rows).toHaveLength(1);
    expect((await listOf(vault)).total).toBe(2);
  });

  it('is found by its id, however many came after it', async () => {
    const out = await desk.post.send(sending());
    const { rows } = await listOf(desk);
    expect(await desk.bundles.get({ id: out.bundleId }, desk.who)).toEqual(
      rows.find(({ id }) => id === out.bundleId),
    );
    expect(() => desk.bundles.get({ id: 'nowhere' }, desk.who)).toThrow(/no such bundle/);
  });

  it('has one receiver for a kind', () => {
    expect(() => vault.onBundle('treasury', () => Promise.reject(new Error()))).toThrow(/receiver already/);
  });
});

describe('the name of a file', () => {
  it.each([
    ['pay-AG31-200-unsigned', 'pay-AG31-200-unsigned.sluice'],
    ['../../etc/passwd', 'etc-passwd.sluice'],
    ['Dividende Zürich: 2. Hälfte', 'Dividende-Zurich-2.-Halfte.sluice'],
    ['C:\\x\u202Egnp', 'C-x-gnp.sluice'],
    ['☂', 'bundle.sluice'],
    ['x'.repeat(300), `${'x'.repeat(80)}.sluice`],
  ])('of %j is %s', (name, expected) => {
    expect(fileNameOf(name)).toBe(expected);
  });
});

describe('the advice', () => {
  it.each([
    [300, 1, 'qr', '300 bytes are one QR code: a camera does, and a file as well.'],
    [500, 2, 'qr', '500 bytes are 2 QR codes, about 1 second of film: a camera does, and a file as well.'],
    [
      70_000,
      175,
      'qr',
      '70 kB are 175 QR codes, about 35 seconds of film: a camera does, and a file as well.',
    ],
    [90_000, 225, 'file', '90 kB would be 225 QR codes, about 45 seconds of film: carry it as a file.'],
    [
      6_000_000,
      15_000,
      'file',
      '6.0 MB would be 15,000 QR codes, about 50 minutes of film: carry it as a file.',
    ],
  ])('for %i bytes counts the pictures and the time', (bytes, frames, advice, adviceText) => {
    expect(outgoingOf('b', 'f', new Uint8Array(bytes))).toMatchObject({
      bytes,
      frames,
      seconds: Math.ceil(frames / 5),
      advice,
      adviceText,
    });
  });
});

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { z } from 'zod';
import { beforeEach, describe, expect, it } from 'vitest';
import { openPost, pair, type TestPost } from '../../../test/support/bundles.ts';
import type { Bundle, Outgoing, Peer } from '../../shared/contract/index.ts';
import { SluiceError, type ErrorCode } from '../../shared/errors.ts';
import { decodeCanonical, encodeCanonical } from './cbor.ts';
import { MAX_BUNDLE_BYTES } from './envelope.ts';
import { createIdentity } from './identity.ts';
import { signBytes } from './keys.ts';

const HOUR = 3_600_000;

let desk: TestPost;
let vault: TestPost;
let toVault: Peer;
beforeEach(async () => {
  desk = openPost('Acme', 'desk');
  vault = openPost('Vault', 'signer');
  toVault = (await pair(desk, vault)).b;
});

function send(payload: string | Uint8Array = 'hello', hours = 24, to = toVault.id): Promise<Outgoing> {
  return desk.post.send({ kind: 'sign-request', to, payload, subject: 'operation:1', name: 'pay', hours });
}
const bytesOf = (sent: Outgoing) => Buffer.from(sent.content, 'base64');
const take = async (sent: Outgoing | Uint8Array, acceptGap?: boolean, at: TestPost = vault) => {
  const content = sent instanceof Uint8Array ? Buffer.from(sent).toString('base64') : sent.content;
  return at.bundles.receive({ content, ...(acceptGap === undefined ? {} : { acceptGap }) }, at.who);
};
async function refusal(sent: Outgoing | Uint8Array, acceptGap?: boolean, at: TestPost = vault) {
  const error: unknown = await take(sent, acceptGap, at).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SluiceError)) throw new Error('It was not refused in words.', { cause: error });
  return error;
}
const rows = async (at: TestPost = vault): Promise<Bundle[]> =>
  (await at.bundles.list({ offset: 0, limit: 1000 }, at.who)).rows;
const lastReceived = async () => (await vault.pairing.peers({}, vault.who)).peers[0]?.lastReceived;

/** Refused with this code, recorded with the same words, audited, and nothing done. */
async function expectRefused(
  sent: Outgoing | Uint8Array,
  code: ErrorCode,
  words: RegExp,
  options: { acceptGap?: boolean; at?: TestPost } = {},
): Promise<Bundle> {
  const at = options.at ?? vault;
  const before = at.applied.length;
  const error = await refusal(sent, options.acceptGap, at);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(words);
  expect(error.next).not.toBe('');
  expect(at.applied).toHaveLength(before);
  const [row] = await rows(at);
  expect(row).toMatchObject({
    direction: 'received',
    state: 'refused',
    sentence: error.message,
    fileName: null,
  });
  const entry = [...at.store.auditAll()].findLast(({ type }) => type === 'bundle.refused');
  expect(entry).toMatchObject({ actor: 'test', data: { code, sentence: error.message } });
  return row as Bundle;
}

describe('what is no bundle', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['a text', Buffer.from('hello')],
    ['other CBOR', encodeCanonical(['sluice-bundlf', new Uint8Array(1)])],
    ['a list of three', encodeCanonical(['sluice-bundle', new Uint8Array(1), new Uint8Array(1)])],
  ])('is refused: %s', async (_what, bytes) => {
    const row = await expectRefused(bytes, 'BUNDLE_INVALID', /not a bundle|cut off|damaged/);
    expect(row).toMatchObject({ kind: null, peerId: null, seq: null });
  });

  it('is refused when it ends anywhere before its end, and when something follows it', async () => {
    const bytes = bytesOf(await send());
    for (let length = 0; length < bytes.length; length += 1) {
      expect((await refusal(bytes.subarray(0, length))).code).toBe('BUNDLE_INVALID');
    }
    for (const after of [[0], [0xff], [...bytes]]) {
      expect((await refusal(Buffer.concat([bytes, Buffer.from(after)]))).code).toBe('BUNDLE_INVALID');
    }
    expect(vault.applied).toEqual([]);
    await take(bytes);
    expect(vault.applied).toHaveLength(1);
  });

  it('is refused when it is too large, whatever it is', async () => {
    await expectRefused(new Uint8Array(MAX_BUNDLE_BYTES + 1), 'BUNDLE_TOO_LARGE', /32\.0 MiB/);
    await expect(send(new Uint8Array(MAX_BUNDLE_BYTES))).rejects.toMatchObject({ code: 'BUNDLE_TOO_LARGE' });
    expect((await desk.pairing.peers({}, desk.who)).peers[0]?.lastSent).toBe(0);
    expect((await send()).bytes).toBeLessThan(1000);
  });

  it('is refused when its parts or its header are others', async () => {
    const parts = (header: Uint8Array) =>
      ['sluice-bundle', header, new Uint8Array(40), new Uint8Array(64)] as const;
    await expectRefused(encodeCanonical(parts(encodeCanonical({ v: 2 }))), 'BUNDLE_INVALID', /version 2/);
    await expectRefused(
      encodeCanonical(parts(encodeCanonical({ v: 1, extra: 1 }))),
      'BUNDLE_INVALID',
      /header/,
    );
    await expectRefused(encodeCanonical(parts(new Uint8Array([0xff]))), 'BUNDLE_INVALID', /header/);
    await expectRefused(
      encodeCanonical(['sluice-bundle', 'text', new Uint8Array(40), new Uint8Array(64)]),
      'BUNDLE_INVALID',
      /parts/,
    );
  });
});

describe('a bundle that was changed', () => {
  it('is refused whichever byte it was', async () => {
    const bytes = bytesOf(await send());
    const codes = new Set<ErrorCode>();
    for (let at = 0; at < bytes.length; at += 1) {
      for (const change of [1, 0x80, 0xff]) {
        const altered = Uint8Array.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ change;
        codes.add((await refusal(altered, true)).code);
      }
    }
    expect(vault.applied).toEqual([]);
    expect(await lastReceived()).toBe(0);
    expect([...codes].sort()).toEqual(['BUNDLE_ALTERED', 'BUNDLE_INVALID', 'PEER_UNKNOWN']);
    await take(bytes);
  }, 60_000);

  it('is refused whichever bits they were, and however many', async () => {
    const bytes = bytesOf(await send(randomBytes(2000)));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: bytes.length * 8 - 1 }), { minLength: 1, maxLength: 40 }),
        async (bits) => {
          const altered = Uint8Array.from(bytes);
          for (const bit of bits) altered[bit >>> 3] = (altered[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
          await refusal(altered, true);
          expect(vault.applied).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
    await take(bytes);
    expect(vault.applied).toHaveLength(1);
  });

  it('says so', async () => {
    const bytes = bytesOf(await send());
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await expectRefused(bytes, 'BUNDLE_ALTERED', /changed after it was signed/);
  });

  it('cannot be passed on as one’s own by another who signs it', async () => {
    // Vault trusts Bob as well; Bob puts his name and signature on what Acme wrote.
    const bob = openPost('Bob', 'desk');
    await pair(bob, vault);
    const identity = await createIdentity(bob.secrets, { name: 'Bob', role: 'desk', network: 'regtest' })();
    const [magic, header, sealed] = decodeCanonical(bytesOf(await send())) as [
      string,
      Uint8Array,
      Uint8Array,
    ];
    const fields = decodeCanonical(header) as Record<string, Uint8Array>;
    const renamed = encodeCanonical({ ...fields, from: Buffer.from(identity.id, 'hex') });
    const unsigned = encodeCanonical([magic, renamed, sealed, new Uint8Array(64)]);
    const signature = signBytes(identity.sign.privateKey, unsigned.subarray(0, -66));
    await expectRefused(
      Buffer.concat([unsigned.subarray(0, -64), signature]),
      'BUNDLE_ALTERED',
      /cannot be decrypted/,
    );
  });
});

describe('a bundle of others', () => {
  it('is refused from somebody who was never paired', async () => {
    const stranger = openPost('Mallory', 'desk');
    // Mallory knows Vault’s card; Vault never took in Mallory’s.
    const { card, words } = await vault.pairing.identity({}, vault.who);
    await stranger.pairing.add({ card, words }, stranger.who);
    const sent = await stranger.post.send({
      kind: 'sign-request',
      to: toVault.id,
      payload: 1,
      subject: 'x',
      name: 'x',
      hours: 1,
    });
    const row = await expectRefused(sent, 'PEER_UNKNOWN', /not paired/);
    expect(row.peerId).toBeNull();
  });

  it('is refused after the pairing was ended, and taken in once paired again', async () => {
    await take(await send());
    const sent = await send();
    const peer = vault.post.peers()[0] as Peer;
    await expect(
      (async () => vault.pairing.remove({ id: peer.id, confirm: 'other' }, vault.who))(),
    ).rejects.toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
    await vault.pairing.remove({ id: peer.id, confirm: 'Acme' }, vault.who);
    expect(vault.post.peers()).toEqual([]);
    expect(() => vault.post.peer(peer.id)).toThrow(/was ended/);
    await expectRefused(sent, 'PEER_UNKNOWN', /was ended/);
    await pair(desk, vault);
    await take(sent);
    expect(await lastReceived()).toBe(2);
  });

  it('is refused when it is for somebody else', async () => {
    const other = openPost('Second vault', 'signer');
    const { b } = await pair(desk, other);
    const row = await expectRefused(await send('x', 1, b.id), 'BUNDLE_FOREIGN', /“Acme”, but for another/);
    expect(row.seq).toBeNull();
    const unpaired = openPost('Third vault', 'signer');
    await expectRefused(await send(), 'BUNDLE_FOREIGN', /another receiver/, { at: unpaired });
  });

  it('is refused when this role does not take in its kind', async () => {
    const deaf = openPost('Deaf', 'signer', { takes: ['treasury'] });
    const { b } = await pair(desk, deaf);
    const row = await expectRefused(await send('x', 1, b.id), 'BUNDLE_FOREIGN', /signer does not take in/, {
      at: deaf,
    });
    expect(row).toMatchObject({ kind: 'sign-request', seq: 1, peerName: 'Acme' });
  });
});

describe('a bundle out of its time', () => {
  it('is refused when it has expired, by this machine’s clock', async () => {
    const sent = await send('x', 2);
    vault.time.now += 2 * HOUR + 1;
    const row = await expectRefused(sent, 'BUNDLE_EXPIRED', /expired on 2027-01-15 10:00 UTC; .*clock says/);
    expect(row).toMatchObject({ kind: 'sign-request', seq: 1, peerName: 'Acme' });
    vault.time.now -= 1;
    await take(sent);
  });

  it('is refused when it was made a day ahead of this machine’s clock, with both times', async () => {
    const sent = await send('x', 100);
    vault.time.now -= 24 * HOUR;
    await take(sent);
    const next = await send('y', 100);
    vault.time.now -= 1;
    await expectRefused(
      next,
      'BUNDLE_EXPIRED',
      /made on 2027-01-15 08:00 UTC.*clock says 2027-01-14 07:59 UTC/,
    );
  });
});

describe('the order of bundles', () => {
  it('is that in which they were made, and each counts once', async () => {
    const [first, second, third] = [await send('1'), await send('2'), await send('3')];
    await expectRefused(second, 'BUNDLE_OUT_OF_ORDER', /number 2 of “Acme”; number 1 has not arrived/);
    await expectRefused(third, 'BUNDLE_OUT_OF_ORDER', /numbers 1 to 2 have not arrived/);
    await take(first);
    await expectRefused(first, 'BUNDLE_REPLAYED', /taken in already, as number 1/);
    await expectRefused(first, 'BUNDLE_REPLAYED', /taken in already/, { acceptGap: true });
    await take(second);
    await take(third);
    await expectRefused(second, 'BUNDLE_REPLAYED', /taken in already/);
    expect(vault.applied.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  });

  it('may have a gap when a person says so, which is audited; what was left out never comes in', async () => {
    const [first, second] = [await send('1'), await send('2')];
    await take(second, true);
    expect([...vault.store.auditAll()].at(-1)).toMatchObject({
      type: 'bundle.accepted',
      data: { gapAccepted: true, neverTakenIn: '1' },
    });
    await expectRefused(first, 'BUNDLE_OUT_OF_ORDER', /number 2 was taken in already/, { acceptGap: true });
    await take(await send('3'));
    expect([...vault.store.auditAll()].at(-1)?.data).not.toHaveProperty('gapAccepted');
    expect(vault.applied.map(({ payload }) => payload)).toEqual(['2', '3']);
  });

  it('shows a sender that was restored from a backup', async () => {
    await take(await send('1'));
    // What the sender made after its last backup is lost, and so is the memory of it.
    desk.store.db.exec('BEGIN');
    await send('2, lost with the disk');
    desk.store.db.exec('ROLLBACK');
    const again = await send('2');
    const third = await send('3');
    await take(again);
    await take(third);
    expect(await lastReceived()).toBe(3);
    // And the other way round: what the receiver has is newer than what the sender remembers.
    desk.store.db.exec('UPDATE peer SET last_sent = 2');
    await expectRefused(await send('3 again'), 'BUNDLE_REPLAYED', /Another bundle with the number 3/);
    await expectRefused(await send('4'), 'BUNDLE_OUT_OF_ORDER', /follows another number 3/);
    await take(await send('5'), true);
    await take(await send('6'));
  });

  it('goes on after a bundle that arrived and was refused', async () => {
    const expired = await send('1', 1);
    const [second, third] = [await send('2'), await send('3')];
    vault.time.now += 2 * HOUR;
    await expectRefused(second, 'BUNDLE_OUT_OF_ORDER', /number 1 has not arrived/);
    await expectRefused(expired, 'BUNDLE_EXPIRED', /expired/);
    await take(second);
    await take(third);
    expect(vault.applied.map(({ payload }) => payload)).toEqual(['2', '3']);
    vault.time.now -= 2 * HOUR;
    await expectRefused(expired, 'BUNDLE_OUT_OF_ORDER', /number 3 was taken in already/, { acceptGap: true });
  });

  it('is each sender’s own, and each direction’s', async () => {
    const other = openPost('Other desk', 'desk');
    const { a, b } = await pair(other, vault);
    await take(await send('1'));
    await take(await send('2'));
    const sending = { kind: 'sign-request', payload: 'o1', subject: 'x', name: 'x', hours: 1 } as const;
    await take(await other.post.send({ ...sending, to: b.id }));
    const back = await vault.post.send({ ...sending, kind: 'sign-result', to: a.id });
    await take(back, false, other);
    expect(vault.post.peers().map((peer) => [peer.name, peer.lastSent, peer.lastReceived])).toEqual([
      ['Acme', 0, 2],
      ['Other desk', 1, 1],
    ]);
  });
});

describe('what its receiver turns down', () => {
  it('has not used up its number, and is taken in when the reason is gone', async () => {
    const sent = await send();
    vault.fail.receiving = new SluiceError('VAULT_LOCKED', 'The vault is locked.', { next: 'Open it.' });
    const row = await expectRefused(sent, 'VAULT_LOCKED', /vault is locked/);
    expect(row).toMatchObject({ kind: 'sign-request', seq: 1, peerName: 'Acme' });
    expect(await lastReceived()).toBe(0);
    delete vault.fail.receiving;
    await take(sent);
    expect(await lastReceived()).toBe(1);
    expect((await rows()).map(({ state }) => state)).toEqual(['accepted', 'refused']);
  });

  it('has done nothing when what it does fails halfway', async () => {
    const sent = await send();
    vault.fail.applying = new Error('halfway');
    await expect(take(sent)).rejects.toThrow('halfway');
    const tables = () => vault.store.db.prepare(`SELECT name FROM sqlite_master WHERE name = 'trace'`).all();
    expect(tables()).toEqual([]);
    expect((await rows())[0]).toMatchObject({
      state: 'refused',
      sentence: expect.stringContaining('fault') as string,
    });
    delete vault.fail.applying;
    await take(sent);
    expect(tables()).toHaveLength(1);
  });

  it('is named when it is not what the kind carries', async () => {
    const parsed = z.strictObject({ requestId: z.string() }).safeParse({ requestId: 5 });
    if (parsed.success) throw new Error('This should not parse.');
    vault.fail.receiving = parsed.error;
    await expectRefused(await send(), 'BUNDLE_INVALID', /requestId/);
  });
});

describe('a flood of refusals', () => {
  it('is remembered up to a number, and told rather than listed in the audit trail', async () => {
    const good = await send();
    const stuck = await refusal(Buffer.from('the same again'));
    for (let again = 0; again < 20; again += 1) await refusal(Buffer.from('the same again'));
    expect(stuck.code).toBe('BUNDLE_INVALID');
    const refused = () => vault.auditTypes().filter((type) => type === 'bundle.refused').length;
    expect(refused()).toBe(1);
    for (let junk = 0; junk < 400; junk += 1) await refusal(Buffer.from(`junk ${junk}`));
    expect((await rows()).length).toBe(300);
    expect(refused()).toBe(60);
    vault.time.now += HOUR;
    await refusal(Buffer.from('an hour later'));
    expect([...vault.store.auditAll()].slice(-2)).toMatchObject([
      { type: 'bundle.refusals-uncounted', data: { refused: 341 } },
      { type: 'bundle.refused' },
    ]);
    await take(good);
    expect(vault.store.auditVerify().ok).toBe(true);
    expect(vault.store.db.prepare('SELECT count(*) FROM bundle_content').pluck().get()).toBe(0n);
  });

  it('of two at once is taken one after the other', async () => {
    const [first, second] = [await send('1'), await send('2')];
    const answers = await Promise.allSettled([take(first), take(first), take(second), take(second)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(vault.applied).toHaveLength(2);
  });
});

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { openPost, pair } from '../../../test/support/bundles.ts';
import { openGap } from '../../../test/support/refused.ts';
import type { Peer } from '../../shared/contract/index.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { decodeCanonical, encodeCanonical } from './cbor.ts';
import { MAX_BUNDLE_BYTES } from './envelope.ts';
import { createIdentity } from './identity.ts';
import { signBytes } from './keys.ts';

const HOUR = 3_600_000;

type Gap = Awaited<ReturnType<typeof openGap>>;
let { desk, vault, toVault, send, bytesOf, take, refusal, lastReceived, expectRefused } = {} as Gap;
beforeEach(async () => {
  ({ desk, vault, toVault, send, bytesOf, take, refusal, lastReceived, expectRefused } = await openGap());
});

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
    await expectRefused(encodeCanonical(parts(new Uint8Array(2000))), 'BUNDLE_INVALID', /lengths/);
    await expectRefused(
      encodeCanonical([...parts(new Uint8Array(9)).slice(0, 3), new Uint8Array(63)]),
      'BUNDLE_INVALID',
      /lengths/,
    );
    // A thousand lists within each other where the header’s map should be.
    const nested = Buffer.alloc(1000, 0x81);
    await expectRefused(encodeCanonical(parts(nested)), 'BUNDLE_INVALID', /header/);
  });

  it('is refused in words, however it goes on after a good beginning', async () => {
    const beginning = bytesOf(await send()).subarray(0, 15);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect((await refusal(Buffer.concat([beginning, bytes]))).code).toBe('BUNDLE_INVALID');
      }),
      { numRuns: 200 },
    );
    expect(vault.applied).toEqual([]);
  });

  it('is refused when a length is written longer than it has to be', async () => {
    const bytes = bytesOf(await send());
    // The header is the first item: 58 LL. The same with two bytes of length, or with eight.
    const [before, after] = [bytes.subarray(0, 15), bytes.subarray(17)];
    expect(bytes[15]).toBe(0x58);
    const length = bytes[16] ?? 0;
    for (const head of [
      [0x59, 0, length],
      [0x5a, 0, 0, 0, length],
      [0x5b, 0, 0, 0, 0, 0, 0, 0, length],
      [0x5f],
    ]) {
      const longer = Buffer.concat([before, Buffer.from(head), after]);
      await expectRefused(longer, 'BUNDLE_INVALID', /shortest form|not bytes/);
    }
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

  it('is refused where it was made', async () => {
    await expectRefused(await send(), 'BUNDLE_FOREIGN', /made here/, { at: desk });
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

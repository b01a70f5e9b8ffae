import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { openPost, pair, type TestPost } from '../../../test/support/bundles.ts';
import type { Args, Result } from '../../shared/contract/index.ts';
import { encodeCanonical } from './cbor.ts';
import { urFrames } from './ur/index.ts';

let desk: TestPost;
let vault: TestPost;
let bundleId: string;
let bundle: string;
const pset = Buffer.concat([Buffer.from('pset\xff', 'latin1'), Buffer.from(new Uint8Array(2000).fill(7))]);

beforeEach(async () => {
  desk = openPost('Acme', 'desk');
  vault = openPost('Vault', 'signer');
  const { b } = await pair(desk, vault);
  const sent = await desk.post.send({
    kind: 'sign-request',
    to: b.id,
    payload: { pset: randomBytes(3000) },
    subject: 'operation:1',
    name: 'pay',
    hours: 1,
  });
  bundleId = sent.bundleId;
  bundle = sent.content;
});

type Of = Args<'qr.frames'>['of'];
const film = async (of: Of, bytesPerFrame?: number): Promise<Result<'qr.frames'>> =>
  desk.qr.frames({ of, ...(bytesPerFrame === undefined ? {} : { bytesPerFrame }) }, desk.who);
const read = async (texts: string[], session?: string): Promise<Result<'qr.read'>> =>
  vault.qr.read({ texts, ...(session === undefined ? {} : { session }) }, vault.who);

describe('filming a bundle', () => {
  it('takes as many frames as it says, upper case, of our own type', async () => {
    const { frames, needed, type } = await film({ kind: 'bundle', id: bundleId });
    expect(type).toBe('sluice-bundle');
    expect(needed).toBe(9);
    expect(frames).toHaveLength(2 * needed);
    expect(frames.every((frame) => /^UR:SLUICE-BUNDLE\/\d+-9\/[A-Z]+$/.test(frame))).toBe(true);
    expect(desk.bundles.file({ id: bundleId }, desk.who)).toMatchObject({ frames: needed, advice: 'qr' });
  });

  it('is read from any frames that suffice, in any order, over several calls', async () => {
    const { frames, needed } = await film({ kind: 'bundle', id: bundleId }, 200);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(frames, { minLength: frames.length }), async (shuffled) => {
        let session: string | undefined;
        let have = 0;
        for (const text of shuffled) {
          const answer: Result<'qr.read'> = await read([text, text], session);
          session = answer.session;
          expect(answer.have - have).toBeLessThanOrEqual(1);
          have = answer.have;
          expect(answer.refused).toBe(0);
          expect(answer.done).toBe(have === needed);
          if (!answer.done) continue;
          expect(answer).toMatchObject({ kind: 'bundle', content: bundle, needed });
          return;
        }
        expect.unreachable('All frames together always suffice.');
      }),
      { numRuns: 30 },
    );
  });

  it('goes on when frames of another film or no frames at all are seen', async () => {
    const other = urFrames('sluice-bundle', randomBytes(3000), 400);
    const { frames } = await film({ kind: 'bundle', id: bundleId });
    const first = await read(frames.slice(0, 1));
    const seen = frames
      .slice(1)
      .flatMap((frame, index) => [
        other.frame(index + 1),
        'https://example.com',
        'UR:BYTES/AEAE',
        frame.replace('SLUICE-BUNDLE', 'CRYPTO-PSBT'),
        frame,
      ]);
    const answer = await read(seen, first.session);
    expect(answer).toMatchObject({ done: true, content: bundle });
    expect(answer.refused).toBeGreaterThan(8);
  });

  it('begins anew after frames that agree with each other and are no message', async () => {
    const forged = urFrames('sluice-bundle', randomBytes(1000), 400);
    const answer = await read([1, 2, 3].map(forged.frame));
    expect(answer).toMatchObject({ done: false, have: 0, needed: null, refused: 3, content: null });
    const { frames } = await film({ kind: 'bundle', id: bundleId });
    expect(await read(frames, answer.session)).toMatchObject({ done: true, content: bundle });
  });

  it('refuses what nobody would film to its end', async () => {
    const { b } = await pair(desk, vault);
    const large = await desk.post.send({
      kind: 'sign-request',
      to: b.id,
      payload: randomBytes(300_000),
      subject: 'operation:1',
      name: 'pay',
      hours: 1,
    });
    expect(large.advice).toBe('file');
    await expect(film({ kind: 'bundle', id: large.bundleId }, 50)).rejects.toMatchObject({
      code: 'BUNDLE_TOO_LARGE',
    });
    const { frames, needed } = await film({ kind: 'bundle', id: large.bundleId }, 1500);
    expect(frames.length).toBeGreaterThan(needed);
  });

  it('knows no bundle that was not sent', async () => {
    await expect(film({ kind: 'bundle', id: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a PSET', () => {
  it('crosses as crypto-psbt, from its bytes and from base64 text', async () => {
    for (const given of [pset, Buffer.from(`${pset.toString('base64')}\n`)]) {
      const { frames, type } = await film({ kind: 'pset', content: given.toString('base64') });
      expect(type).toBe('crypto-psbt');
      expect(await read(frames)).toMatchObject({
        done: true,
        kind: 'pset',
        content: pset.toString('base64'),
      });
    }
  });

  it.each(['psbt', 'crypto-psbt', 'bytes'])('is read from other wallets as ur:%s', async (type) => {
    const { frame } = urFrames(type, encodeCanonical(pset), 300);
    const texts = Array.from({ length: 20 }, (_, index) => frame(index + 1).toLowerCase());
    expect(await read(texts)).toMatchObject({ done: true, kind: 'pset', content: pset.toString('base64') });
  });

  it('is read from base64 in one code', async () => {
    expect(await read([pset.toString('base64')])).toMatchObject({
      kind: 'pset',
      content: pset.toString('base64'),
    });
  });

  it('of Bitcoin, or none at all, is refused', async () => {
    const bitcoin = Buffer.concat([Buffer.from('psbt\xff', 'latin1'), Buffer.alloc(10)]);
    const { frame } = urFrames('crypto-psbt', encodeCanonical(bitcoin), 300);
    expect(await read([frame(1)])).toMatchObject({ done: false, kind: null, refused: 1 });
    await expect(film({ kind: 'pset', content: bitcoin.toString('base64') })).rejects.toMatchObject({
      code: 'PSET_INVALID',
    });
  });
});

describe('text', () => {
  it('is shown as it is when it fits one code', async () => {
    const { card } = await desk.pairing.identity({}, desk.who);
    expect(await film({ kind: 'text', text: card })).toEqual({ frames: [card], needed: 1, type: 'text' });
    expect(await read([card])).toMatchObject({ done: true, kind: 'text', content: card, have: 1, needed: 1 });
  });

  it('comes back whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.nat({ max: 60 }),
        async (some, times) => {
          const text = some.repeat(times + 1);
          fc.pre(text.trim() !== '' && text.isWellFormed());
          const { frames } = await film({ kind: 'text', text });
          expect(await read(frames)).toMatchObject({ done: true, kind: 'text', content: text });
        },
      ),
      { numRuns: 30 },
    );
    for (const text of ['UR:BYTES/AEAE', ' ur:x', 'x'.repeat(5000)]) {
      const { frames, type } = await film({ kind: 'text', text });
      expect(type).toBe('bytes');
      expect(await read(frames)).toMatchObject({ done: true, kind: 'text', content: text });
    }
  });

  it('of nothing, and of bytes that are no text, is refused', async () => {
    const { frame } = urFrames('bytes', encodeCanonical(new Uint8Array([0xff, 0xfe])), 300);
    const unknown = urFrames('crypto-seed', encodeCanonical(new Uint8Array(16)), 300);
    expect(await read([' ', frame(1), unknown.frame(1)])).toMatchObject({ done: false, refused: 3 });
  });
});

describe('a reading', () => {
  it('stays done', async () => {
    const done = await read(['hello']);
    expect(await read(['other'], done.session)).toEqual(done);
  });

  it('is forgotten after a quarter of an hour without a text', async () => {
    const { frames } = await film({ kind: 'bundle', id: bundleId });
    const { session } = await read(frames.slice(0, 3));
    vault.time.now += 14 * 60_000;
    expect(await read(frames.slice(3, 4), session)).toMatchObject({ session, have: 4 });
    vault.time.now += 16 * 60_000;
    const anew = await read(frames.slice(4, 5), session);
    expect(anew.session).not.toBe(session);
    expect(anew.have).toBe(1);
  });

  it('gives way to newer ones when there are too many', async () => {
    const { frames } = await film({ kind: 'bundle', id: bundleId });
    const { session } = await read(frames.slice(0, 1));
    for (let other = 0; other < 8; other += 1) await read(frames.slice(0, 1));
    expect((await read(frames.slice(1, 2), session)).have).toBe(1);
  });
});

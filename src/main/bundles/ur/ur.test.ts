import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCanonical } from '../cbor.ts';
import { fromBytewords, toBytewords } from './bytewords.ts';
import { assembly, cut, fountain, fragmentsOf } from './fountain.ts';
import { xoshiro } from './random.ts';
import { readFrame, urFrames } from './ur.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../../../test/recordings/ur/vectors.json', import.meta.url), 'utf8'),
) as {
  bytewords: { hex: string; minimal: string };
  single: string;
  parts: string[];
  fragmentsOf1024BytesBy100: number[][];
};

/** The specification's own test messages. */
function message(length: number): Uint8Array {
  const next = xoshiro(Buffer.from('Wolf'));
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
}

describe('the specification’s vectors', () => {
  it('hold for bytewords', () => {
    const bytes = Buffer.from(vectors.bytewords.hex, 'hex');
    expect(toBytewords(bytes)).toBe(vectors.bytewords.minimal);
    expect(fromBytewords(vectors.bytewords.minimal)).toEqual(bytes);
    expect(fromBytewords('aeadaolazojendeowf')).toBeNull();
    expect(fromBytewords('wf')).toBeNull();
    expect(fromBytewords('')).toBeNull();
  });

  it('hold for a message in one frame', () => {
    const { needed, frame } = urFrames('bytes', encodeCanonical(message(50)), 400);
    expect(needed).toBe(1);
    expect(frame(1)).toBe(vectors.single.toUpperCase());
    expect(readFrame(vectors.single)).toEqual({
      type: 'bytes',
      whole: Buffer.from(encodeCanonical(message(50))),
    });
  });

  it('hold for the frames of a fountain', () => {
    const { needed, frame } = urFrames('bytes', encodeCanonical(message(256)), 30);
    expect(needed).toBe(9);
    expect(vectors.parts.map((_, index) => frame(index + 1))).toEqual(
      vectors.parts.map((part) => part.toUpperCase()),
    );
  });

  it('hold for what a frame is mixed of', () => {
    const source = message(1024);
    const { count } = cut(source.length, 100);
    const chosen = vectors.fragmentsOf1024BytesBy100.map((_, index) =>
      fragmentsOf(index + 1, count, crc32(source)).sort((a, b) => a - b),
    );
    expect(chosen).toEqual(vectors.fragmentsOf1024BytesBy100);
  });
});

const wild = fc.record({
  length: fc.integer({ min: 1, max: 3000 }),
  most: fc.integer({ min: 10, max: 200 }),
  seed: fc.integer({ min: 0, max: 0xffff_ffff }),
});
const bytesOf = (length: number, seed: number) => {
  const next = xoshiro(Buffer.from(String(seed)));
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
};

describe('an assembly', () => {
  it('is done with any parts that are as many as the message has fragments and say something new', () => {
    fc.assert(
      fc.property(wild, fc.integer({ min: 0, max: 1 << 20 }), ({ length, most, seed }, from) => {
        const source = bytesOf(length, seed);
        const { count, part } = fountain(source, most);
        // Beginning anywhere, in steps that leave frames out: as a camera does that misses some.
        const step = 1 + (seed % 3);
        const building = assembly(part(from + 1));
        let seen = 0;
        while (building.have() < count) {
          const before = building.have();
          building.add(part(from + 1 + seen * step));
          seen += 1;
          expect(building.have() - before).toBeLessThanOrEqual(1);
          expect(seen).toBeLessThan(20 * count + 200);
        }
        expect(building.message()).toEqual(source);
      }),
      { numRuns: 150 },
    );
  });

  it('learns nothing from what it has seen before', () => {
    const { count, part } = fountain(bytesOf(1000, 1), 30);
    const building = assembly(part(1));
    for (let again = 0; again < 3; again += 1) {
      for (let number = 1; number < count; number += 1) building.add(part(number));
    }
    expect(building.have()).toBe(count - 1);
    expect(building.message()).toBeNull();
  });

  it('does not give out what its checksum does not vouch for', () => {
    const { count, part } = fountain(bytesOf(100, 1), 30);
    const building = assembly(part(1));
    for (let number = 1; number <= count; number += 1) {
      const { data, ...rest } = part(number);
      building.add({ ...rest, data: number === 2 ? data.map((byte) => byte ^ 1) : data });
    }
    expect(building.have()).toBe(count);
    expect(building.message()).toBeNull();
  });
});

describe('a frame', () => {
  it('is read back in upper and lower case, with space around it', () => {
    fc.assert(
      fc.property(wild, fc.integer({ min: 1, max: 0xffff_ffff }), ({ length, most, seed }, number) => {
        const source = bytesOf(length, seed);
        const text = urFrames('sluice-bundle', source, most).frame(number);
        expect(text).toMatch(/^[A-Z0-9:/-]+$/);
        const read = readFrame(`  ${text.toLowerCase()}\n`);
        expect(read).toEqual(readFrame(text));
        expect(read?.type).toBe('sluice-bundle');
      }),
      { numRuns: 100 },
    );
  });

  it('with a wrong letter is none', () => {
    const text = urFrames('bytes', bytesOf(100, 1), 40).frame(2).toLowerCase();
    const body = text.lastIndexOf('/') + 1;
    for (let at = body; at < text.length; at += 1) {
      const letter = text[at] === 'a' ? 'e' : 'a';
      expect(readFrame(text.slice(0, at) + letter + text.slice(at + 1))).toBeNull();
    }
  });

  it.each([
    ['another number than it carries', (text: string) => text.replace('/2-', '/3-')],
    ['another count than it carries', (text: string) => text.replace('-3/', '-4/')],
    ['no type', (text: string) => text.replace('bytes', '')],
    ['another scheme', (text: string) => text.replace('ur:', 'uri:')],
    ['nothing in it', () => 'ur:bytes/'],
  ])('with %s is none', (_what, change) => {
    const text = urFrames('bytes', bytesOf(100, 1), 40).frame(2).toLowerCase();
    expect(readFrame(text)).not.toBeNull();
    expect(readFrame(change(text))).toBeNull();
  });

  it.each([
    ['more fragments than there may be', [1, 5000, 5000, 1, new Uint8Array(1)]],
    ['a message larger than there may be', [1, 4000, 2 ** 31, 1, new Uint8Array(2 ** 20)]],
    ['fragments too short for the message', [1, 2, 100, 1, new Uint8Array(49)]],
    ['more fragments than the message needs', [1, 3, 100, 1, new Uint8Array(50)]],
    ['the number nothing', [0, 2, 100, 1, new Uint8Array(50)]],
    ['a part missing', [1, 2, 100, 1]],
    ['a text for data', [1, 2, 100, 1, 'x']],
  ])('that says %s is none', (_what, items) => {
    const [number, count] = items as [number, number];
    expect(readFrame(`ur:bytes/${number}-${count}/${toBytewords(encodeCanonical(items))}`)).toBeNull();
  });

  it('is never found in wild text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readFrame(text)).toBeNull();
        expect(readFrame(`ur:bytes/${text}`)).toBeNull();
      }),
    );
  });
});

import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { QUIET_ZONE, symbolOf, versionFor, type Symbol } from './qr-symbol.ts';

/** The picture that the path draws, read back as a camera would. */
function readBack({ size, path }: Symbol, scale = 4): string {
  const side = size * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = 0; row < scale; row += 1) {
      for (let column = 0; column < Number(width) * scale; column += 1) {
        const at = ((Number(y) * scale + row) * side + Number(x) * scale + column) * 4;
        data.set([0, 0, 0], at);
      }
    }
  }
  return decodeQR({ width: side, height: side, data });
}

describe('a drawn code', () => {
  it.each([
    'UR:CRYPTO-PSBT/12-60/LPADCTCSHDCYGLBBTY',
    'UR:SLUICE/1-9/' + 'TPJKJKIN'.repeat(120),
    'ct(slip77(9c8e),elwpkh([73c5da0a/84h/1h/0h]tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M/0/*))#c9x0w5y7',
  ])('says what it was made of (%#)', (text) => {
    expect(readBack(symbolOf(text))).toBe(text);
    expect(readBack(symbolOf(text, { correction: 'low' }))).toBe(text);
  });

  it('has the white border that readers need', () => {
    const { size, path } = symbolOf('A');
    expect(size).toBe(21 + 2 * QUIET_ZONE);
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(QUIET_ZONE);
      expect(Number(y)).toBeGreaterThanOrEqual(QUIET_ZONE);
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(size - QUIET_ZONE);
    }
  });

  it('is as large as the longest of its frames', () => {
    const frames = ['UR:X/9-99/AB', 'UR:X/10-99/' + 'AB'.repeat(60), 'UR:X/11-99/' + 'AB'.repeat(58)];
    const version = versionFor(frames, 'low');
    const sizes = frames.map((text) => symbolOf(text, { version, correction: 'low' }).size);
    expect(new Set(sizes).size).toBe(1);
    expect(symbolOf(frames[1] ?? '', { correction: 'low' }).size).toBe(sizes[0]);
  });
});

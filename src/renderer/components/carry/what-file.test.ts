import { describe, expect, it } from 'vitest';
import { codesOf, kindOfFile } from './what-file.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a chosen file', () => {
  it.each([
    ['image/png', bytes('whatever'), 'picture'],
    ['', Uint8Array.from([0x70, 0x73, 0x65, 0x74, 0xff, 1]), 'pset'],
    ['text/plain', bytes('cHNldP8BAgQC'), 'pset'],
    ['text/plain', bytes('\n UR:CRYPTO-PSBT/1-9/LPAD'), 'codes'],
    ['', Uint8Array.from([0xd9, 0xd9, 0xf7, 0xa4]), 'bundle'],
    ['', new Uint8Array(), 'bundle'],
    ['application/octet-stream', bytes('pset'), 'bundle'],
  ] as const)('of type “%s” is known by its bytes (%#)', (type, content, kind) => {
    expect(kindOfFile(type, content)).toBe(kind);
  });

  it('of codes has one in each line', () => {
    expect(codesOf('UR:A/1-2/X\r\n\n UR:A/2-2/Y \n')).toEqual(['UR:A/1-2/X', 'UR:A/2-2/Y']);
  });
});

import { describe, expect, it } from 'vitest';
import { descriptorChecksum, withChecksum } from './descriptor.ts';

describe('descriptorChecksum', () => {
  it('gives the checksum of BIP380’s example', () => {
    expect(descriptorChecksum('raw(deadbeef)')).toBe('89f8spxm');
  });

  it('gives the checksum with which a node imported a treasury descriptor', () => {
    const xpub =
      'tpubDC8msFGeGuwnKG9Upg7DM2b4DaRqg3CUZa5g8v2SRQ6K4NSkxUgd7HsL2XVWbVm39yBA4LAxysQAm397zwQSQoQgewGiYZqrA9DsP4zbQ1M';
    expect(withChecksum(`wpkh([73c5da0a/84'/1'/0']${xpub}/0/*)`)).toMatch(/\/0\/\*\)#2ag6nxcd$/);
  });

  it('changes with any character', () => {
    expect(descriptorChecksum('raw(deedbeef)')).not.toBe('89f8spxm');
  });

  it('refuses a character outside the alphabet of descriptors', () => {
    expect(() => descriptorChecksum('raw(é)')).toThrow(/cannot contain/);
  });
});

import { describe, expect, it } from 'vitest';
import { matchesLook } from './wallet-filter.ts';

const wallet = {
  name: 'Client holdings',
  owner: 'Harbour Capital',
  ampId: 'GA2abc',
  wid: 'ff00',
  kind: 'amp0' as const,
  purpose: 'user' as const,
  archived: false,
};

describe('the list of wallets', () => {
  it('is searched by name, owner and identifiers, every word of it', () => {
    expect(matchesLook(wallet, {})).toBe(true);
    expect(matchesLook(wallet, { search: 'harbour client' })).toBe(true);
    expect(matchesLook(wallet, { search: 'ga2ABC' })).toBe(true);
    expect(matchesLook(wallet, { search: 'harbour cold' })).toBe(false);
  });

  it('is filtered by kind and purpose, and shows archived ones by themselves', () => {
    expect(matchesLook(wallet, { kind: 'amp2' })).toBe(false);
    expect(matchesLook(wallet, { purpose: 'user', kind: 'amp0' })).toBe(true);
    expect(matchesLook(wallet, { archived: true })).toBe(false);
    expect(matchesLook({ ...wallet, archived: true }, { archived: true })).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { holderWords } from './found.ts';

const amira = { gaid: 'GA8WZdL6CWaRm11wT4WcpC1V6a24E', id: 35 };

describe('a holder in the palette', () => {
  it('is found by GAID and number, and by whatever the desk found it by', () => {
    expect(holderWords(amira, 'eu prof', true)).toContain('eu prof');
    expect(holderWords(amira, 'GA8', true)).toContain(amira.gaid);
    expect(holderWords({ ...amira, gaid: null }, '35', true)).toContain('35');
  });

  it('of an earlier search is not offered for what was typed since', () => {
    expect(holderWords(amira, 'mine a block', false)).not.toContain('mine a block');
  });
});

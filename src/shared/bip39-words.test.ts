import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { BIP39_WORDS } from './bip39-words.ts';

it('is the English list of BIP39', () => {
  expect(BIP39_WORDS).toHaveLength(2048);
  expect(
    createHash('sha256')
      .update(BIP39_WORDS.map((word) => `${word}\n`).join(''))
      .digest('hex'),
  ).toBe('2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda');
});

import { describe, expect, it } from 'vitest';
import { openKey, sealKey } from './backup-file.ts';

const WORDS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

describe('the sealed treasury key', () => {
  const sealed = sealKey(WORDS, 'correct horse', '73c5da0a');

  it('opens with its passphrase and hides the words', () => {
    expect(openKey(Buffer.from(sealed), 'correct horse')).toBe(WORDS);
    expect(sealed).not.toContain('abandon');
    expect(sealKey(WORDS, 'correct horse', '73c5da0a')).not.toBe(sealed);
  });

  it('refuses a wrong passphrase, an altered file and what is no backup', () => {
    expect(() => openKey(Buffer.from(sealed), 'wrong horse')).toThrow(
      expect.objectContaining({ code: 'VAULT_WRONG_PASSPHRASE' }),
    );
    expect(() => openKey(Buffer.from(sealed.replace('73c5da0a', '73c5da0b')), 'correct horse')).toThrow(
      expect.objectContaining({ code: 'VAULT_WRONG_PASSPHRASE' }),
    );
    for (const other of ['', '{}', 'not json', sealed.slice(0, 40)]) {
      expect(() => openKey(Buffer.from(other), 'correct horse')).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });
});

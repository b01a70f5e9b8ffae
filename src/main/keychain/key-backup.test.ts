import { describe, expect, it } from 'vitest';
import { openKey, sealKey } from './key-backup.ts';

const WORDS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

describe('a sealed key', () => {
  const sealed = sealKey('treasury', WORDS, 'correct horse', '73c5da0a');

  it('opens with its passphrase and hides the words', () => {
    expect(openKey('treasury', Buffer.from(sealed), 'correct horse')).toBe(WORDS);
    expect(sealed).not.toContain('abandon');
    expect(sealKey('treasury', WORDS, 'correct horse', '73c5da0a')).not.toBe(sealed);
  });

  it('is not taken for another kind of key', () => {
    expect(() => openKey('custody', Buffer.from(sealed), 'correct horse')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    const renamed = sealed.replace('sluice-treasury-key', 'sluice-custody-key');
    expect(() => openKey('custody', Buffer.from(renamed), 'correct horse')).toThrow(
      expect.objectContaining({ code: 'VAULT_WRONG_PASSPHRASE' }),
    );
  });

  it('refuses a wrong passphrase, an altered file and what is no backup', () => {
    expect(() => openKey('treasury', Buffer.from(sealed), 'wrong horse')).toThrow(
      expect.objectContaining({ code: 'VAULT_WRONG_PASSPHRASE' }),
    );
    expect(() =>
      openKey('treasury', Buffer.from(sealed.replace('73c5da0a', '73c5da0b')), 'correct horse'),
    ).toThrow(expect.objectContaining({ code: 'VAULT_WRONG_PASSPHRASE' }));
    for (const other of ['', '{}', 'not json', sealed.slice(0, 40)]) {
      expect(() => openKey('treasury', Buffer.from(other), 'correct horse')).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });
});

import { describe, expect, it } from 'vitest';
import { openWalletKey, sealWalletKey } from './key-backup.ts';
import type { WalletRecord } from './types.ts';
import { createWalletSecrets } from './wallet-secrets.ts';

const WORDS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const DESCRIPTOR = 'ct(slip77(11),elwpkh(xpub/<0;1>/*))#checksum';

function secretsWith(seed: { mnemonic: string; passphrase?: string }) {
  const kept = new Map<string, string>();
  const secrets = createWalletSecrets({
    get: (name) => Promise.resolve(kept.get(name) ?? null),
    set: (name, secret) => Promise.resolve(void kept.set(name, secret)),
    remove: (name) => Promise.resolve(void kept.delete(name)),
  });
  return Promise.all([secrets.setSeed('w', seed), secrets.setDescriptor('w', DESCRIPTOR)]).then(
    () => secrets,
  );
}

const wallet: WalletRecord = {
  id: 'w',
  kind: 'single',
  name: 'Fees',
  policyId: '00',
  wid: '0000',
  publicDescriptor: '',
  keyKind: 'keychain',
  fingerprint: '73c5da0a',
  peerId: null,
  ampId: null,
  pointer: null,
};

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the sealed key of a custody wallet', () => {
  it.each([{ mnemonic: WORDS }, { mnemonic: WORDS, passphrase: 'TREZOR' }])(
    'gives the same words back, with their passphrase if they have one',
    async (seed) => {
      const file = await sealWalletKey(await secretsWith(seed), wallet, 'correct horse');
      expect(file).not.toContain('abandon');
      expect(file).not.toContain('slip77');
      expect(openWalletKey(base64(file), 'correct horse')).toEqual(seed);
      expect(() => openWalletKey(base64(file), 'wrong horse')).toThrow(
        expect.objectContaining({ code: 'VAULT_WRONG_PASSPHRASE' }),
      );
    },
  );

  it('is not made of a key that is somewhere else', async () => {
    const secrets = await secretsWith({ mnemonic: WORDS });
    await expect(
      sealWalletKey(secrets, { ...wallet, keyKind: 'signer' }, 'correct horse'),
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

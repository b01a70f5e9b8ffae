import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { openKey, sealKey } from '../keychain/index.ts';
import type { Seed } from '../liquid/index.ts';
import type { WalletRecord } from './types.ts';
import type { WalletSecrets } from './wallet-secrets.ts';

/** What is sealed: everything that is needed to have the wallet again on another desk. */
const backup = z.object({
  mnemonic: z.string(),
  passphrase: z.string().optional(),
  /** For whoever reads the file: an AMP2 wallet of the SLIP-77 form does not follow from the words alone. */
  descriptor: z.string(),
});

/** Throws NOT_ALLOWED for a wallet whose key is not here, SECRET_MISSING. */
export async function sealWalletKey(
  secrets: WalletSecrets,
  { id, keyKind, fingerprint, name }: WalletRecord,
  passphrase: string,
): Promise<string> {
  if (keyKind !== 'keychain' || fingerprint === null) {
    throw new SluiceError('NOT_ALLOWED', `The key of “${name}” is not in this desk’s secret store.`, {
      next: 'Back it up where it is: its words at the signer, or those of the Jade.',
    });
  }
  const [seed, descriptor] = await Promise.all([secrets.seed(id), secrets.descriptor(id)]);
  return sealKey('custody', JSON.stringify(backup.parse({ ...seed, descriptor })), passphrase, fingerprint);
}

/** Throws INVALID_ARGUMENT for a file that is no backup of a custody wallet's key, VAULT_WRONG_PASSPHRASE. */
export function openWalletKey(content: string, passphrase: string): Seed {
  const { mnemonic, passphrase: ofWords } = backup.parse(
    JSON.parse(openKey('custody', Buffer.from(content, 'base64'), passphrase)),
  );
  return ofWords === undefined ? { mnemonic } : { mnemonic, passphrase: ofWords };
}

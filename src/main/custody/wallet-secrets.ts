import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import type { Amp0Credentials } from '../amp0/types.ts';
import type { ProfileSecrets } from '../keychain/types.ts';
import type { Seed } from '../liquid/index.ts';

const storedSeed = z.object({ mnemonic: z.string(), passphrase: z.string().optional() });
const storedCredentials = z.object({ username: z.string(), password: z.string() });

/** What of a custody wallet is never in the database. Every read throws SECRET_MISSING when it is gone. */
export interface WalletSecrets {
  descriptor(id: string): Promise<string>;
  setDescriptor(id: string, descriptor: string): Promise<void>;
  seed(id: string): Promise<Seed>;
  setSeed(id: string, seed: Seed): Promise<void>;
  credentials(id: string): Promise<Amp0Credentials>;
  setCredentials(id: string, credentials: Amp0Credentials): Promise<void>;
  /** Of a wallet that was not taken up after all. */
  forget(id: string): Promise<void>;
}

export function createWalletSecrets(secrets: ProfileSecrets): WalletSecrets {
  async function read(
    name: Parameters<ProfileSecrets['get']>[0],
    what: string,
    next: string,
  ): Promise<string> {
    const text = await secrets.get(name);
    if (text !== null) return text;
    throw new SluiceError('SECRET_MISSING', `${what} of this wallet is not in the secret store.`, { next });
  }
  return {
    descriptor: (id) =>
      read(
        `custody-descriptor:${id}`,
        'The descriptor',
        'Unlock the store, or restore it from its backup; a signer that was given the wallet has the descriptor as well.',
      ),
    setDescriptor: (id, descriptor) => secrets.set(`custody-descriptor:${id}`, descriptor),
    async seed(id) {
      const text = await read(
        `custody-seed:${id}`,
        'The key',
        'Unlock the store or restore it from its backup. Without the words nothing of this wallet can be spent from here.',
      );
      return storedSeed.parse(JSON.parse(text));
    },
    setSeed: (id, { mnemonic, passphrase }) =>
      secrets.set(`custody-seed:${id}`, JSON.stringify({ mnemonic, passphrase })),
    async credentials(id) {
      const text = await read(
        `custody-watch-only:${id}`,
        'The watch-only login',
        'Unlock the store, or restore it from its backup.',
      );
      return storedCredentials.parse(JSON.parse(text));
    },
    setCredentials: (id, { username, password }) =>
      secrets.set(`custody-watch-only:${id}`, JSON.stringify({ username, password })),
    async forget(id) {
      for (const what of ['seed', 'descriptor', 'watch-only'] as const) {
        await secrets.remove(`custody-${what}:${id}`);
      }
    },
  };
}

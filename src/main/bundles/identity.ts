import { z } from 'zod';
import type { Network, Role } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { SECRET, type ProfileSecrets } from '../keychain/index.ts';
import { nameForCard, peerIdOf, type Card } from './card.ts';
import { newKeyPair, publicHalf, type KeyPair } from './keys.ts';

/** Who this profile is. Private keys never leave the main process. */
export interface Identity {
  id: string;
  card: Card;
  sign: KeyPair;
  box: KeyPair;
}

export interface OwnProfile {
  name: string;
  role: Role;
  network: Network;
}

const rawKey = z.base64().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 32) context.addIssue('must be 32 bytes');
  return Uint8Array.from(bytes);
});
const kept = z.strictObject({ v: z.literal(1), sign: rawKey, box: rawKey });

function restore(text: string): { sign: KeyPair; box: KeyPair } {
  try {
    const { sign, box } = kept.parse(JSON.parse(text));
    return {
      sign: { privateKey: sign, publicKey: publicHalf('ed25519', sign) },
      box: { privateKey: box, publicKey: publicHalf('x25519', box) },
    };
  } catch {
    // Without a cause: what a parser quotes here would be a private key.
    throw new SluiceError('SECRET_MISSING', 'The keys by which others know this profile cannot be read.', {
      next: 'Remove them from the secret store (identity) and pair again; new ones are then made.',
    });
  }
}

async function make(secrets: ProfileSecrets): Promise<{ sign: KeyPair; box: KeyPair }> {
  const sign = newKeyPair('ed25519');
  const box = newKeyPair('x25519');
  const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64');
  await secrets.set(
    SECRET.identity,
    JSON.stringify({ v: 1, sign: base64(sign.privateKey), box: base64(box.privateKey) }),
  );
  return { sign, box };
}

/**
 * The identity of a profile, made at its first use. Throws what the secret store throws (VAULT_LOCKED,
 * SECRET_STORE_UNAVAILABLE), each time until it opens.
 */
export function createIdentity(secrets: ProfileSecrets, profile: OwnProfile): () => Promise<Identity> {
  let loading: Promise<Identity> | null = null;

  async function load(): Promise<Identity> {
    const stored = await secrets.get(SECRET.identity);
    const { sign, box } = stored === null ? await make(secrets) : restore(stored);
    const { role, network } = profile;
    const name = nameForCard(profile.name);
    const card: Card = { v: 1, name, role, network, sign: sign.publicKey, box: box.publicKey };
    return { id: peerIdOf(card), card, sign, box };
  }

  // Two calls at once must not make two identities.
  return () =>
    (loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    }));
}

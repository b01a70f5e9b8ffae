import { createCipheriv, createDecipheriv, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';

const FORMAT = 'sluice-vault';
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Cost of the passphrase: memory is 128·N·r bytes (128 MiB), a fraction of a second on a desk. RFC 7914. */
export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}
export const DEFAULT_COST: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

const base64 = (bytes: number) =>
  z.base64().refine((text) => Buffer.from(text, 'base64').length === bytes, `must hold ${bytes} bytes`);

/** Costs beyond these bounds are refused before any work: a file must not be able to exhaust the memory. */
const header = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z
      .number()
      .int()
      .min(2 ** 10)
      .max(2 ** 20)
      .refine((n) => (n & (n - 1)) === 0, 'must be a power of two'),
    r: z.number().int().min(1).max(16),
    p: z.number().int().min(1).max(4),
    salt: base64(SALT_BYTES),
  }),
  /** Second half of what scrypt gives: tells a wrong passphrase from a damaged file. */
  check: base64(KEY_BYTES),
  cipher: z.literal('aes-256-gcm'),
  nonce: base64(NONCE_BYTES),
});
const vaultFile = header.extend({ secrets: z.base64(), tag: base64(TAG_BYTES) });
export type VaultFile = z.output<typeof vaultFile>;

const secretMap = z.record(z.string(), z.string());

/** What unlocks one vault. `wipe` overwrites it. */
export interface VaultKey {
  readonly kdf: VaultFile['kdf'];
  readonly check: string;
  readonly key: Buffer;
  wipe(): void;
}

function damaged(detail: string): SluiceError {
  return new SluiceError('VAULT_DAMAGED', `The passphrase vault cannot be read: ${detail}`, {
    next: 'Put back the newest good copy of vault.json. Without one, move the file away, make a new vault and enter the passwords again; a treasury key has to be restored from its backup.',
  });
}

/** Reads the outside of a vault file. Throws VAULT_DAMAGED in words. */
export function parseVault(text: string): VaultFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged('it is not JSON.');
  }
  const version = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(value);
  if (version.success && version.data.version > 1) {
    throw damaged(`it has version ${version.data.version}, and this Sluice knows version 1.`);
  }
  const parsed = vaultFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not understood'}.`);
}

/** The same passphrase may reach us composed or decomposed, depending on the keyboard and the system. */
function derive(passphrase: string, kdf: Omit<VaultFile['kdf'], 'name'>): Promise<Buffer> {
  const { N, r, p, salt } = kdf;
  const password = Buffer.from(passphrase.normalize('NFC'), 'utf8');
  return new Promise((resolve, reject) => {
    const maxmem = 128 * N * r * p + 64 * 1024 * 1024;
    scrypt(password, Buffer.from(salt, 'base64'), 2 * KEY_BYTES, { N, r, p, maxmem }, (error, bytes) => {
      password.fill(0);
      if (error) reject(error);
      else resolve(bytes);
    });
  });
}

function toKey(derived: Buffer, kdf: VaultFile['kdf']): VaultKey {
  const key = Buffer.from(derived.subarray(0, KEY_BYTES));
  const check = derived.subarray(KEY_BYTES).toString('base64');
  derived.fill(0);
  return { kdf, check, key, wipe: () => key.fill(0) };
}

/** A key for a new vault, with a salt of its own. */
export async function newKey(passphrase: string, cost: ScryptCost): Promise<VaultKey> {
  const kdf = { name: 'scrypt' as const, ...cost, salt: randomBytes(SALT_BYTES).toString('base64') };
  return toKey(await derive(passphrase, kdf), kdf);
}

/** The key of an existing vault. Throws VAULT_WRONG_PASSPHRASE. */
export async function keyOf(file: VaultFile, passphrase: string): Promise<VaultKey> {
  const key = toKey(await derive(passphrase, file.kdf), file.kdf);
  if (!timingSafeEqual(Buffer.from(key.check, 'base64'), Buffer.from(file.check, 'base64'))) {
    key.wipe();
    throw new SluiceError('VAULT_WRONG_PASSPHRASE', 'This passphrase does not open the vault.', {
      next: 'Type it again; mind capital letters and the keyboard layout. A forgotten passphrase cannot be recovered.',
    });
  }
  return key;
}

/** Everything outside the ciphertext is authenticated with it. */
function associated(file: z.output<typeof header>): Buffer {
  const { format, version, kdf, check, cipher, nonce } = file;
  const fields = [format, version, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, check, cipher, nonce];
  return Buffer.from(JSON.stringify(fields), 'utf8');
}

/** Encrypts all secrets at once, under a fresh nonce: neither their names nor how many they are can be read. */
export function seal(secrets: ReadonlyMap<string, string>, key: VaultKey): VaultFile {
  const outside = {
    format: FORMAT,
    version: 1,
    kdf: key.kdf,
    check: key.check,
    cipher: 'aes-256-gcm',
    nonce: randomBytes(NONCE_BYTES).toString('base64'),
  } as const;
  const cipher = createCipheriv('aes-256-gcm', key.key, Buffer.from(outside.nonce, 'base64'));
  cipher.setAAD(associated(outside));
  const plain = Buffer.from(JSON.stringify(Object.fromEntries(secrets)), 'utf8');
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  return { ...outside, secrets: sealed.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
}

/** Decrypts. Throws VAULT_DAMAGED when one bit of the file is not as it was sealed. */
export function unseal(file: VaultFile, key: VaultKey): Map<string, string> {
  const decipher = createDecipheriv('aes-256-gcm', key.key, Buffer.from(file.nonce, 'base64'), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated(file));
  decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
  let plain: Buffer | null = null;
  try {
    plain = Buffer.concat([decipher.update(Buffer.from(file.secrets, 'base64')), decipher.final()]);
    return new Map(Object.entries(secretMap.parse(JSON.parse(plain.toString('utf8')))));
  } catch {
    throw damaged('its contents were changed or cut off.');
  } finally {
    plain?.fill(0);
  }
}

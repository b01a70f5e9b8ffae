import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';

/** What a backup is of; part of the sealed header, so that one is not taken for another. */
export type BackedUpKey = 'treasury' | 'custody';

const FORMATS = { treasury: 'sluice-treasury-key', custody: 'sluice-custody-key' } as const;
const NAMES: Record<BackedUpKey, string> = { treasury: 'a treasury key', custody: 'a custody wallet’s key' };
const SCRYPT = { N: 131_072, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

const backupFile = z.object({
  version: z.literal(1),
  fingerprint: z.string(),
  kdf: z.object({
    name: z.literal('scrypt'),
    N: z.int().min(2).max(1_048_576),
    r: z.int().min(1).max(32),
    p: z.int().min(1).max(16),
    salt: z.hex(),
  }),
  cipher: z.object({ name: z.literal('aes-256-gcm'), iv: z.hex(), tag: z.hex(), text: z.hex() }),
});

/** A key sealed with a passphrase (scrypt, AES-256-GCM), as a small JSON file. `secret` is whatever has to come back. */
export function sealKey(of: BackedUpKey, secret: string, passphrase: string, fingerprint: string): string {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derive(passphrase, salt, SCRYPT), iv);
  cipher.setAAD(Buffer.from(`${FORMATS[of]}/1/${fingerprint}`));
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return `${JSON.stringify(
    {
      format: FORMATS[of],
      version: 1,
      fingerprint,
      kdf: { name: 'scrypt', ...SCRYPT, salt: salt.toString('hex') },
      cipher: {
        name: 'aes-256-gcm',
        iv: iv.toString('hex'),
        tag: cipher.getAuthTag().toString('hex'),
        text: text.toString('hex'),
      },
    },
    null,
    2,
  )}\n`;
}

/** Opens a sealed key. Throws INVALID_ARGUMENT for a file that is none, VAULT_WRONG_PASSPHRASE for a wrong passphrase. */
export function openKey(of: BackedUpKey, content: Buffer, passphrase: string): string {
  let file: z.output<typeof backupFile>;
  try {
    file = backupFile.extend({ format: z.literal(FORMATS[of]) }).parse(JSON.parse(content.toString('utf8')));
  } catch (cause) {
    throw new SluiceError('INVALID_ARGUMENT', `This file is no backup of ${NAMES[of]}.`, {
      next: 'Choose the file that “Export key backup” made.',
      field: 'key.content',
      cause,
    });
  }
  try {
    const key = derive(passphrase, Buffer.from(file.kdf.salt, 'hex'), file.kdf);
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(file.cipher.iv, 'hex'));
    decipher.setAAD(Buffer.from(`${FORMATS[of]}/1/${file.fingerprint}`));
    decipher.setAuthTag(Buffer.from(file.cipher.tag, 'hex'));
    return Buffer.concat([decipher.update(Buffer.from(file.cipher.text, 'hex')), decipher.final()]).toString(
      'utf8',
    );
  } catch {
    throw new SluiceError(
      'VAULT_WRONG_PASSPHRASE',
      'The passphrase does not open this backup, or the file was altered.',
      {
        next: 'Type the passphrase with which it was made.',
        field: 'key.passphrase',
      },
    );
  }
}

function derive(passphrase: string, salt: Buffer, cost: { N: number; r: number; p: number }): Buffer {
  const { N, r, p } = cost;
  return scryptSync(passphrase.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r });
}

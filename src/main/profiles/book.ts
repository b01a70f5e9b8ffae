import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { profile } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { inWords, withLock, writeFileAtomic } from '../files/index.ts';
import type { ProfileRecord } from './types.ts';

const FORMAT = 'sluice-profiles';
const VERSION = 1;

const record = profile.extend({
  sandbox: z.object({ blockSeconds: z.number().min(0), seed: z.number().int().min(0) }).optional(),
  removing: z.boolean().optional(),
});
const book = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  profiles: z.array(record),
});

export interface ProfileBook {
  read(): ProfileRecord[];
  /** Changes the list; one process at a time. */
  change<T>(edit: (records: ProfileRecord[]) => T): T;
}

function damaged(path: string, detail: string): SluiceError {
  return new SluiceError('DATABASE_CORRUPT', `The list of profiles ${path} cannot be read: ${detail}`, {
    next: 'Put back a good copy of the file. The databases of the profiles, in the folder “profiles” beside it, are untouched.',
  });
}

/** `profiles.json`: names and addresses of the profiles of a data folder, written atomically, no secrets. */
export function openBook(path: string): ProfileBook {
  function read(): ProfileRecord[] {
    const text = inWords(path, () => (existsSync(path) ? readFileSync(path, 'utf8') : null));
    if (text === null) return [];
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw damaged(path, 'it is not JSON.');
    }
    const version = z.object({ format: z.literal(FORMAT), version: z.number().gt(VERSION) }).safeParse(value);
    if (version.success) {
      throw new SluiceError('DATABASE_FROM_FUTURE', `${path} was written by a newer Sluice.`, {
        next: 'Install the newer Sluice. This one has changed nothing in it.',
      });
    }
    const parsed = book.safeParse(value);
    if (parsed.success) return parsed.data.profiles;
    const [issue] = parsed.error.issues;
    throw damaged(path, `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not understood'}.`);
  }

  return {
    read,
    change: (edit) =>
      withLock(`${path}.lock`, { what: 'the list of profiles', waitMs: 5000 }, () => {
        const profiles = read();
        const result = edit(profiles);
        writeFileAtomic(path, `${JSON.stringify({ format: FORMAT, version: VERSION, profiles }, null, 2)}\n`);
        return result;
      }),
  };
}

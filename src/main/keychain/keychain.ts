import { randomBytes } from 'node:crypto';
import { SluiceError } from '../../shared/errors.ts';
import { problemInWords, type Keyring } from './keytar.ts';
import type { SecretStore } from './types.ts';

/** Under which name the OS keychain lists the desk's entries. */
export const SERVICE = 'Sluice';
/** A failed probe is not repeated sooner than this, in milliseconds. */
const RETRY_AFTER = 10_000;

export interface KeychainOptions {
  load: () => Promise<Keyring>;
  /** How long one call may take, in milliseconds. A locked keyring waits for its owner for ever. */
  timeoutMs?: number;
  now?: () => number;
}

export interface Keychain extends SecretStore {
  /** null when the keychain can keep a secret, otherwise why it cannot. */
  problem(): Promise<string | null>;
}

class TooSlow extends Error {}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow()), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Stores, reads and deletes a canary: that a library loads says nothing about the keyring behind it. */
async function probe(keyring: Keyring): Promise<void> {
  const account = `probe/${randomBytes(8).toString('hex')}`;
  const canary = randomBytes(16).toString('hex');
  await keyring.setPassword(SERVICE, account, canary);
  try {
    const found = await keyring.getPassword(SERVICE, account);
    if (found !== canary) throw new Error('a stored value did not come back.');
  } finally {
    await keyring.deletePassword(SERVICE, account);
  }
}

/** The OS keychain. Nothing is loaded before the first call. */
export function createKeychain(options: KeychainOptions): Keychain {
  const timeoutMs = options.timeoutMs ?? 5000;
  const now = options.now ?? Date.now;
  let keyring: Keyring | null = null;
  /** The probe under way. It is not started twice: each one that hangs holds a thread of the process. */
  let probing: Promise<string | null> | null = null;
  let last: { problem: string | null; at: number } | null = null;

  function startProbe(): Promise<string | null> {
    probing ??= (async () => {
      try {
        const loaded = await options.load();
        await probe(loaded);
        keyring = loaded;
        return null;
      } catch (error) {
        return problemInWords(error);
      }
    })().then((problem) => {
      last = { problem, at: now() };
      probing = null;
      return problem;
    });
    return probing;
  }

  async function problem(): Promise<string | null> {
    if (last !== null && (last.problem === null || now() - last.at < RETRY_AFTER)) return last.problem;
    try {
      return await within(timeoutMs, startProbe());
    } catch {
      return 'The keyring does not answer; it may be locked and waiting for its password.';
    }
  }

  async function call<T>(work: (keyring: Keyring) => Promise<T>): Promise<T> {
    const obstacle = await problem();
    if (obstacle !== null || keyring === null) throw unavailable(obstacle ?? 'It is not open.');
    try {
      return await within(timeoutMs, work(keyring));
    } catch (error) {
      if (error instanceof SluiceError) throw error;
      last = null;
      throw unavailable(
        error instanceof TooSlow ? 'The keyring does not answer; it may be locked.' : problemInWords(error),
      );
    }
  }

  return {
    problem,
    get: (name) => call((ring) => ring.getPassword(SERVICE, name)),
    set: (name, secret) =>
      call(async (ring) => {
        await ring.setPassword(SERVICE, name, secret);
        if ((await ring.getPassword(SERVICE, name)) !== secret) {
          throw new Error('a stored value did not come back whole.');
        }
      }),
    remove: (name) =>
      call(async (ring) => {
        await ring.deletePassword(SERVICE, name);
      }),
    removeAll: (prefix) =>
      call(async (ring) => {
        for (const { account } of await ring.findCredentials(SERVICE)) {
          if (account.startsWith(prefix)) await ring.deletePassword(SERVICE, account);
        }
      }),
  };
}

function unavailable(problem: string): SluiceError {
  return new SluiceError(
    'SECRET_STORE_UNAVAILABLE',
    `The keychain of this computer cannot be used. ${problem}`,
    {
      next: 'Unlock or start the keyring and try again. On a computer without one, make a passphrase vault under Settings.',
    },
  );
}

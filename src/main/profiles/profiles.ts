import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Args, Profile } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { acquireLock, ensurePrivateFolder, inWords } from '../files/index.ts';
import { SECRET, type Secrets } from '../keychain/index.ts';
import { backupFolder, openStore, type Store } from '../store/index.ts';
import { openBook } from './book.ts';
import type { ProfileRecord, Profiles } from './types.ts';
import {
  checkAmpUrl,
  checkElementsUrl,
  checkMaking,
  checkName,
  nameKey,
  refuseNeedlessConnection,
  refuseStrayPasswords,
} from './validate.ts';

const SANDBOX_BLOCK_SECONDS = 10;
const SANDBOX_SEED = 1;

export interface ProfilesOptions {
  dataDir: string;
  secrets: Secrets;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

type Connection = NonNullable<Args<'profiles.create'>['connection']>;
/** What an update may bring: what is left out or empty stays. */
type ConnectionChange = NonNullable<Args<'profiles.update'>['connection']>;
type Addresses = Pick<
  Profile,
  'ampUrl' | 'ampUsername' | 'elementsUrl' | 'elementsUsername' | 'elementsWallet'
>;

const NO_ADDRESSES: Addresses = {
  ampUrl: '',
  ampUsername: '',
  elementsUrl: '',
  elementsUsername: '',
  elementsWallet: '',
};

function toProfile({ sandbox: _sandbox, removing: _removing, ...profile }: ProfileRecord): Profile {
  return profile;
}

function addressesOf(connection: Connection, network: Profile['network']): Addresses {
  return {
    ampUrl: checkAmpUrl(connection.ampUrl, network),
    ampUsername: connection.ampUsername,
    elementsUrl: checkElementsUrl(connection.elementsUrl),
    elementsUsername: connection.elementsUsername,
    elementsWallet: connection.elementsWallet,
  };
}

export function createProfiles({ dataDir, secrets, clock = Date.now }: ProfilesOptions): Profiles {
  ensurePrivateFolder(dataDir);
  const book = openBook(join(dataDir, 'profiles.json'));
  const folder = (id: string) => join(dataDir, 'profiles', id);
  const database = (id: string) => join(folder(id), 'profile.sqlite');

  const records = () => book.read().filter((record) => !record.removing);

  function record(id: string, among = records()): ProfileRecord {
    const found = among.find((candidate) => candidate.id === id && !candidate.removing);
    if (found !== undefined) return found;
    throw new SluiceError('NOT_FOUND', `There is no profile ${id}.`, {
      next: 'Choose one from the list of profiles.',
    });
  }

  function refuseTaken(name: string, among: ProfileRecord[], except?: string): void {
    const taken = among.find((other) => nameKey(other.name) === nameKey(name) && other.id !== except);
    if (taken === undefined) return;
    throw new SluiceError('CONFLICT', `There is already a profile “${taken.name}”.`, {
      next: 'Choose another name.',
      field: 'name',
    });
  }

  async function keepPasswords(id: string, connection: ConnectionChange): Promise<void> {
    const own = secrets.profileSecrets(id);
    if (connection.ampPassword) await own.set(SECRET.ampPassword, connection.ampPassword);
    if (connection.elementsPassword) await own.set(SECRET.elementsPassword, connection.elementsPassword);
  }

  /** Deletes the files of profiles that are marked; what cannot be deleted now is tried again at the next start. */
  function finishRemovals(): void {
    for (const { id } of book.read().filter(({ removing }) => removing)) {
      inWords(folder(id), () => rmSync(folder(id), { recursive: true, force: true }));
      book.change((all) => {
        const at = all.findIndex((candidate) => candidate.id === id);
        if (at >= 0) all.splice(at, 1);
      });
    }
  }

  /** A database knows which profile it belongs to, so that one put into another's place is noticed. */
  function claim(store: Store, profile: ProfileRecord): void {
    const owner = store.db.prepare<[], string>("SELECT value FROM meta WHERE key = 'profile'").pluck().get();
    if (owner === profile.id) return;
    if (owner !== undefined) {
      throw new SluiceError(
        'CONFLICT',
        `The database ${database(profile.id)} belongs to another profile (${owner}).`,
        {
          next: 'Put the right file back, or a backup of this profile.',
        },
      );
    }
    store.tx(() => {
      const { id, name, network, role, signer } = profile;
      store.db.prepare("INSERT INTO meta (key, value) VALUES ('profile', ?)").run(id);
      store.audit({
        type: 'profile.created',
        subject: `profile:${id}`,
        data: { name, network, role, signer },
      });
    });
  }

  finishRemovals();

  return {
    list: () => records().map(toProfile),
    get: (id) => toProfile(record(id)),
    find(idOrName) {
      const all = records();
      const found =
        all.find(({ id }) => id === idOrName) ??
        all.find(({ name }) => nameKey(name) === nameKey(idOrName.trim()));
      return found ? toProfile(found) : null;
    },

    async create(args) {
      const name = checkName(args.name);
      refuseTaken(name, records());
      checkMaking(args);
      // A signer brings keys and nothing else: it has no simulated world of its own either.
      const simulated = args.network === 'sandbox' && args.role !== 'signer';
      const made: ProfileRecord = {
        id: randomUUID(),
        name,
        network: args.network,
        role: args.role ?? 'desk',
        ...(args.connection ? addressesOf(args.connection, args.network) : NO_ADDRESSES),
        signer: args.signer ?? 'node',
        createdAt: clock(),
        lastOpenedAt: null,
        ...(simulated
          ? {
              sandbox: {
                blockSeconds: args.sandbox?.blockSeconds ?? SANDBOX_BLOCK_SECONDS,
                seed: args.sandbox?.seed ?? SANDBOX_SEED,
              },
            }
          : {}),
      };
      // Secrets first: a profile that is listed has its passwords.
      if (args.connection) await keepPasswords(made.id, args.connection);
      try {
        book.change((all) => {
          refuseTaken(name, all);
          all.push(made);
        });
      } catch (error) {
        if (args.connection) await secrets.removeAll(`${made.id}/`);
        throw error;
      }
      return toProfile(made);
    },

    async update({ id, name, connection }) {
      const before = record(id);
      const clean = name === undefined ? before.name : checkName(name);
      refuseTaken(clean, records(), id);
      if (connection !== undefined) refuseNeedlessConnection(before);
      const after: Addresses = {
        ampUrl:
          connection?.ampUrl === undefined ? before.ampUrl : checkAmpUrl(connection.ampUrl, before.network),
        ampUsername: connection?.ampUsername ?? before.ampUsername,
        elementsUrl:
          connection?.elementsUrl === undefined
            ? before.elementsUrl
            : checkElementsUrl(connection.elementsUrl),
        elementsUsername: connection?.elementsUsername ?? before.elementsUsername,
        elementsWallet: connection?.elementsWallet ?? before.elementsWallet,
      };
      if (connection !== undefined) {
        refuseStrayPasswords(before, connection);
        const sameAccount = after.ampUrl === before.ampUrl && after.ampUsername === before.ampUsername;
        if (!sameAccount || connection.ampPassword) await secrets.profileSecrets(id).remove(SECRET.ampToken);
        await keepPasswords(id, connection);
      }
      return book.change((all) => {
        const current = record(id, all);
        refuseTaken(clean, all, id);
        Object.assign(current, after, { name: clean });
        return toProfile(current);
      });
    },

    setTreasury(id, { wallet, signer }) {
      return book.change((all) => {
        const current = record(id, all);
        Object.assign(current, { elementsWallet: wallet, signer });
        return toProfile(current);
      });
    },

    async remove({ id, confirm }) {
      const doomed = record(id);
      if (confirm.trim() !== doomed.name) {
        throw new SluiceError('CONFIRMATION_MISMATCH', `“${confirm}” is not the name of this profile.`, {
          next: `Type “${doomed.name}” to delete it with its database and secrets.`,
          field: 'confirm',
        });
      }
      ensurePrivateFolder(folder(id));
      const lock = acquireLock(`${database(id)}.lock`, { what: `profile “${doomed.name}”` });
      try {
        const { store, unlocked } = await secrets.status();
        const simulated = doomed.network === 'sandbox' && doomed.role === 'desk';
        // A signer may never have been given a store for secrets; what it has been given keys in must be open.
        const mayHaveSecrets = doomed.role === 'desk' || store !== 'none';
        if (unlocked || (!simulated && mayHaveSecrets)) await secrets.removeAll(`${id}/`);
        book.change((all) => {
          record(id, all).removing = true;
        });
      } finally {
        // Windows does not delete a folder in which a file is open.
        lock.release();
      }
      finishRemovals();
    },

    openStore(id) {
      const profile = record(id);
      const store = openStore(database(id), {
        clock,
        what: `profile “${profile.name}”`,
        mustExist: profile.lastOpenedAt !== null,
      });
      try {
        claim(store, profile);
        book.change((all) => {
          record(id, all).lastOpenedAt = clock();
        });
      } catch (error) {
        store.close();
        throw error;
      }
      return store;
    },

    async backup(id, store, actor) {
      const stamp = new Date(clock()).toISOString().replace(/[:.]/g, '-');
      const path = join(backupFolder(database(id)), `${stamp}.sqlite`);
      const { bytes, auditHead } = await store.backup(path);
      store.tx(() =>
        store.audit({
          type: 'backup.created',
          subject: `profile:${id}`,
          actor,
          data: { path, bytes, auditHead },
        }),
      );
      return { path, bytes, auditHead };
    },

    secrets: (id) => secrets.profileSecrets(id),
    sandbox(id) {
      const { sandbox, name } = record(id);
      if (sandbox !== undefined) return sandbox;
      throw new SluiceError('INVALID_ARGUMENT', `Profile “${name}” is not a Sandbox profile.`, {
        next: 'Open a Sandbox profile for this.',
      });
    },
    sandboxFolder: (id) => join(folder(id), 'sandbox'),
  };
}

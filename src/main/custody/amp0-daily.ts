import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import type { Amp0Connection, Amp0Session } from '../amp0/types.ts';
import type { DerivedAddress } from '../liquid/index.ts';
import { issueAddress, issueInAdvance, namedAccount } from './amp0-account.ts';
import type { CustodyDeps } from './deps.ts';
import type { Places, PlaceUse } from './places.ts';
import type { Records, StoredProblem, StoredWallet } from './records.ts';
import type { Services } from './services.ts';
import type { WalletSecrets } from './wallet-secrets.ts';

/** A login that nobody used for so long is given up. */
const IDLE_MS = 120_000;

/**
 * Daily work with AMP0 accounts, by watch-only credentials alone. The only way to an address of such an account: it is
 * issued by Green, which cosigns for no other.
 */
export interface Amp0Daily {
  /** COSIGNER_ALTERED for an address that is not of this account; what the connection throws. */
  issue(wallet: StoredWallet, use: PlaceUse): Promise<DerivedAddress>;
  /** Highest index that Green issued, also to others who watch the account; kept on disk. */
  lastIndex(wallet: StoredWallet): Promise<number>;
  /** Why Green could not be asked the last time; null when it could. */
  problem(id: string): StoredProblem | null;
  close(): void;
}

interface Login {
  connection: Amp0Connection;
  session: Amp0Session;
  idle: ReturnType<typeof setTimeout>;
}

export function createAmp0Daily(
  deps: Pick<CustodyDeps, 'store' | 'liquid' | 'network' | 'clock'> & {
    services: Services;
    secrets: WalletSecrets;
    records: Records;
    places: Places;
  },
): Amp0Daily {
  const { store, records, places, secrets } = deps;
  const logins = new Map<string, Login>();
  const problems = new Map<string, StoredProblem>();
  /** Connections on their way to a login. */
  const opening = new Set<Amp0Connection>();
  let closed = false;
  // One call after the other on each account: Green counts the addresses that it issues.
  const turns = new Map<string, Promise<unknown>>();

  function forget(id: string): void {
    const login = logins.get(id);
    logins.delete(id);
    if (!login) return;
    clearTimeout(login.idle);
    login.connection.close();
  }

  async function logIn(wallet: StoredWallet): Promise<Login> {
    const credentials = await secrets.credentials(wallet.id);
    const connection = await deps.services.amp0().connect();
    opening.add(connection);
    try {
      if (closed) throw closing();
      const session = await connection.watchOnly(credentials);
      const { pointer } = namedAccount(session.accounts, wallet.ampId ?? '');
      const login = { connection, session, idle: setTimeout(() => forget(wallet.id), IDLE_MS).unref() };
      connection.onClose(() => {
        if (logins.get(wallet.id) === login) forget(wallet.id);
      });
      logins.set(wallet.id, login);
      await tellInAdvance(wallet, session, pointer);
      return login;
    } catch (error) {
      forget(wallet.id);
      connection.close();
      throw error;
    } finally {
      opening.delete(connection);
    }
  }

  async function tellInAdvance(wallet: StoredWallet, session: Amp0Session, pointer: number): Promise<void> {
    const descriptor = await secrets.descriptor(wallet.id);
    const issued = await issueInAdvance(deps, session, { pointer, descriptor });
    if (issued.length === 0) return;
    keep(wallet, issued, 'issuers');
    await session.upload(
      pointer,
      issued.map(({ address }) => address),
    );
  }

  function keep(wallet: StoredWallet, issued: readonly DerivedAddress[], use: PlaceUse): void {
    store.tx(() => {
      for (const place of issued) {
        places.insert(wallet.id, place, use, deps.clock());
        records.setLastIndex(wallet.id, place.index);
      }
    });
  }

  /** Over a login that may have gone stale: once more over a fresh one. */
  function withSession<T>(wallet: StoredWallet, work: (session: Amp0Session) => Promise<T>): Promise<T> {
    async function attempt(): Promise<T> {
      if (closed) throw closing();
      const open = logins.get(wallet.id);
      if (open?.connection.open === true) {
        open.idle.refresh();
        try {
          return await work(open.session);
        } catch (error) {
          forget(wallet.id);
          if (!isAmbiguous(error)) throw error;
        }
      }
      forget(wallet.id);
      const { session } = await logIn(wallet);
      try {
        return await work(session);
      } catch (error) {
        forget(wallet.id);
        throw error;
      }
    }
    async function noted(): Promise<T> {
      try {
        const result = await attempt();
        problems.delete(wallet.id);
        return result;
      } catch (error) {
        if (!(error instanceof SluiceError) || closed) throw error;
        const told = inThisDesk(error);
        const { code, message, next } = told;
        problems.set(wallet.id, { code, message, next, at: deps.clock() });
        throw told;
      }
    }
    const next = (turns.get(wallet.id) ?? Promise.resolve()).then(noted, noted);
    turns.set(
      wallet.id,
      next.catch(() => undefined),
    );
    return next;
  }

  return {
    issue: (wallet, use) =>
      withSession(wallet, async (session) => {
        const descriptor = await secrets.descriptor(wallet.id);
        const place = await issueAddress(deps, session, { pointer: wallet.pointer ?? 0, descriptor });
        keep(wallet, [place], use);
        return place;
      }),
    lastIndex: (wallet) =>
      withSession(wallet, async (session) => {
        const index = await session.lastIndex(wallet.pointer ?? 0);
        store.tx(() => records.setLastIndex(wallet.id, index));
        return index;
      }),
    problem: (id) => problems.get(id) ?? null,
    close() {
      closed = true;
      for (const connection of opening) connection.close();
      for (const id of [...logins.keys()]) forget(id);
    },
  };
}

/** What to do about a login that was good before: the client cannot know. */
function inThisDesk(error: SluiceError): SluiceError {
  if (error.code !== 'COSIGNER_UNAUTHORIZED') return error;
  return new SluiceError(error.code, error.message, {
    next: 'Another program has made a new watch-only login for this owner, which replaced the one kept here. Create the AMP0 account again with its words or its signer and its AMP ID: that renews the login of this wallet and changes nothing else.',
    cause: error,
  });
}

function closing(): SluiceError {
  return new SluiceError('CANCELLED', 'The profile is being closed.', { next: 'Open it again.' });
}

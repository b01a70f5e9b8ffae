import {
  contract,
  events,
  type AreaHandlers,
  type CallContext,
  type CallName,
  type Emit,
  type EventEnvelope,
  type Handlers,
  type Network,
  type Profile,
} from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { testAmp } from '../amp/index.ts';
import { testNode } from '../elements/index.ts';
import { createSecrets, SECRET } from '../keychain/index.ts';
import { createLiquid } from '../liquid/index.ts';
import type { Checkpoint } from '../operations/index.ts';
import { createProfiles, refuseStrayPasswords } from '../profiles/index.ts';
import { openSession, type SessionArea, type SessionDeps, type SessionServices } from './session.ts';
import { openSignerSession, type SignerServices, type SignerSessionArea } from './signer-session.ts';
import type { Desk, HostKind } from './types.ts';
import { VERSION } from './version.ts';

export interface DeskOptions {
  dataDir: string;
  host: HostKind;
  /** For tests: called at named points of the engine. */
  checkpoint?: Checkpoint;
  /** For tests: how long the engine waits between looks, as a share of the real length. */
  pace?: number;
  clock?: () => number;
}

type DeskArea = 'app' | 'secrets' | 'profiles';

/** An open profile of either role, with the areas that its role has. */
interface Session {
  profile: Profile;
  services: Partial<SessionServices> | SignerServices;
  close(): Promise<void>;
}

/** Opens the desk of a data folder. No profile is open yet. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const clock = options.clock ?? Date.now;
  const listeners = new Set<(event: EventEnvelope) => void>();
  const emit: Emit = (name, data) => {
    for (const listener of listeners) listener({ name, data: events[name].parse(data) });
  };
  const secrets = createSecrets({ dataDir: options.dataDir });
  const profiles = createProfiles({ dataDir: options.dataDir, secrets, clock });
  const liquid = createLiquid();
  let session: Session | null = null;
  let closing = false;
  // Opening and closing follow one another; two windows may ask at once.
  let turn: Promise<unknown> = Promise.resolve();

  let reopening: Promise<void> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  }

  async function closeSession(): Promise<void> {
    const open = session;
    session = null;
    if (!open) return;
    await open.close();
    emit('profile.changed', { id: null });
  }

  const shared: SessionDeps = {
    profiles,
    secrets,
    liquid,
    emit,
    clock,
    checkpoint: options.checkpoint ?? (() => undefined),
    pace: options.pace,
    reopen(profileId) {
      // The caller works inside the session that ends: it is exchanged once the call has returned.
      const exchange = new Promise<void>((resolve) => {
        setImmediate(() => {
          // A desk that is being closed must not open the profile behind its own back.
          if (closing) return resolve();
          void inTurn(() => open(profileId))
            .catch(() => undefined)
            .then(() => resolve());
        });
      });
      reopening = exchange;
      return Promise.resolve();
    },
  };

  async function open(id: string): Promise<Session> {
    await closeSession();
    const profile = profiles.get(id);
    const opened: Session =
      profile.role === 'signer'
        ? await openSignerSession(profile, shared)
        : await openSession(profile, shared);
    session = opened;
    emit('profile.changed', { id });
    return opened;
  }

  const own: { [A in DeskArea]: AreaHandlers<A> } = {
    app: {
      info: () => ({
        version: VERSION,
        host: options.host,
        platform: process.platform,
        dataDir: options.dataDir,
      }),
    },
    secrets: {
      status: () => secrets.status(),
      async createVault({ passphrase }) {
        const status = await secrets.createVault(passphrase);
        emit('secrets.changed', {});
        return status;
      },
      async unlockVault({ passphrase }) {
        const status = await secrets.unlockVault(passphrase);
        emit('secrets.changed', {});
        return status;
      },
      lock: () =>
        inTurn(async () => {
          await closeSession();
          const status = await secrets.lock();
          emit('secrets.changed', {});
          return status;
        }),
    },
    profiles: {
      list: () => ({ profiles: profiles.list() }),
      async current() {
        // A profile that is exchanged for itself with another treasury was never closed, as far as people are concerned.
        await reopening;
        return { profile: session === null ? null : profiles.get(session.profile.id) };
      },
      create: (args) => profiles.create(args),
      async update(args) {
        const updated = await profiles.update(args);
        if (session?.profile.id === args.id && args.connection !== undefined)
          await inTurn(() => open(args.id));
        emit('profile.changed', { id: session?.profile.id ?? null });
        return updated;
      },
      async remove(args) {
        if (session?.profile.id === args.id) await inTurn(closeSession);
        await profiles.remove(args);
        return {};
      },
      open: ({ id }) => inTurn(async () => (await open(id)).profile),
      close: () =>
        inTurn(async () => {
          await closeSession();
          return {};
        }),
      async test({ id, network, connection }) {
        const known = id === undefined ? null : profiles.get(id);
        // A password the desk keeps is not sent to an address that somebody has just typed.
        if (known && connection !== undefined) refuseStrayPasswords(known, connection);
        const tried = { ...known, ...(known ? await storedPasswords(known.id) : {}), ...connection };
        const chosen: Network | undefined = network ?? known?.network;
        if (known?.role === 'signer') {
          throw new SluiceError('NOT_ALLOWED', `“${known.name}” is a signer: it connects to nothing.`, {
            next: 'Open it; there is nothing to try.',
          });
        }
        if (chosen === 'sandbox') {
          throw new SluiceError('NOT_ALLOWED', 'A Sandbox profile brings its own simulated node and AMP.', {
            next: 'Open it; there is nothing to connect.',
          });
        }
        if (chosen === undefined || tried.ampUrl === undefined || tried.elementsUrl === undefined) {
          throw new SluiceError('INVALID_ARGUMENT', 'There is no connection to try.', {
            next: 'Give the network and the connection, or the id of a profile.',
            field: 'connection',
          });
        }
        const [nodeSteps, ampSteps] = await Promise.all([
          testNode(
            {
              url: tried.elementsUrl,
              username: tried.elementsUsername ?? '',
              password: tried.elementsPassword ?? '',
              wallet: tried.elementsWallet ?? '',
            },
            chosen,
          ),
          testAmp(
            {
              url: tried.ampUrl,
              username: tried.ampUsername ?? '',
              password: tried.ampPassword ?? '',
            },
            chosen,
          ),
        ]);
        const steps = [...nodeSteps, ...ampSteps];
        return { steps, ok: steps.every((step) => step.verdict !== 'wrong') };
      },
    },
  };

  async function storedPasswords(id: string): Promise<{ ampPassword?: string; elementsPassword?: string }> {
    const stored = profiles.secrets(id);
    const [ampPassword, elementsPassword] = await Promise.all([
      stored.get(SECRET.ampPassword),
      stored.get(SECRET.elementsPassword),
    ]);
    return {
      ...(ampPassword === null ? {} : { ampPassword }),
      ...(elementsPassword === null ? {} : { elementsPassword }),
    };
  }

  return {
    handlers: routes(own, () => session),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing = true;
      await inTurn(closeSession);
      await liquid.close();
    },
  };
}

/** Every area of the contract belongs to the desk itself or to a role; one that belongs to nobody is a compile error. */
type Area = CallName extends infer N ? (N extends `${infer A}.${string}` ? A : never) : never;
type Nobody = Exclude<Area, DeskArea | SessionArea | SignerSessionArea>;
type AllHandlers = [Nobody] extends [never] ? Handlers : Nobody;

/**
 * Every call of the contract: those of the desk itself, the rest to the open profile, as far as its role has them. That
 * no handler is missing is checked by the types of the areas; only the way from a name to its handler is looked up here.
 */
function routes(own: { [A in DeskArea]: AreaHandlers<A> }, session: () => Session | null): AllHandlers {
  type AnyArea = Record<string, (args: unknown, context: CallContext) => unknown>;
  const handlers: Record<string, (args: unknown, context: CallContext) => unknown> = {};
  for (const name of Object.keys(contract) as CallName[]) {
    const [area = '', verb = ''] = name.split('.');
    handlers[name] = (args, context) => {
      const open = session();
      const services = area in own ? own : open?.services;
      if (!services) {
        throw new SluiceError('NO_PROFILE', 'No profile is open.', {
          next: 'Open a profile, or make one: the Sandbox needs nothing but a name.',
        });
      }
      const service = (services as unknown as Partial<Record<string, AnyArea>>)[area];
      if (!service) throw notOfThisRole(name, open?.profile);
      return service[verb]?.(args, context);
    };
  }
  return handlers as unknown as AllHandlers;
}

function notOfThisRole(call: string, profile: Profile | undefined): SluiceError {
  const name = profile?.name ?? '';
  return profile?.role === 'signer'
    ? new SluiceError('NOT_ALLOWED', `This profile is a signer: “${name}” does not do ${call}.`, {
        next: 'A signer checks and signs, without a network. Do this at the desk.',
      })
    : new SluiceError('NOT_ALLOWED', `This profile is a desk: “${name}” does not do ${call}.`, {
        next: 'Do this at the signer, or open a profile of that role.',
      });
}

export type { Desk, HostKind } from './types.ts';

import type { Args, Result } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Amp0Connection, Amp0OwnerKeys } from '../amp0/types.ts';
import type { Receiver } from '../bundles/index.ts';
import { amp0LoginAnswerPayload, readPayload } from '../signing/index.ts';
import { ownerKeys, type Amp0Identity } from './amp0-account.ts';
import { prepareAmp0, refuseJade, type CreateAmp0Deps, type Made } from './create-amp0.ts';
import type { CustodyDeps, OfferedCustodyKeys } from './deps.ts';
import { createSetupRecords, type StoredSetup } from './setup-records.ts';
import type { Place } from './taking-up.ts';

/** How long the signer may take the challenge in. The connection to Green is seldom open for so long. */
const CHALLENGE_HOURS = 24;

type Setup = Result<'custody.setups'>['setups'][number];

/** A login that is under way: its challenge is good for this connection alone. */
interface Waiting {
  connection: Amp0Connection;
  challenge: string;
  owner: Amp0OwnerKeys;
  identity: Amp0Identity;
}

/** AMP0 accounts whose key is at a paired signer: the login at Green crosses the air gap. */
export interface Setups {
  begin(args: Args<'custody.createAmp0'>, actor: string): Promise<{ setupId: string; sentence: string }>;
  list(): Setup[];
  /** Connects again, with a new challenge. */
  retry(id: string, actor: string): Promise<void>;
  cancel(id: string, actor: string): void;
  receive: Receiver;
  close(): void;
}

export function createSetups(
  deps: CreateAmp0Deps & Pick<CustodyDeps, 'bundles' | 'emit'> & { made: (wallet: Made) => void },
): Setups {
  const { store, bundles, emit, clock, takingUp } = deps;
  const records = createSetupRecords(store);
  const waiting = new Map<string, Waiting>();
  const changed = (): void => emit('custody.changed', { walletId: null });

  async function identityOf(
    peerId: string,
    fingerprint?: string,
  ): Promise<OfferedCustodyKeys & Amp0Identity> {
    const offered = await deps.offeredKeys(peerId, fingerprint);
    const { amp0 } = offered;
    if (!amp0) throw refuseJade();
    return { ...offered, amp0 };
  }

  function lose(id: string, problem: { message: string; next: string }): void {
    const live = waiting.get(id);
    if (!live) return;
    waiting.delete(id);
    live.connection.close();
    store.tx(() => records.lost(id, problem));
    changed();
  }

  async function connect(setup: StoredSetup, identity: Amp0Identity, actor: string): Promise<void> {
    const owner = await ownerKeys(deps.liquid, deps.network, identity);
    const connection = await deps.services.amp0().connect();
    try {
      const challenge = await connection.challenge(owner);
      const { bundleId } = await bundles.post.send({
        kind: 'amp0-login',
        to: setup.peerId,
        payload: {
          setupId: setup.id,
          network: deps.network,
          name: setup.name,
          fingerprint: setup.fingerprint,
          challenge,
        },
        subject: `setup:${setup.id}`,
        name: `amp0-login-${setup.name}`,
        hours: CHALLENGE_HOURS,
        actor,
      });
      store.tx(() => records.challenged(setup.id, challenge, bundleId));
      waiting.get(setup.id)?.connection.close();
      waiting.set(setup.id, { connection, challenge, owner, identity });
      connection.onClose((reason) => {
        if (waiting.get(setup.id)?.connection !== connection) return;
        lose(setup.id, {
          message: `The connection to Green ended: ${reason}`,
          next: 'Connect again; the signer then signs a new challenge. Nothing was created.',
        });
      });
      changed();
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  function setupOf(id: string): StoredSetup {
    const setup = records.find(id);
    if (setup) return setup;
    throw new SluiceError('NOT_FOUND', 'There is no such setup here: it is finished, or was given up.', {
      next: 'Begin again.',
      field: 'id',
    });
  }

  return {
    async begin(args, actor) {
      if (args.key.kind !== 'signer') throw refuseJade();
      const identity = await identityOf(args.key.peerId, args.key.fingerprint);
      const id = takingUp.newId();
      const setup = { id, ...placeOf(args), peerId: args.key.peerId, fingerprint: identity.fingerprint };
      const stored = { ...setup, ampId: args.ampId ?? null, challenge: null, bundleId: null, problem: null };
      store.tx(() => {
        records.insert({ ...stored, startedAt: clock() });
        store.audit({
          type: 'custody.setup-begun',
          subject: `setup:${id}`,
          actor,
          data: { name: args.name },
        });
      });
      try {
        await connect({ ...stored, startedAt: clock() }, identity, actor);
      } catch (error) {
        store.tx(() => records.remove(id));
        throw error;
      }
      return {
        setupId: id,
        sentence: `Take the login to “${identity.name}”, and its answer back here, while this desk stays connected to Green.`,
      };
    },
    list: () =>
      records.list().map((setup) => {
        const live = waiting.get(setup.id);
        const peerName = bundles.post.peers().find(({ id }) => id === setup.peerId)?.name ?? 'a signer';
        return {
          id: setup.id,
          name: setup.name,
          peerId: setup.peerId,
          peerName,
          sentence: live
            ? `Waits for the login to be signed by “${peerName}”.`
            : (setup.problem?.message ?? 'The connection to Green ended when this desk was closed.'),
          next: live
            ? 'Take the request to the signer and its answer back here.'
            : (setup.problem?.next ?? 'Connect again; the signer then signs a new challenge.'),
          request: live && setup.bundleId !== null ? bundles.post.file(setup.bundleId) : null,
          startedAt: setup.startedAt,
        };
      }),
    async retry(id, actor) {
      const setup = setupOf(id);
      await connect(setup, await identityOf(setup.peerId, setup.fingerprint), actor);
    },
    cancel(id, actor) {
      setupOf(id);
      waiting.get(id)?.connection.close();
      waiting.delete(id);
      store.tx(() => {
        records.remove(id);
        store.audit({ type: 'custody.setup-cancelled', subject: `setup:${id}`, actor, data: {} });
      });
      changed();
    },
    async receive(payload, from) {
      const answer = readPayload(amp0LoginAnswerPayload, payload);
      const setup = records.find(answer.setupId);
      if (setup?.peerId !== from.id) {
        throw new SluiceError('BUNDLE_FOREIGN', 'That login is not one that this desk waits for.', {
          next: 'It was finished or given up here. Begin again if the account is still wanted.',
        });
      }
      const live = waiting.get(setup.id);
      if (live?.challenge !== answer.challenge) {
        throw new SluiceError(
          'BUNDLE_OUT_OF_ORDER',
          live
            ? 'That is the answer to an older challenge; Green has given another since.'
            : 'The connection on which Green gave that challenge is gone.',
          {
            next: live
              ? 'Take the newest request to the signer.'
              : 'Connect again for this setup, and take the new request to the signer. Nothing was created.',
          },
        );
      }
      const owner = await live.connection.login(live.owner, answer.signature).catch((error: unknown) => {
        if (error instanceof SluiceError) lose(setup.id, error);
        throw error;
      });
      const prepared = await prepareAmp0(deps, owner, {
        place: setup,
        ampId: setup.ampId ?? undefined,
        identity: live.identity,
        key: { kind: 'signer', peerId: setup.peerId, seed: null, fresh: false },
      });
      waiting.delete(setup.id);
      live.connection.close();
      return () => {
        prepared.insert(from.name);
        records.remove(setup.id);
        setImmediate(() => {
          changed();
          deps.made(prepared);
        });
        return { sentence: prepared.sentence, goTo: { page: 'wallet', id: prepared.walletId } };
      };
    },
    close() {
      for (const { connection } of waiting.values()) connection.close();
      waiting.clear();
    },
  };
}

function placeOf({ name, purpose, owner }: Place): {
  name: string;
  purpose: Place['purpose'];
  owner: string;
} {
  return { name, purpose, owner: owner ?? '' };
}

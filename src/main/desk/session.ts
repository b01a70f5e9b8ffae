import type { AreaHandlers, Emit, Profile, TreasurySigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { spawnSandbox } from '../../sandbox/index.ts';
import { allocationImport, createAllocationPayments, createAllocations } from '../allocations/index.ts';
import { createAmpClient, type AmpCredentials, type TokenStore } from '../amp/index.ts';
import { createAssets } from '../assets/index.ts';
import { createBundles } from '../bundles/index.ts';
import type { Custody } from '../custody/index.ts';
import { createElementsNode, type ElementsConnection } from '../elements/index.ts';
import {
  createCategories,
  createHolders,
  createMirror,
  createSync,
  holdersImport,
} from '../holders/index.ts';
import { createImports } from '../imports/index.ts';
import { createJadeService, type JadeNetwork } from '../jade/index.ts';
import { SECRET, type ProfileSecrets, type Secrets } from '../keychain/index.ts';
import type { Liquid, LiquidNetwork } from '../liquid/index.ts';
import {
  createEngine,
  createJournal,
  createOperationsService,
  createRecords,
  type Checkpoint,
  type Engine,
  type EngineDeps,
  type PaymentSources,
  type PlanSources,
} from '../operations/index.ts';
import { getSettings, setSettings, type Profiles } from '../profiles/index.ts';
import { createArrangements, createBlindingKeys, createRounds } from '../rounds/index.ts';
import {
  cosignersSigner,
  createSignatures,
  keychainSigner,
  missingSigner,
  nodeSigner,
  type Signer,
} from '../signing/index.ts';
import { createTreasury } from '../treasury/index.ts';
import { createAudit } from './audit.ts';
import { createHealth } from './health.ts';
import { deskCustody } from './desk-custody.ts';
import { deskJades } from './desk-jades.ts';
import { answerPinRequests } from './pin-relay.ts';
import { createPlainAssets } from './plain-asset.ts';
import { controlSandbox, type ControlledSandbox } from './sandbox-control.ts';
import { memoryTokenStore, storedToken } from './token-store.ts';

/** The areas of the contract that need an open profile. */
export type SessionArea =
  | 'sandbox'
  | 'health'
  | 'settings'
  | 'backup'
  | 'sync'
  | 'holders'
  | 'imports'
  | 'categories'
  | 'assets'
  | 'treasury'
  | 'allocations'
  | 'operations'
  | 'pairing'
  | 'bundles'
  | 'qr'
  | 'jade'
  | 'arrangement'
  | 'signing'
  | 'custody'
  | 'audit';

export type SessionServices = { [A in SessionArea]: AreaHandlers<A> };

/** An open profile: its database, its connections and everything that works on them. */
export interface Session {
  profile: Profile;
  services: SessionServices;
  close(): Promise<void>;
}

export interface SessionDeps {
  profiles: Profiles;
  secrets: Secrets;
  liquid: Liquid;
  emit: Emit;
  clock: () => number;
  checkpoint: Checkpoint;
  pace: number | undefined;
  /** Called when the treasury got another wallet: the session has to be opened again on it. */
  reopen: (profileId: string) => Promise<void>;
}

interface Connections {
  amp: AmpCredentials;
  elements: ElementsConnection;
  tokens: TokenStore;
  sandbox: ControlledSandbox | null;
}

const LIQUID_NETWORK: Record<Profile['network'], LiquidNetwork> = {
  sandbox: 'regtest',
  regtest: 'regtest',
  liquidtestnet: 'liquidtestnet',
  liquidv1: 'liquidv1',
};

const JADE_NETWORK: Record<LiquidNetwork, JadeNetwork> = {
  regtest: 'localtest-liquid',
  liquidtestnet: 'testnet-liquid',
  liquidv1: 'liquid',
};

/** Opens a profile: database first, then the connections, then the engine takes up what was under way. */
export async function openSession(profile: Profile, deps: SessionDeps): Promise<Session> {
  const store = deps.profiles.openStore(profile.id);
  const opened: (() => Promise<void> | void)[] = [() => store.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const own = deps.profiles.secrets(profile.id);
    const connections = await connect(profile, deps, own);
    if (connections.sandbox) opened.push(() => connections.sandbox?.close());
    const abort = new AbortController();
    const amp = createAmpClient({
      url: connections.amp.url,
      credentials: () =>
        Promise.resolve({ username: connections.amp.username, password: connections.amp.password }),
      tokenStore: connections.tokens,
      signal: abort.signal,
    });
    const node = createElementsNode(connections.elements);
    const wallet = node.wallet(connections.elements.wallet);
    const network = LIQUID_NETWORK[profile.network];
    const records = createRecords(store);
    const mirror = createMirror(store);
    const register = { store, amp, emit: deps.emit, clock: deps.clock };
    const payments = createAllocationPayments(register);
    const bundles = createBundles({
      store,
      secrets: own,
      profile: { name: profile.name, role: 'desk', network: profile.network },
      clock: deps.clock,
      emit: deps.emit,
    });
    const blindingKeys = createBlindingKeys(own);
    const arrangements = createArrangements(store, blindingKeys, network);
    const signatures = createSignatures(store);
    const arrangement = arrangements.of(wallet.name);
    function signer(): Signer {
      if (arrangement) {
        return cosignersSigner({
          ...arrangement,
          store,
          signatures,
          secrets: own,
          liquid: deps.liquid,
          network,
          clock: deps.clock,
          peerName: (id) => bundles.post.peers().find((peer) => peer.id === id)?.name ?? 'A signer',
          checkpoint: deps.checkpoint,
        });
      }
      switch (profile.signer) {
        case 'node':
          return nodeSigner(wallet, deps.clock);
        case 'keychain':
          return keychainSigner(own, deps.liquid, network);
        default:
          return missingSigner(profile.signer);
      }
    }
    const engineDeps: EngineDeps = {
      store,
      records,
      journal: createJournal(store, deps.clock, deps.checkpoint),
      amp,
      node,
      wallet,
      liquid: deps.liquid,
      signer: signer(),
      allocations: payments,
      clock: deps.clock,
      emit: deps.emit,
      checkpoint: deps.checkpoint,
      pace: deps.pace,
    };
    const engine: Engine = createEngine(engineDeps);
    opened.push(async () => {
      abort.abort();
      await engine.stop();
    });
    // Custody is opened further down; nothing is planned before.
    let nameOfAsset: Custody['nameOf'] = () => null;
    const allocations = createAllocations(register);
    const sources: PlanSources & PaymentSources & { assets(): { assetUuid: string }[] } = {
      allocation: (id) => payments.allocation(id),
      asset(assetUuid) {
        const asset = mirror.asset(assetUuid);
        if (!asset) {
          throw new SluiceError('NOT_FOUND', 'The desk’s copy of AMP’s registers has no such asset.', {
            next: 'Read AMP’s registers again.',
          });
        }
        return asset;
      },
      assets: () => mirror.assets(),
      holderName: (holderId) => mirror.holder(holderId)?.name ?? null,
      settings: () => getSettings(store),
      plainAsset: createPlainAssets({
        policyAsset: () => node.policyAsset(),
        assets: () => mirror.assets(),
        named: (assetId) => nameOfAsset(assetId),
      }),
    };
    const {
      plan,
      payments: plainPayments,
      ...operations
    } = createOperationsService(engineDeps, engine, sources);
    const health = createHealth({
      amp,
      node,
      wallet,
      policy: engineDeps.signer.policy,
      settings: () => getSettings(store),
      heldAssets: () => new Set(records.allReservations().map(({ assetId }) => assetId)),
      profile,
      clock: deps.clock,
      emit: deps.emit,
    });
    opened.push(() => health.stop());
    const sync = createSync(register);
    const { jades, ports, oracle } = deskJades({
      network: JADE_NETWORK[network],
      antiExfil: deps.liquid.antiExfil,
      sandbox: connections.sandbox,
      emit: deps.emit,
    });
    opened.push(() => jades.close());
    const busy = (): boolean => records.liveOperations().length > 0;
    const adopt = (name: string, by: TreasurySigner): Promise<void> =>
      adoptWallet(deps, profile, name, by, connections.sandbox);
    const rounds = createRounds({
      store,
      node,
      wallet,
      liquid: deps.liquid,
      network,
      secrets: own,
      records,
      signatures,
      arrangements,
      blindingKeys,
      bundles,
      jades,
      busy,
      adopt,
      assetName: (assetUuid) => mirror.asset(assetUuid)?.name ?? assetUuid,
      clock: deps.clock,
      emit: deps.emit,
      wake: (operationId) => engine.wake(operationId),
      checkpoint: deps.checkpoint,
    });
    const custody = deskCustody({
      store,
      secrets: own,
      liquid: deps.liquid,
      network,
      node,
      bundles,
      rounds,
      jades,
      sandbox: connections.sandbox,
      assets: () => mirror.assets(),
      settings: () => getSettings(store),
      clock: deps.clock,
      emit: deps.emit,
      checkpoint: deps.checkpoint,
      pace: deps.pace,
    });
    opened.push(() => custody.close());
    nameOfAsset = custody.nameOf;
    bundles.onBundle('keys', rounds.receivers.keys);
    bundles.onBundle('jade-pin-request', answerPinRequests(bundles, oracle));

    const services: SessionServices = {
      sandbox: sandboxService(connections.sandbox, (gaid) => mirror.holderOfGaid(gaid) !== null, deps.emit),
      health: health.service,
      settings: {
        get: () => getSettings(store),
        set(change, { actor }) {
          const settings = setSettings(store, change, actor);
          deps.emit('settings.changed', {});
          return settings;
        },
      },
      backup: { create: (_args, { actor }) => deps.profiles.backup(profile.id, store, actor) },
      sync,
      holders: createHolders(register),
      imports: createImports({ ...register, kinds: [holdersImport(register), allocationImport(register)] }),
      categories: createCategories(register),
      assets: createAssets(register),
      treasury: createTreasury({
        store,
        amp,
        node,
        wallet,
        liquid: deps.liquid,
        records,
        secrets: own,
        network,
        signer: profile.signer,
        assets: () => mirror.assets(),
        payments: plainPayments,
        plainAsset: (assetId) => sources.plainAsset(assetId),
        secretsKeptIn: async () => (await deps.secrets.status()).detail,
        busy,
        adopt,
        clock: deps.clock,
        emit: deps.emit,
      }),
      allocations: { ...allocations, plan },
      operations,
      pairing: bundles.pairing,
      bundles: bundles.bundles,
      qr: bundles.qr,
      jade: createJadeService({ jades, ports, oracle, emit: deps.emit }),
      arrangement: rounds.arrangement,
      signing: rounds.signing,
      custody: custody.service,
      audit: createAudit(store),
    };
    await engine.start();
    health.start();
    custody.start();
    // The registers are read in the background, but a desk that has never read them has nothing to show: it waits for
    // the first time. One whose AMP is away opens all the same and says so.
    const reading = Promise.resolve(sync.run({}, { actor: 'desk' })).catch(() => undefined);
    if (mirror.assets().length === 0) await reading;
    return { profile, services, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function connect(profile: Profile, deps: SessionDeps, own: ProfileSecrets): Promise<Connections> {
  if (profile.network === 'sandbox') {
    const sandbox = controlSandbox(
      await spawnSandbox({
        stateDir: deps.profiles.sandboxFolder(profile.id),
        ...deps.profiles.sandbox(profile.id),
      }),
    );
    return {
      amp: sandbox.amp,
      elements: { ...sandbox.elements, wallet: profile.elementsWallet || sandbox.elements.wallet },
      tokens: memoryTokenStore(),
      sandbox,
    };
  }
  const [ampPassword, elementsPassword] = await Promise.all([
    own.get(SECRET.ampPassword),
    own.get(SECRET.elementsPassword),
  ]);
  if (ampPassword === null) {
    throw new SluiceError('SECRET_MISSING', 'The passwords of this profile are not in the secret store.', {
      next: 'Enter them again in the profile’s connection.',
    });
  }
  return {
    amp: { url: profile.ampUrl, username: profile.ampUsername, password: ampPassword },
    elements: {
      url: profile.elementsUrl,
      username: profile.elementsUsername,
      // A node may be reached without one, and empty secrets are not kept.
      password: elementsPassword ?? '',
      wallet: profile.elementsWallet,
    },
    tokens: storedToken(own),
    sandbox: null,
  };
}

async function adoptWallet(
  deps: SessionDeps,
  profile: Profile,
  wallet: string,
  signer: TreasurySigner,
  sandbox: ControlledSandbox | null,
): Promise<void> {
  // In the simulated world the issuer's holdings follow to the new wallet, as a real desk would have moved them.
  if (sandbox) await sandbox.moveTreasury(wallet);
  deps.profiles.setTreasury(profile.id, { wallet, signer });
  await deps.reopen(profile.id);
}

function sandboxService(
  sandbox: ControlledSandbox | null,
  isRegistered: (gaid: string) => boolean,
  emit: Emit,
): AreaHandlers<'sandbox'> {
  function simulated(): ControlledSandbox {
    if (sandbox) return sandbox;
    throw new SluiceError('NOT_ALLOWED', 'This profile is not a Sandbox: nothing in it is simulated.', {
      next: 'Open a Sandbox profile.',
    });
  }
  return {
    async status() {
      const handle = simulated();
      const { height, blockSeconds } = await handle.status();
      return {
        running: true,
        ampUrl: handle.amp.url,
        elementsUrl: handle.elements.url,
        controlUrl: handle.control,
        blockSeconds,
        height,
      };
    },
    async mine({ blocks }) {
      const { height } = await simulated().mine(blocks);
      emit('health.changed', {});
      emit('treasury.changed', {});
      return { height };
    },
    jade: () => simulated().showJade(),
    jadeDo: (deed) => simulated().jadeDo(deed),
    amp2: () => simulated().showAmp2(),
    amp2Do: (deed) => simulated().amp2Do(deed),
    gaids: ({ count }) => ({
      gaids: simulated()
        .gaids.filter((gaid) => !isRegistered(gaid))
        .slice(0, count),
    }),
  };
}

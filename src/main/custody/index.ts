import type { AreaHandlers, CustodyAsset, CustodyServices } from '../../shared/contract/index.ts';
import { amount, type Amount } from '../../shared/money.ts';
import { createAmp0Daily } from './amp0-daily.ts';
import { createAssets } from './assets.ts';
import { createChainFacts } from './chain-facts.ts';
import { attachAmp0, createAmp0, type Made } from './create-amp0.ts';
import { createAmp2, importAmp2 } from './create-amp2.ts';
import { createSingle } from './create-single.ts';
import type { CustodyDeps } from './deps.ts';
import { createGivingOut } from './giving-out.ts';
import { createHistory, fileStem } from './history.ts';
import { createLabelling } from './labelling.ts';
import { createLabels } from './labels.ts';
import { createLedger } from './ledger.ts';
import { createNotices } from './notices.ts';
import { createPlaces } from './places.ts';
import { createPort } from './port.ts';
import { createProjection } from './projection.ts';
import { createReadingPayment } from './reading-payment.ts';
import { createRecords } from './records.ts';
import { createRegistrations } from './registrations.ts';
import { createScanNotices } from './scan-notices.ts';
import { createScanner } from './scanner.ts';
import { createSchedule } from './schedule.ts';
import { createServices } from './services.ts';
import { createServiceSettings } from './service-settings.ts';
import { createSetups } from './setups.ts';
import { createShow, inGroups } from './show.ts';
import { createSpends, type Spends } from './spends/index.ts';
import { createTakingUp } from './taking-up.ts';
import { sealWalletKey } from './key-backup.ts';
import { createWalletSecrets } from './wallet-secrets.ts';
import { createWalletState } from './wallet-state.ts';
import type { Receiver } from '../bundles/index.ts';

export type { CustodyDeps, OfferedCustodyKeys } from './deps.ts';
export type { SpendsPort, WalletRecord, WalletsPort } from './types.ts';

export interface Custody {
  service: AreaHandlers<'custody'>;
  receivers: { 'amp0-login-answer': Receiver };
  /** Whether a request to a signer is about a payment of a custody wallet; then `receiveResult` takes the answer. */
  ownsRequest: Spends['ownsRequest'];
  receiveResult: Receiver;
  /** What a person called an asset here, or the simulated world does; null where nobody named it. */
  nameOf(assetId: string): Pick<CustodyAsset, 'name' | 'ticker' | 'precision'> | null;
  /** Begins to look at the chain and takes up what was under way. Asks nobody before it returns. */
  start(): void;
  close(): Promise<void>;
}

/** Custody wallets of an open profile: AMP0 accounts, AMP2 wallets, plain ones. */
export function createCustody(deps: CustodyDeps): Custody {
  const { store, clock, emit, simulated, network } = deps;
  const records = createRecords(store);
  const ledger = createLedger(store);
  const projection = createProjection(store);
  const places = createPlaces(store);
  const labels = createLabels(store);
  const notices = createNotices(store, clock, emit);
  const secrets = createWalletSecrets(deps.secrets);
  const facts = createChainFacts(store, deps.node);
  const policyAsset = (): string | null => facts.known()?.policyAsset ?? null;
  const assets = createAssets(store, deps, policyAsset);
  const serviceSettings = createServiceSettings({ store, network, simulated, records });
  const services = createServices(deps, serviceSettings);
  const state = createWalletState({ network, liquid: deps.liquid, secrets, facts, projection });
  const takingUp = createTakingUp({ ...deps, records, secrets });
  const daily = createAmp0Daily({ ...deps, services, secrets, records, places });
  const givingOut = createGivingOut({ ...deps, records, ledger, places, state, daily });
  const registrations = createRegistrations({ ...deps, records, services, secrets });
  const show = createShow({
    records,
    ledger,
    assets,
    policyAsset,
    spends: () => spends,
    settings: deps.settings,
    scanning: (id) => scanner.scanning(id),
    outage: () => schedule.outage(),
    refusal: registrations.refusal,
    cosignerProblem: daily.problem,
    progress: () => services.opened()?.progress() ?? null,
    peerName: (id) => deps.bundles.post.peers().find((peer) => peer.id === id)?.name ?? null,
  });
  const scanner = createScanner({
    ...deps,
    records,
    ledger,
    projection,
    state,
    services,
    daily,
    notices: createScanNotices({ notices, assets, fees: show.fees, spends: () => spends }),
    spends: () => spends,
  });
  const schedule = createSchedule({
    ...deps,
    records,
    ledger,
    services,
    scanner,
    chores: registrations.catchUp,
  });
  const port = createPort({
    network,
    records,
    ledger,
    places,
    labels,
    notices,
    assets,
    facts,
    services,
    settings: serviceSettings.get,
    secrets,
    state,
    givingOut,
    scanSoon: schedule.soon,
  });
  const spends: Spends = createSpends({
    ...deps,
    wallets: port,
    amp0: () => Promise.resolve().then(() => services.amp0()),
    amp2: () => Promise.resolve().then(() => services.amp2().client),
  });
  const making = { ...deps, takingUp, services, serviceSettings, records, places, secrets };
  const setups = createSetups({ ...making, made: ({ walletId }: Made) => schedule.soon(walletId) });

  const shown = (id: string) => show.wallet(records.get(id));
  function taken(id: string) {
    schedule.soon(id);
    return shown(id);
  }

  const service: AreaHandlers<'custody'> = {
    ...spends.service,
    ...createHistory({
      ...deps,
      records,
      ledger,
      places,
      labels,
      assets,
      services,
      state,
      spends: () => spends,
    }),
    ...createLabelling({ ...deps, records, labels }),
    readPayment: createReadingPayment({ ...deps, assets, facts, ownerOf: port.ownerOf }),

    services: () => serviceSettings.get(),
    setServices(change, { actor }): CustodyServices {
      const now = serviceSettings.set(change, actor);
      for (const { id } of records.list()) schedule.soon(id);
      emit('custody.changed', { walletId: null });
      return now;
    },
    testServices: async () => ({ steps: await services.test() }),

    wallets: ({ archived }) => ({
      wallets: records.list(archived === true).map(show.wallet),
      unread: notices.unread(),
    }),
    overview() {
      const lines = new Map<
        string,
        {
          confirmed: Amount;
          pending: Amount;
          wallets: {
            walletId: string;
            name: string;
            purpose: ReturnType<typeof shown>['purpose'];
            amount: Amount;
          }[];
        }
      >();
      for (const wallet of records.list()) {
        for (const { assetId, confirmed, pending } of ledger.balances(wallet.id)) {
          const line = lines.get(assetId) ?? { confirmed: amount(0n), pending: amount(0n), wallets: [] };
          line.confirmed = amount(line.confirmed + confirmed);
          line.pending = amount(line.pending + pending);
          const { id: walletId, name, purpose } = wallet;
          line.wallets.push({ walletId, name, purpose, amount: amount(confirmed + pending) });
          lines.set(assetId, line);
        }
      }
      return { assets: [...lines].map(([assetId, line]) => ({ asset: assets.of(assetId), ...line })) };
    },
    wallet: ({ id }) => shown(id),
    async descriptor({ id }, { actor }) {
      const { name } = records.get(id);
      const content = `${await secrets.descriptor(id)}\n`;
      store.tx(() =>
        store.audit({ type: 'custody.descriptor-exported', subject: `wallet:${id}`, actor, data: { name } }),
      );
      return { fileName: `${fileStem(name)}-descriptor.txt`, content };
    },
    async exportKeyBackup({ id, passphrase }, { actor }) {
      const wallet = records.get(id);
      const content = await sealWalletKey(secrets, wallet, passphrase);
      store.tx(() =>
        store.audit({
          type: 'custody.key-exported',
          subject: `wallet:${id}`,
          actor,
          data: { fingerprint: wallet.fingerprint },
        }),
      );
      return { fileName: `${fileStem(wallet.name)}-key-${wallet.fingerprint ?? ''}.json`, content };
    },
    async createAmp0(args, { actor }) {
      if (args.key.kind === 'signer') {
        const { setupId, sentence } = await setups.begin(args, actor);
        return { walletId: null, setupId, sentence };
      }
      const { walletId, sentence } = await createAmp0(making, args, actor);
      schedule.soon(walletId);
      return { walletId, setupId: null, sentence };
    },
    attachAmp0: async (args, { actor }) => taken(await attachAmp0(making, args, actor)),
    setups: () => ({ setups: setups.list() }),
    async retrySetup({ id }, { actor }) {
      await setups.retry(id, actor);
      return {};
    },
    cancelSetup({ id }, { actor }) {
      setups.cancel(id, actor);
      return {};
    },
    createAmp2: async (args, { actor }) => taken(await createAmp2(making, args, actor)),
    importAmp2: async (args, { actor }) => taken(await importAmp2(making, args, actor)),
    createSingle: async (args, { actor }) => taken(await createSingle(making, args, actor)),
    editWallet({ id, name, purpose, owner, archived }, { actor }) {
      const before = records.get(id);
      const change = {
        name: name ?? before.name,
        purpose: purpose ?? before.purpose,
        owner: owner ?? before.owner,
        archived: archived ?? before.archived,
      };
      store.tx(() => {
        records.edit(id, change);
        store.audit({ type: 'custody.wallet-edited', subject: `wallet:${id}`, actor, data: change });
      });
      emit('custody.changed', { walletId: id });
      return shown(id);
    },

    scan({ id }) {
      const ids = id === undefined ? records.list().map((wallet) => wallet.id) : [records.get(id).id];
      return schedule.now(ids);
    },
    async newAddress({ id, label }, { actor }) {
      const wallet = records.get(id);
      const { address, index } = await givingOut.next(wallet, 'given');
      store.tx(() => {
        if (label) labels.set(id, { type: 'addr', ref: address, label });
        store.audit({
          type: 'custody.address-given',
          subject: `wallet:${id}`,
          actor,
          data: { address, index },
        });
      });
      schedule.soon(id);
      emit('custody.changed', { walletId: id });
      return {
        address,
        grouped: inGroups(address),
        index,
        label: label ?? '',
        at: clock(),
        used: false,
        from: wallet.kind === 'amp0' ? 'amp0' : 'derived',
      };
    },
    addresses({ id, search, offset, limit }) {
      const { kind } = records.get(id);
      const { rows, total } = places.page({ id, search, offset, limit });
      return {
        total,
        rows: rows.map(({ address, index, label, at, used }) => ({
          address,
          grouped: inGroups(address),
          index,
          label,
          at,
          used,
          from: kind === 'amp0' ? 'amp0' : 'derived',
        })),
      };
    },
    async nameAsset({ assetId, name, ticker, precision }, { actor }) {
      await facts.policyAsset();
      const named = { assetId, name, ticker: ticker === '' ? null : ticker, precision };
      assets.refuseKnown(assetId);
      store.tx(() => {
        assets.name(named);
        store.audit({ type: 'custody.asset-named', subject: `asset:${assetId}`, actor, data: named });
      });
      emit('custody.changed', { walletId: null });
      return assets.of(assetId);
    },
    notices: (query) => notices.page(query),
    readNotices() {
      store.tx(() => notices.readAll());
      emit('custody.changed', { walletId: null });
      return {};
    },
  };

  return {
    service,
    receivers: { 'amp0-login-answer': setups.receive },
    ownsRequest: (id) => spends.ownsRequest(id),
    nameOf(assetId) {
      const { kind, name, ticker, precision } = assets.of(assetId);
      return kind === 'unknown' ? null : { name, ticker, precision };
    },
    receiveResult: (payload, from, bundle) => spends.receiveResult(payload, from, bundle),
    start() {
      spends.start();
      registrations.start();
      schedule.start();
    },
    async close() {
      setups.close();
      registrations.close();
      daily.close();
      await schedule.close();
      await spends.close();
      await services.close();
      state.close();
    },
  };
}

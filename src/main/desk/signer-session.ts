import type { AreaHandlers, Profile } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createBundles } from '../bundles/index.ts';
import {
  createJades,
  createJadeService,
  createSerialPorts,
  portsOfEnvironment,
  type JadeNetwork,
  type PinOracle,
} from '../jade/index.ts';
import type { LiquidNetwork } from '../liquid/index.ts';
import { getSettings, setSettings } from '../profiles/index.ts';
import { sealNetwork } from '../seal/index.ts';
import { createSigner } from '../signer/index.ts';
import { attachedJade } from './attached-jade.ts';
import { createAudit } from './audit.ts';
import { createPinRelay } from './pin-relay.ts';
import type { SessionDeps } from './session.ts';

/** The areas that a signer has. */
export type SignerSessionArea =
  'pairing' | 'bundles' | 'qr' | 'jade' | 'signer' | 'settings' | 'backup' | 'audit';

export type SignerServices = { [A in SignerSessionArea]: AreaHandlers<A> };

export interface SignerSession {
  profile: Profile;
  services: SignerServices;
  close(): Promise<void>;
}

/** In a Sandbox's simulated world the chain is a regtest as well. */
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

/** The oracle is not asked from a signer: the seal would stop it, and this says it before the Jade is kept waiting. */
const NO_ORACLE: PinOracle = () =>
  Promise.reject(
    new SluiceError('NETWORK_SEALED', 'A signer does not ask the Jade’s oracle: it uses no network.', {
      next: 'Unlock the Jade through a paired desk: its request and the answer are carried as bundles.',
    }),
  );

/** Opens a profile of role signer. From its first line on nothing in this process opens a connection. */
export async function openSignerSession(
  profile: Profile,
  deps: Pick<SessionDeps, 'profiles' | 'secrets' | 'liquid' | 'emit' | 'clock'>,
): Promise<SignerSession> {
  const stopped = new Set<string>();
  let note: (target: string) => void = (target) => void stopped.add(target);
  const seal = sealNetwork((target) => note(target));
  const opened: (() => Promise<void> | void)[] = [() => seal.lift()];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const store = deps.profiles.openStore(profile.id);
    opened.push(() => store.close());
    const record = (target: string): void => {
      store.tx(() =>
        store.audit({
          type: 'network.stopped',
          subject: `profile:${profile.id}`,
          data: { target },
        }),
      );
      deps.emit('audit.changed', {});
    };
    for (const target of stopped) record(target);
    note = (target) => {
      // Every attempt is counted; the trail names each target once.
      if (stopped.has(target)) return;
      stopped.add(target);
      record(target);
    };
    opened.push(() => {
      note = () => undefined;
    });

    const network = LIQUID_NETWORK[profile.network];
    const secrets = deps.profiles.secrets(profile.id);
    const bundles = createBundles({
      store,
      secrets,
      profile: { name: profile.name, role: 'signer', network: profile.network },
      clock: deps.clock,
      emit: deps.emit,
    });
    const ports = createSerialPorts({ extra: portsOfEnvironment(process.env) });
    const jades = createJades({
      ports,
      network: JADE_NETWORK[network],
      antiExfil: deps.liquid.antiExfil,
      tell: (port, sentence) => deps.emit('jade.changed', { port, sentence }),
    });
    opened.push(() => jades.close());
    const relay = createPinRelay(bundles);
    opened.push(() => relay.close());
    const signer = createSigner({
      store,
      secrets,
      liquid: deps.liquid,
      network,
      name: profile.name,
      post: bundles.post,
      jade: attachedJade({ jades, liquid: deps.liquid, network }),
      seal: () => ({ sealed: true, stopped: seal.stopped() }),
      secretsKeptIn: async () => (await deps.secrets.status()).detail,
      feeCeiling: () => getSettings(store).feeCeiling,
      clock: deps.clock,
      emit: deps.emit,
    });
    bundles.onBundle('treasury', signer.receivers.treasury);
    bundles.onBundle('custody-wallet', signer.receivers['custody-wallet']);
    bundles.onBundle('amp0-login', signer.receivers['amp0-login']);
    bundles.onBundle('sign-request', signer.receivers['sign-request']);
    bundles.onBundle('jade-pin-answer', relay.answer);

    const services: SignerServices = {
      pairing: bundles.pairing,
      bundles: bundles.bundles,
      qr: bundles.qr,
      jade: createJadeService({ jades, ports, oracle: NO_ORACLE, emit: deps.emit, relay: relay.relay }),
      signer: signer.service,
      settings: {
        get: () => getSettings(store),
        set(change, { actor }) {
          const settings = setSettings(store, change, actor);
          deps.emit('settings.changed', {});
          return settings;
        },
      },
      backup: { create: (_args, { actor }) => deps.profiles.backup(profile.id, store, actor) },
      audit: createAudit(store),
    };
    return { profile, services, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

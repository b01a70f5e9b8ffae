import { randomBytes } from 'node:crypto';
import { AMP2_ACCOUNTS, type Args, type CustodyServices } from '../../shared/contract/index.ts';
import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import type { DescriptorFacts } from '../liquid/index.ts';
import { refuseForeignKey } from './create-single.ts';
import type { CustodyDeps } from './deps.ts';
import { ownKey, type OwnKey } from './own-key.ts';
import type { Records } from './records.ts';
import { isServersKey, keyText } from './server-key.ts';
import type { Services } from './services.ts';
import type { Place, TakingUp } from './taking-up.ts';

export interface CreateAmp2Deps extends Pick<
  CustodyDeps,
  'store' | 'liquid' | 'network' | 'jades' | 'offeredKeys' | 'clock'
> {
  takingUp: TakingUp;
  services: Services;
  records: Records;
}

type Settings = NonNullable<CustodyServices['amp2']>;

/** How long a person waits for a registration; it goes on in the background. */
const PATIENCE_MS = 40_000;

const ELIP151_CAUTION =
  'ELIP-151 makes the blinding key of the two public keys: whoever knows those can read the wallet’s assets and amounts.';

/**
 * Makes and registers a 2-of-2 wallet with the AMP2 server. Returns its id. Throws WALLET_ID_DIFFERS when the server
 * answers another wallet id than the one computed here, CONFLICT (403), DESCRIPTOR_INVALID, and what `ownKey` throws. A
 * server that does not answer leaves a wallet that waits for its registration.
 */
export async function createAmp2(
  deps: CreateAmp2Deps,
  args: Args<'custody.createAmp2'>,
  actor: string,
): Promise<string> {
  const { settings } = deps.services.amp2();
  const key = await ownKey(deps, args.key);
  const form = args.form ?? (key.seed ? 'elip153' : 'slip77');
  const descriptor = await makeDescriptor(deps, settings, key, { form, account: args.account });
  const facts = await deps.liquid.readDescriptor(descriptor, deps.network);
  return takeUp(deps, { facts, key, place: args, settings, fresh: key.fresh, actor });
}

/**
 * Takes up a 2-of-2 wallet by its exact descriptor. Returns its id. Throws DESCRIPTOR_INVALID for what is no 2-of-2 with
 * the pinned server key, DESCRIPTOR_FOREIGN, INVALID_ARGUMENT for a key that it does not hold, and as `createAmp2` does.
 */
export async function importAmp2(
  deps: CreateAmp2Deps,
  args: Args<'custody.importAmp2'>,
  actor: string,
): Promise<string> {
  const { settings } = deps.services.amp2();
  const facts = await deps.liquid.readDescriptor(args.descriptor.trim(), deps.network);
  if (facts.script !== 'wsh-multi' || facts.keys.length !== 2 || facts.threshold !== 2) {
    throw new SluiceError('DESCRIPTOR_INVALID', 'That descriptor is no 2-of-2: AMP2 holds one of two keys.', {
      next: 'Use the descriptor that was registered at AMP2, `ct(…,elwsh(multi(2,…,…)))`.',
      field: 'descriptor',
    });
  }
  const servers = await Promise.all(
    facts.keys.map((each) => isServersKey(deps.liquid, deps.network, settings.serverKey, each)),
  );
  if (!servers.includes(true)) {
    throw new SluiceError(
      'DESCRIPTOR_FOREIGN',
      `Neither key of the descriptor is that of the AMP2 server entered here (${keyText(settings.serverKey)}).`,
      { next: 'Compare the server’s key under Settings with what onboarding told.', field: 'descriptor' },
    );
  }
  const key = args.key === undefined ? null : await ownKey(deps, args.key);
  if (key) refuseForeignKey(facts, key);
  return takeUp(deps, { facts, key, place: args, settings, fresh: false, actor });
}

interface Wanted {
  facts: DescriptorFacts;
  key: OwnKey | null;
  place: Place;
  settings: Settings;
  fresh: boolean;
  actor: string;
}

async function takeUp(deps: CreateAmp2Deps, wanted: Wanted): Promise<string> {
  const { facts, key, settings } = wanted;
  const { takingUp } = deps;
  takingUp.refuseHeld(facts);
  const id = takingUp.newId();
  return takingUp.orForget(id, async () => {
    // Secrets and row before the server hears of it: a desk that dies in between finds the wallet again, waiting for its
    // registration. Until then it gives out no address.
    await takingUp.keepSecrets(id, facts.descriptor, key?.seed ?? null);
    deps.store.tx(() =>
      takingUp.insert(
        {
          id,
          kind: 'amp2',
          place: wanted.place,
          facts,
          key: key ?? { kind: 'none', fingerprint: null, peerId: null },
          serverKey: settings.serverKey,
          registeredAt: null,
          caution: cautionOf(facts),
          fresh: wanted.fresh,
        },
        wanted.actor,
      ),
    );
    try {
      if (await register(deps, facts)) deps.store.tx(() => deps.records.registered(id, deps.clock()));
    } catch (error) {
      deps.store.tx(() => takingUp.takeBack(id, error));
      throw error;
    }
    return id;
  });
}

/**
 * Tells the server of a wallet, as often as one likes. False when it is not known whether it heard. Throws
 * WALLET_ID_DIFFERS, CONFLICT, DESCRIPTOR_INVALID.
 */
export async function register(
  deps: Pick<CreateAmp2Deps, 'services'>,
  facts: Pick<DescriptorFacts, 'descriptor' | 'wid'>,
  signal: AbortSignal = AbortSignal.timeout(PATIENCE_MS),
): Promise<boolean> {
  let wid: string;
  try {
    wid = await deps.services.amp2().client.register(facts.descriptor, signal);
  } catch (error) {
    if (isAmbiguous(error)) return false;
    throw error;
  }
  if (wid === facts.wid) return true;
  throw new SluiceError(
    'WALLET_ID_DIFFERS',
    `AMP2 registered a wallet ${wid.slice(0, 60)}, but this descriptor’s id is ${facts.wid}.`,
    {
      next: 'The wallet was not taken up, and nothing must be paid to it. Ask whoever runs the AMP2 server which descriptor it has.',
    },
  );
}

interface FormAndAccount {
  form: NonNullable<Args<'custody.createAmp2'>['form']>;
  /** The first one that is free unless told. */
  account: number | undefined;
}

async function makeDescriptor(
  deps: CreateAmp2Deps,
  settings: Settings,
  key: OwnKey,
  { form, account }: FormAndAccount,
): Promise<string> {
  const { liquid, network } = deps;
  const server = settings.serverKey;
  if (form !== 'elip153') {
    const blinding =
      form === 'slip77' ? { kind: 'slip77' as const, key: randomBytes(32).toString('hex') } : null;
    const user = { fingerprint: key.fingerprint, ...(await accountOf(deps, key, account)) };
    return liquid.amp2Descriptor({ network, server, user, blinding });
  }
  if (!key.seed) {
    throw new SluiceError(
      'NOT_ALLOWED',
      'ELIP-153 derives its keys from the words themselves, which a signer and a Jade do not give away.',
      { next: 'Choose SLIP-77 for this key.', field: 'form' },
    );
  }
  if (account !== undefined) return liquid.amp2Elip153(key.seed, network, account, server);
  for (let next = 0; next < AMP2_ACCOUNTS; next += 1) {
    const descriptor = await liquid.amp2Elip153(key.seed, network, next, server);
    const { id } = await liquid.readDescriptor(descriptor, network);
    if (!deps.records.byPolicyId(id)) return descriptor;
  }
  throw noneFree();
}

/**
 * The account that was asked for, or the first without a wallet on this desk: AMP2 refuses the same two keys with another
 * blinding key, so that each wallet of a key takes an account of its own.
 */
async function accountOf(
  { records }: Pick<CreateAmp2Deps, 'records'>,
  key: OwnKey,
  account: number | undefined,
): Promise<{ path: string; xpub: string }> {
  if (account !== undefined) return key.amp2(account);
  const taken = records.list().filter(({ kind }) => kind === 'amp2');
  for (let next = 0; next < AMP2_ACCOUNTS; next += 1) {
    const found = await key.amp2(next);
    if (!taken.some(({ publicDescriptor }) => publicDescriptor.includes(found.xpub))) return found;
  }
  throw noneFree();
}

function noneFree(): SluiceError {
  return new SluiceError('NOT_ALLOWED', `This desk has ${AMP2_ACCOUNTS} wallets of this key already.`, {
    next: 'Make the next one with another key.',
    field: 'key',
  });
}

function cautionOf({ blinding, warning }: DescriptorFacts): string | null {
  return warning ?? (blinding.written === 'elip151' ? ELIP151_CAUTION : null);
}

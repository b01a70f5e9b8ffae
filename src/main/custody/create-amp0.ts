import { randomBytes } from 'node:crypto';
import type { Args } from '../../shared/contract/index.ts';
import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import { isSameKey } from '../amp0/index.ts';
import type { Amp0Credentials, Amp0Owner } from '../amp0/types.ts';
import type { DerivedAddress, Seed } from '../liquid/index.ts';
import {
  accountFacts,
  chooseAccount,
  issueInAdvance,
  namedAccount,
  ownerKeys,
  type Amp0Identity,
  type GreenKey,
} from './amp0-account.ts';
import type { CustodyDeps } from './deps.ts';
import { ownKey } from './own-key.ts';
import type { Places } from './places.ts';
import type { Records, StoredWallet } from './records.ts';
import type { ServiceSettings } from './service-settings.ts';
import type { Services } from './services.ts';
import type { Place, TakingUp } from './taking-up.ts';
import type { WalletSecrets } from './wallet-secrets.ts';

export interface CreateAmp0Deps extends Pick<
  CustodyDeps,
  'store' | 'liquid' | 'network' | 'jades' | 'offeredKeys' | 'clock'
> {
  takingUp: TakingUp;
  services: Services;
  serviceSettings: Pick<ServiceSettings, 'get'>;
  records: Records;
  places: Places;
  secrets: WalletSecrets;
}

export interface Made {
  walletId: string;
  sentence: string;
}

/** An account that exists at Green and whose secrets are kept: what is left is its row, inside `store.tx`. */
export interface Prepared extends Made {
  insert(actor: string): void;
}

/** What the account is made with, wherever its key is. */
export interface Amp0Wish {
  place: Place;
  ampId: string | undefined;
  identity: Amp0Identity;
  key: { kind: 'keychain' | 'signer'; peerId: string | null; seed: Seed | null; fresh: boolean };
}

/** Why a Jade cannot, and what can. */
export function refuseJade(): SluiceError {
  return new SluiceError(
    'NOT_ALLOWED',
    'This desk cannot have a Jade sign for an AMP0 account: its coins are 2-of-2 wrapped in P2SH, which its way to a Jade does not take.',
    {
      next: 'Use a key in this desk’s secret store or at a paired signer. An account that is on a Jade can be watched here by its watch-only login.',
      field: 'key',
    },
  );
}

/**
 * Makes an AMP0 account with words in this desk’s secret store, or takes up the one that they have. Throws what Green’s
 * connection throws, NOT_FOUND, DESCRIPTOR_FOREIGN, NOT_ALLOWED for a Jade, CONFLICT.
 */
export async function createAmp0(
  deps: CreateAmp0Deps,
  args: Args<'custody.createAmp0'>,
  actor: string,
): Promise<Made> {
  if (args.key.kind === 'jade') throw refuseJade();
  const key = await ownKey(deps, args.key);
  const { amp0, fingerprint, masterBlindingKey, seed } = key;
  if (!amp0 || !seed) throw refuseJade();
  const identity = { fingerprint, amp0, masterBlindingKey };
  const owner = await ownerKeys(deps.liquid, deps.network, identity);
  const connection = await deps.services.amp0().connect();
  try {
    const challenge = await connection.challenge(owner);
    const signature = await deps.liquid.signAmp0Challenge(seed, deps.network, challenge);
    const loggedIn = await connection.login(owner, signature);
    const prepared = await prepareAmp0(deps, loggedIn, {
      place: args,
      ampId: args.ampId,
      identity,
      key: { kind: 'keychain', peerId: null, seed, fresh: key.fresh },
    });
    deps.store.tx(() => prepared.insert(actor));
    return { walletId: prepared.walletId, sentence: prepared.sentence };
  } finally {
    connection.close();
  }
}

/**
 * Everything between login and row: the account chosen or created, its secrets kept before it exists, watch-only
 * credentials made, the addresses that Green wants issued, checked and told to it.
 */
export async function prepareAmp0(deps: CreateAmp0Deps, owner: Amp0Owner, wish: Amp0Wish): Promise<Prepared> {
  const { takingUp, secrets } = deps;
  const server = serverOf(deps);
  const { identity, key } = wish;
  const chosen = await chooseAccount({ ...deps, server }, owner, identity, wish.ampId);
  const { facts, pointer } = chosen;
  const here = deps.records.byPolicyId(facts.id);
  if (here?.ampId != null && here.ampId === wish.ampId) return renewLogin(deps, owner, here);
  takingUp.refuseHeld(facts);
  const walletId = takingUp.newId();
  return takingUp.orForget(walletId, async () => {
    const credentials = await credentialsFor(deps, identity.fingerprint);
    await takingUp.keepSecrets(walletId, facts.descriptor, key.seed);
    await secrets.setCredentials(walletId, credentials);
    const ampId = chosen.ampId ?? (await owner.createAccount(pointer, xpubOf(identity, pointer)));
    await owner.createWatchOnly(credentials);
    const issued = await firstAddresses(deps, owner, { pointer, descriptor: facts.descriptor });
    return {
      walletId,
      sentence:
        chosen.ampId === null
          ? `Created the account ${ampId}. An issuer pays it by this AMP ID.`
          : `Took up the account ${ampId}. Watch-only logins that other programs had for its owner are replaced.`,
      insert(actor) {
        takingUp.insert(
          {
            id: walletId,
            kind: 'amp0',
            place: wish.place,
            facts,
            key: { kind: key.kind, fingerprint: identity.fingerprint, peerId: key.peerId },
            ampId,
            pointer,
            serverKey: server.pubkey,
            registeredAt: deps.clock(),
            caution: null,
            fresh: key.fresh && chosen.ampId === null,
          },
          actor,
        );
        for (const place of issued) {
          deps.places.insert(walletId, place, 'issuers', deps.clock());
          deps.records.setLastIndex(walletId, place.index);
        }
      },
    };
  });
}

/** A wallet that is here and was named: its watch-only login is made good again. */
async function renewLogin(
  { secrets, store }: CreateAmp0Deps,
  owner: Amp0Owner,
  { id, name }: StoredWallet,
): Promise<Prepared> {
  await owner.createWatchOnly(await secrets.credentials(id));
  return {
    walletId: id,
    sentence: `Renewed the watch-only login of “${name}”. Those that other programs had for its owner are replaced.`,
    insert: (actor) =>
      store.audit({ type: 'custody.login-renewed', subject: `wallet:${id}`, actor, data: { name } }),
  };
}

/**
 * Takes up an account by its watch-only login, for a key at a paired signer or nowhere here. Throws COSIGNER_UNAUTHORIZED,
 * NOT_FOUND, DESCRIPTOR_FOREIGN for another key than the signer's, CONFLICT.
 */
export async function attachAmp0(
  deps: CreateAmp0Deps,
  args: Args<'custody.attachAmp0'>,
  actor: string,
): Promise<string> {
  const { takingUp, secrets, store } = deps;
  const server = serverOf(deps);
  const { username, password, ampId, peerId } = args;
  const offered = peerId === undefined ? null : await deps.offeredKeys(peerId);
  const connection = await deps.services.amp0().connect();
  try {
    const session = await connection.watchOnly({ username, password });
    const account = namedAccount(session.accounts, ampId);
    const { pointer, xpub } = account;
    if (xpub === null || session.masterBlindingKey === null) {
      throw new SluiceError(
        'DESCRIPTOR_INVALID',
        'What Green keeps for the owner of this account does not hold its keys: it was never opened by a program that puts them there.',
        { next: 'Open it once with its words or its signer, here or in Blockstream’s app.' },
      );
    }
    const own = offered?.amp0?.accounts.find((each) => each.pointer === pointer)?.xpub;
    if (offered && (own === undefined || !isSameKey(own, xpub))) {
      throw new SluiceError(
        'DESCRIPTOR_FOREIGN',
        `The account is not made with the key of “${offered.name}”.`,
        {
          next: 'Choose the signer that holds its key, or none, to watch it.',
          field: 'peerId',
        },
      );
    }
    const facts = await accountFacts(
      { ...deps, server },
      {
        gaitPath: session.gaitPath,
        pointer,
        // Only a label where nobody here signs with it.
        user: { fingerprint: offered?.fingerprint ?? session.fingerprint ?? '00000000', xpub: own ?? xpub },
        masterBlindingKey: session.masterBlindingKey,
      },
    );
    const here = deps.records.byPolicyId(facts.id);
    if (here) {
      // Another login for a wallet that is here: the one kept for it may have been replaced.
      await secrets.setCredentials(here.id, { username, password });
      store.tx(() =>
        store.audit({
          type: 'custody.login-renewed',
          subject: `wallet:${here.id}`,
          actor,
          data: { name: here.name },
        }),
      );
      return here.id;
    }
    const id = takingUp.newId();
    return await takingUp.orForget(id, async () => {
      await takingUp.keepSecrets(id, facts.descriptor, null);
      await secrets.setCredentials(id, { username, password });
      const lastIndex = await session.lastIndex(pointer);
      store.tx(() => {
        takingUp.insert(
          {
            id,
            kind: 'amp0',
            place: args,
            facts,
            key: offered
              ? { kind: 'signer', fingerprint: offered.fingerprint, peerId: offered.peerId }
              : { kind: 'none', fingerprint: null, peerId: null },
            ampId,
            pointer,
            serverKey: server.pubkey,
            registeredAt: deps.clock(),
            caution: null,
            fresh: false,
          },
          actor,
        );
        deps.records.setLastIndex(id, lastIndex);
      });
      return id;
    });
  } finally {
    connection.close();
  }
}

/**
 * A login of an owner serves all accounts of the owner and replaces the one before: wallets of the same key share it.
 */
async function credentialsFor(
  { records, secrets }: Pick<CreateAmp0Deps, 'records' | 'secrets'>,
  fingerprint: string,
): Promise<Amp0Credentials> {
  const sibling = records
    .list()
    .find(
      (wallet) => wallet.kind === 'amp0' && wallet.keyKind !== 'none' && wallet.fingerprint === fingerprint,
    );
  if (sibling) return secrets.credentials(sibling.id);
  return {
    username: `sluice-${randomBytes(12).toString('hex')}`,
    password: randomBytes(32).toString('base64url'),
  };
}

/** The account exists whether or not they can be told now: at the next login Green asks for them again. */
async function firstAddresses(
  deps: CreateAmp0Deps,
  owner: Amp0Owner,
  wallet: { pointer: number; descriptor: string },
): Promise<DerivedAddress[]> {
  try {
    const issued = await issueInAdvance(deps, owner, wallet);
    if (issued.length > 0) {
      await owner.upload(
        wallet.pointer,
        issued.map(({ address }) => address),
      );
    }
    return issued;
  } catch (error) {
    if (isAmbiguous(error)) return [];
    throw error;
  }
}

function serverOf({ serviceSettings }: Pick<CreateAmp0Deps, 'serviceSettings'>): GreenKey {
  const { serverPubkey, serverChainCode } = serviceSettings.get().amp0;
  return { pubkey: serverPubkey, chainCode: serverChainCode };
}

function xpubOf({ amp0 }: Amp0Identity, pointer: number): string {
  return amp0.accounts.find((account) => account.pointer === pointer)?.xpub ?? '';
}

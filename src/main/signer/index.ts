import { networkInterfaces } from 'node:os';
import type { AreaHandlers, Emit } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Post, Receiver } from '../bundles/types.ts';
import type { ProfileSecrets } from '../keychain/types.ts';
import type { AccountKeys, CustodyKeys, Liquid, LiquidNetwork } from '../liquid/types.ts';
import { createReview, pageOfRows } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import { createCustodyWallets } from './custody-wallets.ts';
import { createAddressFinder } from './find-address.ts';
import { createLogins } from './logins.ts';
import { createNewKeys } from './new-key.ts';
import { createOwnKeys, type OwnKey } from './own-keys.ts';
import { createRequests, type StoredRequest } from './requests.ts';
import { createReviews } from './reviews.ts';
import { createSignedFor, type SignerWallet } from './signed-for.ts';
import { refuseRequest, requireCosigner, requireGood, seedHand, signRequest } from './sign.ts';
import { createTreasuries, type SignerTreasury } from './treasuries.ts';
import type { AttachedJade, SealStatus } from './types.ts';

/** How long a desk may take in this signer's keys. */
const KEYS_HOURS = 14 * 24;

export interface SignerDeps {
  store: Store;
  secrets: ProfileSecrets;
  liquid: Liquid;
  network: LiquidNetwork;
  /** What this signer is called. */
  name: string;
  post: Post;
  jade: AttachedJade;
  seal: () => SealStatus;
  /** Where secrets are kept, in words. */
  secretsKeptIn: () => Promise<string>;
  /** Most that one transaction may cost, base units of L-BTC. */
  feeCeiling: () => bigint;
  clock: () => number;
  emit: Emit;
}

export interface SignerArea {
  service: AreaHandlers<'signer'>;
  receivers: {
    treasury: Receiver;
    'custody-wallet': Receiver;
    'amp0-login': Receiver;
    'sign-request': Receiver;
  };
}

/** The signer: its key, the treasuries it signs for, and the requests it checks, signs or refuses. */
export function createSigner(deps: SignerDeps): SignerArea {
  const { store, liquid, network, post, clock, emit } = deps;
  const keys = createOwnKeys(deps);
  const newKeys = createNewKeys(liquid, keys);
  const treasuries = createTreasuries({ ...deps, keys });
  const wallets = createCustodyWallets({ ...deps, keys });
  const signedFor = createSignedFor(treasuries, wallets);
  const logins = createLogins({ ...deps, keys });
  const requests = createRequests({ store, signedFor, clock });
  const reviews = createReviews({
    review: createReview(liquid),
    requests,
    signedFor,
    feeCeiling: deps.feeCeiling,
  });
  const finder = createAddressFinder({ liquid, network, signedFor });
  const signDeps = { store, liquid, network, post, requests, keys };
  /** One decision at a time for each request: two windows may sign at once. */
  const deciding = new Set<string>();

  async function alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (deciding.has(id)) {
      throw new SluiceError('CONFLICT', 'This request is being decided right now.', {
        next: 'Wait for the answer.',
      });
    }
    deciding.add(id);
    try {
      return await work();
    } finally {
      deciding.delete(id);
      emit('signing.changed', {});
    }
  }

  function requireWaiting({ row }: StoredRequest): void {
    if (row.state === 'waiting') return;
    if (row.state === 'expired') {
      throw new SluiceError('BUNDLE_EXPIRED', 'The request has expired.', {
        next: 'Have the desk ask again; check that the clocks of both machines are right.',
      });
    }
    throw new SluiceError('OPERATION_STATE', `The request was ${row.state} already.`, {
      next: row.state === 'signed' ? 'Its answer can be fetched again.' : 'Have the desk ask again.',
    });
  }

  async function shownKey({ fingerprint, words, hasPassphrase }: OwnKey) {
    return { fingerprint, words, hasPassphrase, keptIn: await deps.secretsKeptIn() };
  }

  const service: AreaHandlers<'signer'> = {
    async status() {
      const key = await keys.own();
      return {
        key: key ? await shownKey(key) : null,
        interfaces: interfacesUp(),
        ...deps.seal(),
        treasuries: treasuries.list(),
        waiting: requests.waiting(),
      };
    },
    async newKey({ words }) {
      await refuseSecondKey();
      return newKeys.begin(words);
    },
    async confirmKey(args, { actor }) {
      return shownKey(await newKeys.confirm(args, actor));
    },
    async restoreKey({ mnemonic, passphrase }, { actor }) {
      const key = await keys.keep({ mnemonic, passphrase }, actor, 'restored');
      newKeys.forget();
      return shownKey(key);
    },
    async removeKey({ confirm }, { actor }) {
      await keys.remove(confirm, actor);
      return {};
    },
    async sendKeys({ peerId, port }) {
      const account = port === undefined ? (await keys.require()).key : await deps.jade.accounts(port);
      if (port !== undefined) store.tx(() => keys.keepJade(account));
      return post.send({
        kind: 'keys',
        to: peerId,
        payload: keysFor(account, port === undefined ? await keys.custody() : null),
        subject: `key:${account.fingerprint}`,
        name: `keys-${account.fingerprint}`,
        hours: KEYS_HOURS,
      });
    },
    async descriptor() {
      const { key } = await keys.require();
      const { fingerprint, single, masterBlindingKey } = key;
      const { ctDescriptor } = await liquid.descriptors({
        network,
        threshold: 1,
        keys: [{ fingerprint, ...single }],
        masterBlindingKey,
      });
      return { descriptor: ctDescriptor, masterBlindingKey, fingerprint };
    },
    findAddress: ({ address }) => finder.find(address),
    wallets: () => ({ wallets: wallets.list() }),
    logins: () => ({ logins: logins.list() }),
    async answerLogin({ id }, { actor }) {
      try {
        return await logins.answer(id, actor);
      } finally {
        emit('signing.changed', {});
      }
    },
    requests: ({ offset, limit }) => requests.page(offset, limit),
    async request({ id }) {
      const stored = requests.get(id);
      return { request: stored.row, review: (await reviews.shown(stored)).review };
    },
    async recipients({ id, ...query }) {
      return pageOfRows((await reviews.shown(requests.get(id))).rows, query);
    },
    sign: ({ id, confirm, port }, { actor }) =>
      alone(id, async () => {
        const stored = requests.get(id);
        // The same request again has the same answer.
        if (stored.row.state === 'signed' && stored.resultBundle !== null)
          return post.file(stored.resultBundle);
        requireWaiting(stored);
        const name = stored.row.ticker ?? stored.row.assetName;
        if (confirm.trim() !== name) {
          throw new SluiceError('CONFIRMATION_MISMATCH', `“${confirm}” is not what is being paid.`, {
            next: `Type ${name} to sign.`,
            field: 'confirm',
          });
        }
        const { request, wallet, reviewed } = await reviews.fresh(stored);
        requireGood(reviewed);
        if (port === undefined) {
          const hand = await seedHand(signDeps, wallet);
          return signRequest(signDeps, stored, request, reviewed, hand, actor);
        }
        if (!isTreasury(wallet)) {
          throw new SluiceError('NOT_ALLOWED', `“${wallet.name}” is signed for by the key of this signer.`, {
            next: 'Sign without the Jade. A wallet whose key is in a Jade is signed for at the desk.',
            field: 'port',
          });
        }
        return deps.jade.signing(port, wallet, request, (hand) => {
          requireCosigner(wallet, hand.fingerprint);
          return signRequest(signDeps, stored, request, reviewed, hand, actor);
        });
      }),
    refuse: ({ id, reason }, { actor }) =>
      alone(id, async () => {
        const stored = requests.get(id);
        if (stored.row.state === 'refused' && stored.resultBundle !== null)
          return post.file(stored.resultBundle);
        if (stored.row.state !== 'expired') requireWaiting(stored);
        return refuseRequest(signDeps, stored, stored.content(), reason, actor);
      }),
    async result({ id }) {
      const { resultBundle } = requests.get(id);
      if (resultBundle === null) {
        throw new SluiceError('OPERATION_STATE', 'There is no answer to this request yet.', {
          next: 'Sign or refuse it first.',
        });
      }
      return post.file(resultBundle);
    },
  };

  async function refuseSecondKey(): Promise<void> {
    const before = await keys.own();
    if (!before) return;
    throw new SluiceError('CONFLICT', `This signer holds the key ${before.fingerprint} already.`, {
      next: 'Remove it first, or make another signer profile for the other key.',
    });
  }

  /** A Jade offers no keys for custody: what it can sign there, it signs at the desk. */
  function keysFor(
    { fingerprint, single, multi, masterBlindingKey }: AccountKeys,
    custody: { keys: CustodyKeys } | null,
  ) {
    const account = ({ path, xpub }: { path: string; xpub: string }) => ({ path, xpub });
    return {
      network,
      name: deps.name,
      kind: custody ? 'signer' : 'jade',
      fingerprint,
      single: account(single),
      multi: account(multi),
      masterBlindingKey,
      ...(custody
        ? { custody: { amp2: custody.keys.amp2.map(account), amp0: amp0Keys(custody.keys.amp0) } }
        : {}),
    };
  }

  return {
    service,
    receivers: {
      treasury: telling((payload, from) => treasuries.receive(payload, from)),
      'custody-wallet': telling((payload, from) => wallets.receive(payload, from)),
      'amp0-login': telling((payload, from, bundle) => logins.receive(payload, from, bundle)),
      'sign-request': telling((payload, from, bundle) => requests.receive(payload, from, bundle)),
    },
  };

  /** The page is told when something was taken in. */
  function telling(receive: Receiver): Receiver {
    return async (payload, from, bundle) => {
      const apply = await receive(payload, from, bundle);
      return () => {
        emit('signing.changed', {});
        return apply();
      };
    };
  }
}

function amp0Keys({
  masterXpub,
  registerPubkey,
  registerChainCode,
  blobPubkey,
  accounts,
}: CustodyKeys['amp0']) {
  return {
    masterXpub,
    registerPubkey,
    registerChainCode,
    blobPubkey,
    accounts: accounts.map(({ pointer, xpub }) => ({ pointer, xpub })),
  };
}

function isTreasury(wallet: SignerWallet): wallet is SignerTreasury {
  return wallet.kind === 'treasury';
}

/** Interfaces of this machine that are up and lead somewhere. */
function interfacesUp(): string[] {
  return Object.entries(networkInterfaces())
    .filter(([, addresses]) => addresses?.some(({ internal }) => !internal))
    .map(([name]) => name);
}

export type { AttachedJade, SealStatus } from './types.ts';
export type { Hand } from './sign.ts';
export type { SignerWallet } from './signed-for.ts';
export type { SignerTreasury } from './treasuries.ts';

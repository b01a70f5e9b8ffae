import { SluiceError } from '../../shared/errors.ts';
import { isSameKey } from '../amp0/index.ts';
import type { Amp0Account, Amp0Owner, Amp0OwnerKeys, Amp0Session } from '../amp0/types.ts';
import type { CustodyKeys, DerivedAddress, DescriptorFacts, Liquid, LiquidNetwork } from '../liquid/index.ts';
import type { Records } from './records.ts';

/** Most addresses that are made in advance at one login. */
const MOST_AT_ONCE = 50;

/** The owner's side of AMP0: keys that log in, and the keys of accounts. */
export interface Amp0Identity {
  fingerprint: string;
  amp0: CustodyKeys['amp0'];
  masterBlindingKey: string;
}

export interface ChosenAccount {
  pointer: number;
  facts: DescriptorFacts;
  /** Null: it is still to be created. */
  ampId: string | null;
}

export interface GreenKey {
  pubkey: string;
  chainCode: string;
}

/** As Green knows an owner. */
export async function ownerKeys(
  liquid: Pick<Liquid, 'amp0Root'>,
  network: LiquidNetwork,
  { amp0, masterBlindingKey }: Amp0Identity,
): Promise<Amp0OwnerKeys> {
  const root = await liquid.amp0Root(amp0.masterXpub, network);
  return {
    masterXpub: amp0.masterXpub,
    loginAddress: root.loginAddress,
    masterPubkey: root.pubkey,
    masterChainCode: root.chainCode,
    registerPubkey: amp0.registerPubkey,
    registerChainCode: amp0.registerChainCode,
    blobPubkey: amp0.blobPubkey,
    masterBlindingKey,
  };
}

/**
 * The account to take up: the one that was named, the first that has no wallet here, or a new one at the next pointer; with
 * its descriptor. Nothing is created. Throws NOT_FOUND, DESCRIPTOR_FOREIGN for an account of other keys, NOT_ALLOWED beyond
 * the accounts that a key gives.
 */
export async function chooseAccount(
  deps: { liquid: Liquid; network: LiquidNetwork; records: Records; server: GreenKey },
  owner: Amp0Owner,
  identity: Amp0Identity,
  ampId: string | undefined,
): Promise<ChosenAccount> {
  const held = new Set(deps.records.list().map((wallet) => wallet.ampId));
  const existing =
    ampId === undefined
      ? owner.accounts.find((account) => !held.has(account.ampId))
      : namedAccount(owner.accounts, ampId);
  const pointer = existing?.pointer ?? owner.nextPointer;
  const xpub = identity.amp0.accounts.find((account) => account.pointer === pointer)?.xpub;
  if (xpub === undefined) {
    throw new SluiceError('NOT_ALLOWED', `Account ${pointer} is beyond those that this key gives for AMP0.`, {
      next: 'Use another key for more accounts.',
      field: 'key',
    });
  }
  if (existing?.xpub != null && !isSameKey(existing.xpub, xpub)) {
    throw new SluiceError('DESCRIPTOR_FOREIGN', `The account ${existing.ampId} is made with other keys.`, {
      next: 'Check the words, and whether a passphrase belongs to them.',
      field: 'key',
    });
  }
  const facts = await accountFacts(deps, {
    gaitPath: owner.gaitPath,
    pointer,
    user: { fingerprint: identity.fingerprint, xpub },
    masterBlindingKey: owner.masterBlindingKey ?? identity.masterBlindingKey,
  });
  return { pointer, facts, ampId: existing?.ampId ?? null };
}

/** Throws NOT_FOUND. */
export function namedAccount(accounts: readonly Amp0Account[], ampId: string): Amp0Account {
  const found = accounts.find((account) => account.ampId === ampId);
  if (found) return found;
  const has = accounts.map((account) => account.ampId).join(', ');
  throw new SluiceError('NOT_FOUND', `Green has no account ${ampId} for this login.`, {
    next: has === '' ? 'It has none at all yet.' : `It has ${has}.`,
    field: 'ampId',
  });
}

/** Descriptor of an account, read and checked. */
export async function accountFacts(
  deps: { liquid: Liquid; network: LiquidNetwork; server: GreenKey },
  of: {
    gaitPath: readonly number[];
    pointer: number;
    user: { fingerprint: string; xpub: string };
    masterBlindingKey: string;
  },
): Promise<DescriptorFacts> {
  const { liquid, network, server } = deps;
  const descriptor = await liquid.amp0Descriptor({ network, server, ...of });
  return liquid.readDescriptor(descriptor, network);
}

/**
 * The next address that Green issues, checked: its witness script must be the one of our own descriptor at that place.
 * Throws COSIGNER_ALTERED otherwise.
 */
export async function issueAddress(
  deps: { liquid: Liquid; network: LiquidNetwork },
  session: Amp0Session,
  wallet: { pointer: number; descriptor: string },
): Promise<DerivedAddress> {
  const { index, witnessScript } = await session.fund(wallet.pointer);
  const policy = { network: deps.network, descriptor: wallet.descriptor };
  const [place] = await deps.liquid.addresses(policy, 0, index, 1);
  if (place?.witnessScript === witnessScript) return place;
  throw new SluiceError(
    'COSIGNER_ALTERED',
    `Green issued an address (number ${index}) that is not of this account’s keys.`,
    {
      next: 'It was not given out. Check under Settings that this is the right Green server, and do not pay to this account until it is cleared up.',
    },
  );
}

/** Addresses that Green wants in advance, so that issuers can pay while the owner is away. Told to Green by the caller. */
export async function issueInAdvance(
  deps: { liquid: Liquid; network: LiquidNetwork },
  session: Amp0Session,
  wallet: { pointer: number; descriptor: string },
): Promise<DerivedAddress[]> {
  const account = session.accounts.find(({ pointer }) => pointer === wallet.pointer);
  const wanted = Math.min(account?.wantsAddresses ?? 0, MOST_AT_ONCE);
  const places: DerivedAddress[] = [];
  for (let count = 0; count < wanted; count += 1) places.push(await issueAddress(deps, session, wallet));
  return places;
}

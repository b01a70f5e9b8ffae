import { randomInt } from 'node:crypto';
import type { Green, Owner } from '../amp/index.ts';
import { GreenRefusal, isTestXpub, keyHashOf, loginKeyHash, plainAddress } from '../amp/index.ts';
import { fromHex, toHex, wally } from '../crypto/index.ts';
import { signedChallenge } from './challenge.ts';

/** What one connection has said about itself so far. */
export interface Session {
  /** HASH160 of the root key that asked for the challenge, hex. */
  challenged: { keyHash: string; challenge: string } | null;
  login: { owner: Owner; watchOnly: boolean } | null;
}

export function newSession(): Session {
  return { challenged: null, login: null };
}

type Procedure = (green: Green, session: Session, args: readonly unknown[]) => unknown;

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const CHALLENGE_LENGTH = 5;
const ACCOUNT_TYPE = '2of2_no_recovery';
/** As many subaccounts as an owner may have. */
const MAX_POINTER = 16_383;
/** Addresses that one answer lists. */
const PAGE = 10;
const MAX_BLOB = 4 * 1024 * 1024;

function text(value: unknown, name: string, most = 1024): string {
  if (typeof value !== 'string' || value.length > most) throw new GreenRefusal(`Invalid ${name}`);
  return value;
}

function hex(value: unknown, name: string, bytes: number): string {
  const given = text(value, name);
  if (!new RegExp(`^[0-9a-f]{${bytes * 2}}$`, 'i').test(given)) throw new GreenRefusal(`Invalid ${name}`);
  return given.toLowerCase();
}

function pointerOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_POINTER) {
    throw new GreenRefusal('Invalid subaccount pointer');
  }
  return value;
}

function loggedIn(session: Session): Owner {
  if (!session.login) throw new GreenRefusal('Please log in first');
  return session.login.owner;
}

/** What watch-only credentials do not allow. */
function inFull(session: Session): Owner {
  const owner = loggedIn(session);
  if (session.login?.watchOnly) throw new GreenRefusal('Not allowed for a watch-only session');
  return owner;
}

function account({ owners }: Green, owner: Owner, pointer: unknown) {
  const found = owners.subaccount(owner, pointerOf(pointer));
  if (!found) throw new GreenRefusal('Subaccount not found');
  return found;
}

function loginData({ owners, addresses }: Green, owner: Owner): unknown {
  const watchKey = owners.watchKey(owner);
  return {
    gait_path: owner.gaitPath,
    ...(watchKey === null ? {} : { wo_blob_key: watchKey }),
    subaccounts: owners.subaccounts(owner).map((one) => ({
      pointer: one.pointer,
      type: one.type,
      receiving_id: one.gaid,
      required_ca: addresses.wanted(one),
      name: '',
      has_txs: false,
    })),
    client_blob_hmac: owners.blob(owner).hmac,
  };
}

/** Green's procedures, by their name without `com.greenaddress.`. Each throws GreenRefusal with the reason. */
export const PROCEDURES: Readonly<Record<string, Procedure>> = {
  'login.register': (green, _session, [pubkey, chainCode, , gaitPath]) => {
    const key = hex(pubkey, 'public key', 33);
    try {
      wally.ec_public_key_verify(fromHex(key));
    } catch {
      throw new GreenRefusal('Invalid public key');
    }
    green.owners.register({
      pubkey: key,
      keyHash: keyHashOf(fromHex(key)),
      chainCode: hex(chainCode, 'chain code', 32),
      gaitPath: hex(gaitPath, 'gait path', 64),
    });
    return true;
  },

  'login.get_trezor_challenge': (green, session, [address]) => {
    const keyHash = loginKeyHash(text(address, 'address'));
    if (keyHash === null) throw new GreenRefusal('Invalid address');
    if (!green.owners.byKeyHash(keyHash)) throw new GreenRefusal('User not found');
    const challenge = Array.from(
      { length: CHALLENGE_LENGTH },
      () => ALPHABET[randomInt(ALPHABET.length)],
    ).join('');
    session.challenged = { keyHash, challenge };
    return challenge;
  },

  // A signature that is wrong is answered with `false`, not with an error. A challenge is good for one attempt.
  'login.authenticate': (green, session, [signature]) => {
    const { challenged } = session;
    session.challenged = null;
    if (!challenged) throw new GreenRefusal('No challenge was asked for');
    const owner = green.owners.byKeyHash(challenged.keyHash);
    if (!owner || !signedChallenge(owner, challenged.challenge, text(signature, 'signature'))) return false;
    session.login = { owner, watchOnly: false };
    return loginData(green, owner);
  },

  'login.watch_only_v2': (green, session, [kind, credentials]) => {
    const given = credentials as { username?: unknown; password?: unknown } | null;
    if (kind !== 'custom' || typeof given !== 'object' || given === null) {
      throw new GreenRefusal('Invalid credentials');
    }
    const owner = green.owners.byWatchOnly(
      text(given.username, 'username'),
      text(given.password, 'password'),
    );
    if (!owner) throw new GreenRefusal('User not found or invalid password');
    session.login = { owner, watchOnly: true };
    return loginData(green, owner);
  },

  'login.get_client_blob': (green, session) => green.owners.blob(loggedIn(session)),

  // Somebody who was slower than another session gets that one's blob instead of `true`.
  'login.set_client_blob': (green, session, [blob, , hmac, previous]) => {
    const owner = inFull(session);
    const stored = green.owners.setBlob(
      owner,
      text(blob, 'blob', MAX_BLOB),
      text(hmac, 'hmac'),
      text(previous, 'previous hmac'),
    );
    return stored ? true : green.owners.blob(owner);
  },

  'txs.create_subaccount_v2': (green, session, [pointer, , type, xpubs]) => {
    const owner = inFull(session);
    const at = pointerOf(pointer);
    if (at === 0) throw new GreenRefusal('Invalid subaccount pointer');
    if (type !== ACCOUNT_TYPE) throw new GreenRefusal('Subaccount type not supported here');
    const xpub: unknown = Array.isArray(xpubs) && xpubs.length === 1 ? xpubs[0] : null;
    if (!isTestXpub(xpub)) throw new GreenRefusal('Invalid xpub');
    return green.owners.createSubaccount(owner, at, type, xpub);
  },

  'addressbook.sync_custom': (green, session, [username, password, key]) => {
    green.owners.setWatchOnly(
      inFull(session),
      text(username, 'username'),
      text(password, 'password'),
      text(key, 'key'),
    );
    return true;
  },

  'vault.fund': (green, session, [pointer, , type]) => {
    const owner = loggedIn(session);
    const found = account(green, owner, pointer);
    if (type !== 'p2wsh') throw new GreenRefusal('Address type not supported here');
    const issued = green.addresses.issue(owner, found);
    return {
      branch: 1,
      subaccount: found.pointer,
      pointer: issued.index,
      script: toHex(issued.witnessScript),
      addr_type: 'p2wsh',
    };
  },

  // From the newest down, or from below `before` where that is not 0.
  'addressbook.get_my_addresses': (green, session, [pointer, before]) => {
    const owner = loggedIn(session);
    const found = account(green, owner, pointer);
    if (typeof before !== 'number' || !Number.isInteger(before) || before < 0) {
      throw new GreenRefusal('Invalid pointer');
    }
    return green.addresses.newest(owner, found, before === 0 ? null : before, PAGE).map((one) => ({
      ad: plainAddress(one.script),
      addr_type: 'p2wsh',
      branch: 1,
      subaccount: found.pointer,
      pointer: one.index,
      script: toHex(one.witnessScript),
      subtype: null,
      num_tx: one.payments,
    }));
  },

  'txs.upload_authorized_assets_confidential_address': (green, session, [pointer, addresses]) => {
    const owner = loggedIn(session);
    const found = account(green, owner, pointer);
    if (!Array.isArray(addresses) || addresses.length === 0 || addresses.length > 10_000) {
      throw new GreenRefusal('Invalid addresses');
    }
    green.addresses.upload(
      found,
      addresses.map((one) => text(one, 'address')),
    );
    return true;
  },
};

import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { AMP0_ACCOUNT, ampId, blobAnswer, type LoginAnswer } from './answers.ts';
import { ask } from './ask.ts';
import {
  BLOB_ELSEWHERE,
  blobFacts,
  blobMac,
  newBlob,
  NO_BLOB,
  sealBlob,
  withAccount,
  withUsername,
  type Blob,
} from './blob.ts';
import { isSameKey } from './base58.ts';
import { blobKeys, watchOnlyKeys, wrapBlobKey } from './keys.ts';
import type { Link } from './link.ts';
import { openAnswer, readBlob, sessionOf, type Login, type SealedBlob } from './session.ts';
import type { Amp0Credentials, Amp0Owner, Amp0OwnerKeys } from './types.ts';
import { invalid, refused } from './words.ts';

/** Confidential addresses that GDK uploads for an account that it has just made. */
const FIRST_ADDRESSES = 20;
/** GDK makes no more accounts than this. */
const MOST_ACCOUNTS = 16_384;

/** How often a change that another app forestalled is made anew. */
const MOST_ATTEMPTS = 5;
const CHANGE = 'a change of the account’s data';
const ALONE = 'Close other apps that use these words, then try again.';

const done = z.unknown().refine((answer) => answer !== false);

/** The session of an owner who has logged in. Makes the owner's first blob where there is none. */
export async function ownerOf(link: Link, answer: LoginAnswer, keys: Amp0OwnerKeys): Promise<Amp0Owner> {
  if (answer.client_blob_hmac === BLOB_ELSEWHERE) {
    throw refused(
      'the account’s data',
      'they lie at another server',
      'Use words of their own for this desk: an app has moved this owner’s data away from Green.',
    );
  }
  const secret = await blobKeys(keys.blobPubkey);
  const login: Login = { link, answer, blob: null };
  const session = sessionOf(login);
  /** MAC of the blob that Green has, which an update has to name. */
  let mac = NO_BLOB;

  const take = ({ sealed, blob }: SealedBlob) => {
    login.blob = blob;
    mac = blobMac(sealed, secret.mac);
  };

  /** Changes the blob at Green. Another app may have been faster: then its blob is changed instead. */
  const update = async (change: (blob: Blob) => Blob) => {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const blob = change(login.blob ?? newBlob(keys));
      if (blob === login.blob) return;
      const sealed = await sealBlob(blob, secret.seal);
      const answered = await ask(link, {
        procedure: 'login.set_client_blob',
        args: [sealed, 0, blobMac(sealed, secret.mac), mac],
        what: CHANGE,
        shape: blobAnswer.or(z.literal(true)),
        refusal: ALONE,
      });
      if (answered === true) return take({ sealed, blob });
      take(await openAnswer(link, answered.blob, secret.seal));
    }
    throw refused(CHANGE, 'it was changed from elsewhere again and again', ALONE);
  };

  if (answer.client_blob_hmac === NO_BLOB) await update((blob) => blob);
  else take(await readBlob(link, secret.seal));

  const create = async (pointer: number, xpub: string) => {
    const id = await ask(link, {
      procedure: 'txs.create_subaccount_v2',
      args: [pointer, '', AMP0_ACCOUNT, [xpub], ['']],
      what: 'the new account',
      shape: ampId,
      refusal: 'Log in again, then try once more.',
    });
    answer.subaccounts.push({
      pointer,
      type: AMP0_ACCOUNT,
      receiving_id: id,
      required_ca: FIRST_ADDRESSES,
    });
    return id;
  };

  return {
    gaitPath: session.gaitPath,
    get accounts() {
      return session.accounts;
    },
    get masterBlindingKey() {
      return session.masterBlindingKey;
    },
    get fingerprint() {
      return session.fingerprint;
    },
    fund: session.fund,
    lastIndex: session.lastIndex,
    upload: session.upload,

    get nextPointer() {
      return Math.max(0, ...answer.subaccounts.map((one) => one.pointer)) + 1;
    },

    async createAccount(pointer, xpub) {
      if (!Number.isInteger(pointer) || pointer < 1 || pointer >= MOST_ACCOUNTS) {
        throw invalid(
          'The pointer of an AMP0 account is a number from 1 to 16,383.',
          'Take the next one of the login.',
        );
      }
      const there = answer.subaccounts.find((one) => one.pointer === pointer);
      const known = session.accounts.find((one) => one.pointer === pointer)?.xpub ?? xpub;
      if ((there !== undefined && there.type !== AMP0_ACCOUNT) || !isSameKey(known, xpub)) {
        throw new SluiceError('CONFLICT', `Green has another account ${pointer} of this owner already.`, {
          next: 'Log in again and take the next pointer.',
        });
      }
      const id = there?.receiving_id ?? (await create(pointer, xpub));
      await update((blob) =>
        blobFacts(blob).accounts.has(pointer)
          ? blob
          : withAccount(blob, pointer, xpub, keys.masterBlindingKey),
      );
      return id;
    },

    async createWatchOnly(credentials) {
      checkCredentials(credentials);
      const derived = await watchOnlyKeys(credentials);
      const args = [derived.username, derived.password, wrapBlobKey(secret.seal, derived.blob)];
      await ask(link, {
        procedure: 'addressbook.sync_custom',
        args,
        what: 'these watch-only credentials',
        shape: done,
        secrets: args,
        refusal: 'Choose another name: it may belong to somebody else.',
      });
      await update((blob) => withUsername(blob, credentials.username));
    },
  };
}

/** Throws INVALID_ARGUMENT for credentials that are none. */
export function checkCredentials({ username, password }: Amp0Credentials): void {
  if (username === '' || password === '') {
    throw invalid('Watch-only credentials need a name and a password.', 'Enter both.');
  }
}

import { z } from 'zod';
import type { SluiceError } from '../../shared/errors.ts';
import { challenge, loginAnswer, type LoginAnswer } from './answers.ts';
import { ask } from './ask.ts';
import { BLOB_ELSEWHERE, blobFacts, NO_BLOB, type Blob } from './blob.ts';
import { cosignWith } from './cosign.ts';
import { gaitPathHex, unwrapBlobKey, watchOnlyKeys } from './keys.ts';
import { openLink, type Link } from './link.ts';
import { checkCredentials, ownerOf } from './owner.ts';
import { readBlob, sessionOf } from './session.ts';
import type { Amp0Client, Amp0Connection, Amp0Deadlines, Amp0Endpoint, Amp0Network } from './types.ts';
import { answerInvalid, closed, ownerUnknown, watchOnlyUnknown } from './words.ts';

export interface Amp0ClientOptions {
  endpoint: Amp0Endpoint;
  network: Amp0Network;
  deadlines?: Amp0Deadlines | undefined;
}

/**
 * Tells Green what its client can do: segwit, csv outputs, and both at will. The rest is a name; it is LWK's, so that the
 * desk is treated as LWK is.
 */
const USER_AGENT = '[v2,sw,csv,csv_opt] lwk';

/** A client of Green, the server that cosigns for AMP0 accounts. Opens nothing by itself. */
export function createAmp0Client({ endpoint, network, deadlines = {} }: Amp0ClientOptions): Amp0Client {
  return {
    async connect() {
      const link = await openLink(endpoint.url, {
        callMs: deadlines.call ?? 20_000,
        pingMs: deadlines.ping ?? 20_000,
      });
      return connection(link, network);
    },
    cosign: (form) => cosignWith(endpoint.cosignUrl, form, deadlines.cosign ?? 30_000),
  };
}

function connection(link: Link, network: Amp0Network): Amp0Connection {
  /** A refused login ends the connection: its challenge is used up, and Green counts attempts. */
  const ending = (error: (words: string) => SluiceError) => (words: string) => link.fail(error(words));

  return {
    get open() {
      return link.open;
    },

    async challenge(keys) {
      const { masterPubkey, masterChainCode } = keys;
      const gaitPath = gaitPathHex(keys.registerPubkey, keys.registerChainCode);
      await ask(link, {
        procedure: 'login.register',
        args: [masterPubkey, masterChainCode, USER_AGENT, gaitPath],
        what: 'the registration of this owner',
        shape: z.unknown(),
        refusal: ending(ownerUnknown),
      });
      return ask(link, {
        procedure: 'login.get_trezor_challenge',
        args: [keys.loginAddress, true],
        what: 'a challenge to sign',
        shape: challenge,
        refusal: ending(ownerUnknown),
      });
    },

    async login(keys, signature) {
      const answer = await ask(link, {
        procedure: 'login.authenticate',
        args: [signature, true, 'GA', '', USER_AGENT],
        what: 'the login',
        shape: loginAnswer.or(z.literal(false)),
        secrets: [signature],
        refusal: ending(ownerUnknown),
      });
      if (answer === false) throw link.fail(ownerUnknown(''));
      return ownerOf(link, answer, keys);
    },

    async watchOnly(credentials) {
      checkCredentials(credentials);
      if (!link.open) throw closed(link.where, 'the login', '');
      const { username, password, blob: wrapping } = await watchOnlyKeys(credentials);
      const answer = await ask(link, {
        procedure: 'login.watch_only_v2',
        args: ['custom', { username, password, minimal: 'true' }, USER_AGENT, true],
        what: 'the login',
        shape: loginAnswer.or(z.literal(false)),
        secrets: [username, password],
        refusal: ending(watchOnlyUnknown),
      });
      if (answer === false) throw link.fail(watchOnlyUnknown(''));
      const blob = await watchedBlob(link, answer, wrapping);
      const { masterXpub } = blobFacts(blob ?? []);
      if (masterXpub !== null && masterXpub.startsWith('xpub') !== (network === 'liquidv1')) {
        throw link.fail(answerInvalid(link.where, 'the account is of another network'));
      }
      return sessionOf({ link, answer, blob });
    },

    onClose: (listener) => link.onClose(listener),
    close: () => link.close(),
  };
}

/** The blob as far as a watch-only login may see it: null where its owner has none, or has not given its key away. */
async function watchedBlob(link: Link, answer: LoginAnswer, wrapping: Buffer): Promise<Blob | null> {
  const mac = answer.client_blob_hmac;
  if (mac === NO_BLOB || mac === BLOB_ELSEWHERE || !answer.wo_blob_key) return null;
  const key = unwrapBlobKey(answer.wo_blob_key, wrapping);
  if (key === null) {
    throw link.fail(
      answerInvalid(link.where, 'the key of the account’s data does not open with this password'),
    );
  }
  return (await readBlob(link, key)).blob;
}

import type { Outgoing, Peer, Received, Result } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Post } from '../bundles/types.ts';
import type { Liquid, LiquidNetwork } from '../liquid/types.ts';
import { amp0LoginPayload, readPayload } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import type { OwnKeys } from './own-keys.ts';

/** A challenge holds for as long as the desk's connection to Green; the answer is carried at once. */
const HOURS = 24;

/** Logins at Green that a desk asks this signer's signature for. */
export interface Logins {
  /** Understands a bundle of kind `amp0-login`: only one for this signer's key is kept. */
  receive(
    payload: unknown,
    from: Peer,
    bundle: { expiresAt: number },
  ): Promise<() => Pick<Received, 'sentence' | 'goTo'>>;
  list(): Result<'signer.logins'>['logins'];
  /** The same answer again for a login that was answered. Throws NOT_FOUND, BUNDLE_EXPIRED. */
  answer(id: string, actor: string): Promise<Outgoing>;
}

interface Row {
  id: string;
  peer_id: string;
  peer_name: string;
  name: string;
  fingerprint: string;
  challenge: string;
  received_at: bigint;
  expires_at: bigint;
  answered_at: bigint | null;
  answer_bundle: string | null;
}

export interface LoginsDeps {
  store: Store;
  liquid: Liquid;
  network: LiquidNetwork;
  keys: OwnKeys;
  post: Post;
  clock: () => number;
}

export function createLogins({ store, liquid, network, keys, post, clock }: LoginsDeps): Logins {
  const byId = store.db.prepare<[string], Row>('SELECT * FROM signer_login WHERE id = ?');
  const hasExpired = (row: Row) => row.answered_at === null && Number(row.expires_at) <= clock();

  return {
    async receive(payload, from, { expiresAt }) {
      const login = readPayload(amp0LoginPayload, payload);
      if (login.network !== network) {
        throw new SluiceError(
          'BUNDLE_FOREIGN',
          `That account is on ${login.network}; this signer is for ${network}.`,
          { next: 'Use a signer profile of the same network.' },
        );
      }
      const own = await keys.own();
      if (own?.fingerprint !== login.fingerprint) {
        throw new SluiceError(
          'BUNDLE_FOREIGN',
          `The login is for the key ${login.fingerprint}, which is not this signer’s.`,
          { next: 'Send this signer’s keys to the desk, and make the account there of these.' },
        );
      }
      return () => {
        const before = byId.get(login.setupId);
        if (before && before.peer_id !== from.id) {
          throw new SluiceError('CONFLICT', 'Another desk asked for a login of this number before.', {
            next: 'Begin the account anew at the desk; nothing was changed here.',
          });
        }
        // A desk that connects to Green again has another challenge for the same account.
        if (before?.challenge !== login.challenge) {
          store.db
            .prepare(
              `INSERT INTO signer_login (id, peer_id, peer_name, name, fingerprint, challenge, received_at, expires_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, challenge = excluded.challenge,
                 received_at = excluded.received_at, expires_at = excluded.expires_at, answered_at = NULL,
                 answer_bundle = NULL`,
            )
            .run(
              login.setupId,
              from.id,
              from.name,
              login.name,
              login.fingerprint,
              login.challenge,
              clock(),
              expiresAt,
            );
          store.audit({
            type: 'signer.login-asked',
            subject: `login:${login.setupId}`,
            actor: from.name,
            data: { name: login.name, challenge: login.challenge },
          });
        }
        return {
          sentence: `“${from.name}” asks for a login at Green, for the account “${login.name}”. A login moves nothing.`,
          goTo: { page: 'login', id: login.setupId },
        };
      };
    },
    list: () =>
      store.db
        .prepare<[], Row>('SELECT * FROM signer_login ORDER BY received_at DESC, id')
        .all()
        .map((row) => ({
          id: row.id,
          from: row.peer_name,
          name: row.name,
          challenge: row.challenge,
          state: row.answered_at !== null ? 'answered' : hasExpired(row) ? 'expired' : 'waiting',
          receivedAt: Number(row.received_at),
          expires: Number(row.expires_at),
        })),
    async answer(id, actor) {
      const row = byId.get(id);
      if (!row) {
        throw new SluiceError('NOT_FOUND', 'This signer was asked for no such login.', {
          next: 'Choose one from the list, or take in the desk’s bundle.',
        });
      }
      if (row.answer_bundle !== null) return post.file(row.answer_bundle);
      if (hasExpired(row)) {
        throw new SluiceError('BUNDLE_EXPIRED', 'The login has expired.', {
          next: 'Have the desk connect to Green again, and carry the new challenge.',
        });
      }
      const { seed, key } = await keys.require();
      if (key.fingerprint !== row.fingerprint) {
        throw new SluiceError('NOT_ALLOWED', `The login is for the key ${row.fingerprint}.`, {
          next: 'Restore that key here, or make the account of the key that is here.',
        });
      }
      const signature = await liquid.signAmp0Challenge(seed, network, row.challenge);
      const outgoing = await post.send({
        kind: 'amp0-login-answer',
        to: row.peer_id,
        payload: { setupId: id, challenge: row.challenge, signature },
        subject: `login:${id}`,
        name: 'login-answer',
        hours: HOURS,
        actor,
      });
      store.tx(() => {
        store.db
          .prepare(
            'UPDATE signer_login SET answered_at = ?, answer_bundle = ? WHERE id = ? AND challenge = ?',
          )
          .run(clock(), outgoing.bundleId, id, row.challenge);
        store.audit({
          type: 'signer.login-answered',
          subject: `login:${id}`,
          actor,
          data: { name: row.name, challenge: row.challenge },
        });
      });
      return outgoing;
    },
  };
}

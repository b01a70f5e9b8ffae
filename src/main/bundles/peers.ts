import type { Peer } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/index.ts';
import { cardBytes, peerIdOf, readCardBytes, wordsOf, type Card } from './card.ts';
import { NO_PREVIOUS } from './envelope.ts';

interface PeerRow {
  id: string;
  card: Uint8Array;
  paired_at: bigint;
  removed_at: bigint | null;
  last_sent: bigint;
  last_sent_hash: string | null;
  last_received: bigint;
  last_received_hash: string | null;
}

/** How far the bundles of one direction have come: number and hash of the newest, 0 and zeros before the first. */
export interface Head {
  seq: number;
  hash: string;
}

export interface KnownPeer {
  id: string;
  card: Card;
  pairedAt: number;
  removedAt: number | null;
  sent: Head;
  received: Head;
}

/** The table of peers. Those removed stay in it, for their numbering. */
export function createPeerTable(store: Store) {
  const { db } = store;
  const all = db.prepare<[], PeerRow>('SELECT * FROM peer ORDER BY name COLLATE NOCASE, id');
  const one = db.prepare<[string], PeerRow>('SELECT * FROM peer WHERE id = ?');
  const put = db.prepare(
    `INSERT INTO peer VALUES (:id, :name, :role, :card, :at, NULL, 0, NULL, 0, NULL)
     ON CONFLICT (id) DO UPDATE SET name = :name, card = :card, paired_at = :at, removed_at = NULL`,
  );
  const remove = db.prepare('UPDATE peer SET removed_at = ? WHERE id = ?');
  const moveSent = db.prepare('UPDATE peer SET last_sent = ?, last_sent_hash = ? WHERE id = ?');
  const moveReceived = db.prepare('UPDATE peer SET last_received = ?, last_received_hash = ? WHERE id = ?');
  const owner = db.prepare<[], string>('SELECT peer_id FROM identity').pluck();
  const own = db.prepare(
    'INSERT INTO identity VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET peer_id = excluded.peer_id',
  );
  const endAll = db.prepare(
    `UPDATE peer SET removed_at = coalesce(removed_at, ?),
       last_sent = 0, last_sent_hash = NULL, last_received = 0, last_received_hash = NULL`,
  );

  return {
    list: (): KnownPeer[] =>
      all
        .all()
        .map(known)
        .filter((peer) => peer.removedAt === null),
    find(id: string): KnownPeer | null {
      const row = one.get(id);
      return row ? known(row) : null;
    },
    /** Paired from now on; one that was removed carries on with its numbers. */
    put(card: Card, at: number): string {
      const id = peerIdOf(card);
      put.run({ id, name: card.name, role: card.role, card: cardBytes(card), at });
      return id;
    },
    remove: (id: string, at: number) => remove.run(at, id),
    moveSent: (id: string, to: Head) => moveSent.run(to.seq, to.hash, id),
    moveReceived: (id: string, to: Head) => moveReceived.run(to.seq, to.hash, id),
    /**
     * Notes whose numbers these are. True when keys that were here before have been lost: nobody knows the new ones, so
     * every pairing has ended, and numbers begin again.
     */
    belongTo(id: string, at: number): boolean {
      const before = owner.get();
      if (before === id) return false;
      own.run(id);
      if (before === undefined) return false;
      endAll.run(at);
      return true;
    },
  };
}
export type PeerTable = ReturnType<typeof createPeerTable>;

function known(row: PeerRow): KnownPeer {
  return {
    id: row.id,
    card: readCardBytes(row.card),
    pairedAt: Number(row.paired_at),
    removedAt: row.removed_at === null ? null : Number(row.removed_at),
    sent: { seq: Number(row.last_sent), hash: row.last_sent_hash ?? NO_PREVIOUS },
    received: { seq: Number(row.last_received), hash: row.last_received_hash ?? NO_PREVIOUS },
  };
}

export function shownPeer(peer: KnownPeer): Peer {
  return {
    id: peer.id,
    name: peer.card.name,
    role: peer.card.role,
    words: wordsOf(peer.card),
    pairedAt: peer.pairedAt,
    lastSent: peer.sent.seq,
    lastReceived: peer.received.seq,
  };
}

/** Throws PEER_UNKNOWN for an id that was never paired, or no longer is. */
export function pairedPeer(peers: PeerTable, id: string): KnownPeer {
  const peer = peers.find(id);
  if (peer?.removedAt === null) return peer;
  throw new SluiceError(
    'PEER_UNKNOWN',
    peer
      ? `The pairing with “${peer.card.name}” was ended.`
      : 'This profile is not paired with the other one.',
    { next: 'Pair the two under Signers: each reads the other’s card, and the words are compared.' },
  );
}

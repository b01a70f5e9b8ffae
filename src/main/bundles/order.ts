import { SluiceError } from '../../shared/errors.ts';
import type { Envelope } from './envelope.ts';
import type { Head, KnownPeer } from './peers.ts';
import type { BundleRecords } from './records.ts';

export interface Place {
  /** Numbers before it that were never taken in. */
  missing: number[];
  /** True when it would have been refused without `acceptGap`. */
  gap: boolean;
}

/** Numbers that are written out in the audit trail. */
const MISSING_NAMED = 100;

/**
 * Whether a bundle comes where it has to: after the newest one that was taken in. A bundle in between that arrived, was
 * authentic and was refused (expired, not understood) is no gap: what it was is known, and nobody held it back. With
 * `acceptGap` numbers may be missing; one that is older than what was taken in never passes. Throws BUNDLE_REPLAYED and
 * BUNDLE_OUT_OF_ORDER.
 */
export function checkPlace(
  records: BundleRecords,
  peer: KnownPeer,
  { header, hash }: Envelope,
  acceptGap: boolean,
): Place {
  const taken = records.taken(hash, header.id);
  const newest = peer.received;
  if (taken || header.seq === newest.seq) {
    throw new SluiceError(
      'BUNDLE_REPLAYED',
      taken
        ? `This bundle was taken in already, as number ${header.seq} of “${peer.card.name}”.`
        : `Another bundle with the number ${header.seq} of “${peer.card.name}” was taken in already.`,
      { next: 'There is nothing to do, unless it was meant to be a new one: then have it made again.' },
    );
  }
  if (header.seq < newest.seq) {
    throw new SluiceError(
      'BUNDLE_OUT_OF_ORDER',
      `This is number ${header.seq} of “${peer.card.name}”, and number ${newest.seq} was taken in already.`,
      { next: 'What is older than the newest is never taken in. If it still matters, have it made again.' },
    );
  }
  const missing = Array.from(
    { length: Math.min(MISSING_NAMED, header.seq - newest.seq - 1) },
    (_, index) => newest.seq + 1 + index,
  );
  const gap = !follows(records, peer.id, newest, header);
  if (!gap || acceptGap) return { missing, gap };
  throw new SluiceError(
    'BUNDLE_OUT_OF_ORDER',
    header.seq === newest.seq + 1
      ? `This is number ${header.seq} of “${peer.card.name}”, but it follows another number ${newest.seq} than the one that was taken in.`
      : `This is number ${header.seq} of “${peer.card.name}”; ${missing.length === 1 ? `number ${newest.seq + 1} has` : `numbers ${newest.seq + 1} to ${header.seq - 1} have`} not arrived.`,
    {
      next: 'Take in what was sent before. If that is lost for good, or the sender was restored from a backup, accept the gap.',
    },
  );
}

/** Goes back from a bundle over those that arrived and were refused, to the newest that was taken in. */
function follows(
  records: BundleRecords,
  peerId: string,
  newest: Head,
  { seq, previous }: { seq: number; previous: string },
): boolean {
  let at = seq - 1;
  let hash: string | null = previous;
  while (hash !== null && at > newest.seq) {
    hash = records.heldBack(hash, peerId, at);
    at -= 1;
  }
  return at === newest.seq && hash === newest.hash;
}

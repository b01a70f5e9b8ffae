import { ZodError } from 'zod';
import type { BundleKind, CallContext, Emit, Received } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/index.ts';
import { checkSignature, hashOf, openPayload, parseBundle, type Header } from './envelope.ts';
import type { Identity } from './identity.ts';
import { pairedPeer, shownPeer, type KnownPeer, type PeerTable } from './peers.ts';
import { checkPlace } from './order.ts';
import type { BundleRecords, Claims } from './records.ts';
import type { Refusals } from './refusals.ts';
import type { Receiver } from './types.ts';

/** How far the clocks of two machines may differ; an air-gapped one has nobody to ask for the time. */
const CLOCK_SKEW_MS = 24 * 60 * 60 * 1000;

export interface ReceiveDeps {
  store: Store;
  peers: PeerTable;
  records: BundleRecords;
  refusals: Refusals;
  receivers: ReadonlyMap<BundleKind, Receiver>;
  identity: () => Promise<Identity>;
  clock: () => number;
  emit: Emit;
}

/** What is known of a bundle so far, for the record of its refusal. */
interface Note {
  hash: string;
  bytes: number;
  claims: Claims | null;
}

const moment = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/**
 * Takes in bundles, one after the other. Whatever is wrong with one has its own code, is recorded and audited, and
 * changes nothing else. What a bundle does happens in the transaction that counts it as received.
 */
export function createReceive(deps: ReceiveDeps) {
  const { store, peers, records, clock } = deps;
  let turn: Promise<unknown> = Promise.resolve();

  /** Signature before everything that the bundle says of itself, so that only what is vouched for is reported. */
  function authenticate(bytes: Uint8Array, own: Identity, note: Note) {
    const envelope = parseBundle(bytes);
    const { header } = envelope;
    if (header.from === own.id) {
      throw foreign('This bundle was made here: it is for the other side.');
    }
    if (header.to !== own.id && peers.find(header.from) === null) {
      throw foreign('The bundle is for another receiver, and its sender is not known here either.');
    }
    const peer = pairedPeer(peers, header.from);
    checkSignature(envelope, peer.card.sign);
    const { kind, seq, previous, expires } = header;
    // A bundle for somebody else has a numbering of its own: its number says nothing here.
    if (header.to !== own.id) {
      throw foreign(`The bundle is from “${peer.card.name}”, but for another receiver.`);
    }
    note.claims = { kind, peerId: peer.id, seq, previous, expires };
    if (header.network !== own.card.network) {
      throw foreign(
        `The bundle is of the network ${header.network}; this profile is of ${own.card.network}.`,
      );
    }
    return { envelope, peer };
  }

  function receiverOf(kind: BundleKind, own: Identity): Receiver {
    const receiver = deps.receivers.get(kind);
    if (receiver) return receiver;
    throw foreign(`A ${own.card.role} does not take in bundles of the kind ${kind}.`);
  }

  function checkTime(header: Header): void {
    const now = clock();
    if (header.created > now + CLOCK_SKEW_MS) {
      throw new SluiceError(
        'BUNDLE_EXPIRED',
        `The bundle was made on ${moment(header.created)}, but this machine’s clock says ${moment(now)}.`,
        { next: 'Set the clock that is wrong. If it is the sender’s, have the bundle made again.' },
      );
    }
    if (header.expires < now) {
      throw new SluiceError(
        'BUNDLE_EXPIRED',
        `The bundle expired on ${moment(header.expires)}; this machine’s clock says ${moment(now)}.`,
        { next: 'Have it made again, or set this machine’s clock if it is wrong.' },
      );
    }
  }

  async function take(bytes: Uint8Array, acceptGap: boolean, actor: string, note: Note): Promise<Received> {
    const own = await deps.identity();
    const { envelope, peer } = authenticate(bytes, own, note);
    const { header } = envelope;
    const receiver = receiverOf(header.kind, own);
    const place = checkPlace(records, peer, envelope, acceptGap);
    checkTime(header);
    const payload = openPayload(envelope, own);
    const apply = await receiver(payload, shownPeer(peer), {
      id: header.id,
      createdAt: header.created,
      expiresAt: header.expires,
    });
    return store.tx(() => {
      // The receiver may have taken its time: the pairing can have ended meanwhile.
      pairedPeer(peers, peer.id);
      const { sentence, goTo } = apply();
      peers.moveReceived(peer.id, { seq: header.seq, hash: envelope.hash });
      records.accepted({
        id: header.id,
        hash: envelope.hash,
        bytes: bytes.length,
        sentence,
        at: clock(),
        ...claimsOf(header, peer),
      });
      store.audit({
        type: 'bundle.accepted',
        subject: `bundle:${header.id}`,
        actor,
        data: {
          from: peer.card.name,
          peer: peer.id,
          kind: header.kind,
          seq: header.seq,
          sha256: envelope.hash,
          sentence,
          ...(place.gap ? { gapAccepted: true } : {}),
          ...(place.missing.length === 0 ? {} : { neverTakenIn: place.missing.join(', ') }),
        },
      });
      return { kind: header.kind, bundleId: header.id, from: peer.card.name, sentence, goTo };
    });
  }

  async function receive(bytes: Uint8Array, acceptGap: boolean, actor: string): Promise<Received> {
    const note: Note = { hash: hashOf(bytes), bytes: bytes.length, claims: null };
    try {
      const received = await take(bytes, acceptGap, actor, note);
      deps.emit('pairing.changed', {});
      return received;
    } catch (thrown) {
      const error = inWords(thrown);
      deps.refusals.record({ ...note, error, actor });
      throw error instanceof SluiceError ? error : thrown;
    } finally {
      deps.emit('bundles.changed', {});
      deps.emit('audit.changed', {});
    }
  }

  return (
    { content, acceptGap }: { content: string; acceptGap?: boolean | undefined },
    { actor }: CallContext,
  ): Promise<Received> => {
    const bytes = Buffer.from(content, 'base64');
    const next = turn.then(() => receive(bytes, acceptGap ?? false, actor));
    turn = next.catch(() => undefined);
    return next;
  };
}

const claimsOf = (header: Header, peer: KnownPeer): Claims => ({
  kind: header.kind,
  peerId: peer.id,
  seq: header.seq,
  previous: header.previous,
  expires: header.expires,
});

/** A payload that its receiver's schema does not know is the bundle's fault. */
function inWords(error: unknown): unknown {
  if (!(error instanceof ZodError)) return error;
  const issue = error.issues[0];
  return new SluiceError(
    'BUNDLE_INVALID',
    `The contents of the bundle are not what its kind has to carry: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
    { next: 'Use the same version of Sluice on both machines.', cause: error },
  );
}

function foreign(message: string): SluiceError {
  return new SluiceError('BUNDLE_FOREIGN', message, {
    next: 'Take it to the profile that it was made for, or choose the right file.',
  });
}

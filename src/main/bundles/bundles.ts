import type { AreaHandlers, BundleKind, Emit } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { ProfileSecrets } from '../keychain/index.ts';
import type { Store } from '../store/index.ts';
import { makeBundle } from './envelope.ts';
import { createIdentity, type Identity, type OwnProfile } from './identity.ts';
import { fileNameOf, outgoingOf } from './outgoing.ts';
import { createPairing } from './pairing.ts';
import { createPeerTable, pairedPeer, shownPeer } from './peers.ts';
import { createQr } from './qr.ts';
import { createReceive } from './receive.ts';
import { createBundleRecords } from './records.ts';
import { createRefusals } from './refusals.ts';
import type { Post, Receiver } from './types.ts';

const HOUR_MS = 60 * 60 * 1000;

export interface BundlesDeps {
  store: Store;
  secrets: ProfileSecrets;
  profile: OwnProfile;
  clock: () => number;
  emit: Emit;
}

export interface Bundles {
  post: Post;
  /** Who understands one kind of bundle. A kind without a receiver is refused as BUNDLE_FOREIGN. */
  onBundle(kind: BundleKind, receiver: Receiver): void;
  pairing: AreaHandlers<'pairing'>;
  bundles: AreaHandlers<'bundles'>;
  qr: AreaHandlers<'qr'>;
}

/** Pairing, bundles and QR codes of an open profile. Nothing is asked of the secret store before it is needed. */
export function createBundles(deps: BundlesDeps): Bundles {
  const { store, clock, emit } = deps;
  const peers = createPeerTable(store);
  const records = createBundleRecords(store);
  const receivers = new Map<BundleKind, Receiver>();
  const load = createIdentity(deps.secrets, deps.profile);
  let noted = false;

  async function identity(): Promise<Identity> {
    const own = await load();
    if (noted) return own;
    const lost = store.tx(() => {
      const ended = peers.belongTo(own.id, clock());
      if (ended) {
        store.audit({
          type: 'pairing.keys-replaced',
          subject: `peer:${own.id}`,
          data: { why: 'The keys of this profile were gone from the secret store; every pairing has ended.' },
        });
      }
      return ended;
    });
    noted = true;
    if (lost) emit('pairing.changed', {});
    return own;
  }

  function file(bundleId: string) {
    const found = records.content(bundleId);
    if (found) return outgoingOf(bundleId, found.file_name, found.content);
    throw new SluiceError('NOT_FOUND', 'No such bundle was sent from here.', {
      next: 'Choose one from the list of bundles that were sent.',
      field: 'id',
    });
  }

  const post: Post = {
    async send(sending) {
      const own = await identity();
      const { id, fileName, bytes } = store.tx(() => {
        const peer = pairedPeer(peers, sending.to);
        const created = clock();
        const envelope = {
          kind: sending.kind,
          network: own.card.network,
          created,
          expires: created + Math.round(sending.hours * HOUR_MS),
          seq: peer.sent.seq + 1,
          previous: peer.sent.hash,
        };
        const made = makeBundle(own, {
          ...envelope,
          to: { id: peer.id, box: peer.card.box },
          payload: sending.payload,
        });
        const named = fileNameOf(sending.name);
        peers.moveSent(peer.id, { seq: envelope.seq, hash: made.hash });
        records.sent({
          ...envelope,
          id: made.id,
          peerId: peer.id,
          hash: made.hash,
          bytes: made.bytes.length,
          fileName: named,
          content: made.bytes,
          sentence: `For “${peer.card.name}”.`,
          at: created,
        });
        store.audit({
          type: 'bundle.sent',
          subject: sending.subject,
          actor: sending.actor ?? 'engine',
          data: {
            bundle: made.id,
            to: peer.card.name,
            peer: peer.id,
            kind: sending.kind,
            seq: envelope.seq,
            bytes: made.bytes.length,
            sha256: made.hash,
          },
        });
        return { id: made.id, fileName: named, bytes: made.bytes };
      });
      emit('bundles.changed', {});
      emit('pairing.changed', {});
      emit('audit.changed', {});
      return outgoingOf(id, fileName, bytes);
    },
    file,
    peer: (id) => shownPeer(pairedPeer(peers, id)),
    peers: () => peers.list().map(shownPeer),
  };

  return {
    post,
    onBundle(kind, receiver) {
      if (receivers.has(kind)) throw new Error(`Bundles of the kind ${kind} have a receiver already.`);
      receivers.set(kind, receiver);
    },
    pairing: createPairing({ store, peers, identity, clock, emit }),
    bundles: {
      list: (query) => records.list(query),
      get({ id }) {
        const found = records.get(id);
        if (found) return found;
        throw new SluiceError('NOT_FOUND', 'There is no such bundle here.', {
          next: 'Choose one from the list of bundles; of those that were refused only the last ones are kept.',
          field: 'id',
        });
      },
      file: ({ id }) => file(id),
      receive: createReceive({
        store,
        peers,
        records,
        refusals: createRefusals(store, records, clock),
        receivers,
        identity,
        clock,
        emit,
      }),
    },
    qr: createQr({ bundle: (id) => Buffer.from(file(id).content, 'base64'), clock }),
  };
}

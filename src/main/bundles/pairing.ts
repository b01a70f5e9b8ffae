import type { AreaHandlers, Emit } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/index.ts';
import { cardText, parseCard, peerIdOf, sameWords, wordsOf, type Card } from './card.ts';
import type { Identity } from './identity.ts';
import { pairedPeer, shownPeer, type PeerTable } from './peers.ts';

export interface PairingDeps {
  store: Store;
  peers: PeerTable;
  identity: () => Promise<Identity>;
  clock: () => number;
  emit: Emit;
}

/** Who this profile is, and whom it believes. Both sides read the other's card and compare its words by eye, once. */
export function createPairing(deps: PairingDeps): AreaHandlers<'pairing'> {
  const { store, peers, clock } = deps;

  /** What keeps a card from being paired with this profile, whatever its words. */
  async function readCard(text: string): Promise<Card> {
    const card = parseCard(text);
    const own = await deps.identity();
    if (peerIdOf(card) === own.id) {
      throw refused(
        'This is the card of this profile itself.',
        'Read the card that the other machine shows.',
      );
    }
    if (card.network !== own.card.network) {
      throw refused(
        `“${card.name}” is a profile of the network ${card.network}; this one is of ${own.card.network}.`,
        'Pair profiles of the same network.',
      );
    }
    if (card.role === own.card.role) {
      throw refused(
        `“${card.name}” is a ${card.role} as well.`,
        'A desk is paired with signers, a signer with desks.',
      );
    }
    return card;
  }

  function changed(): void {
    deps.emit('pairing.changed', {});
    deps.emit('audit.changed', {});
  }

  return {
    async identity() {
      const { id, card } = await deps.identity();
      return { id, name: card.name, role: card.role, card: cardText(card), words: wordsOf(card) };
    },

    async peers() {
      // Lost keys end every pairing: only with the identity at hand is the list true.
      await deps.identity();
      return { peers: peers.list().map(shownPeer) };
    },

    async preview({ card: text }) {
      const card = await readCard(text);
      const id = peerIdOf(card);
      return {
        id,
        name: card.name,
        role: card.role,
        words: wordsOf(card),
        known: peers.find(id)?.removedAt === null,
      };
    },

    async add({ card: text, words }, { actor }) {
      const card = await readCard(text);
      if (!sameWords(words, wordsOf(card))) {
        throw new SluiceError(
          'CONFIRMATION_MISMATCH',
          `These are not the words of the card of “${card.name}”.`,
          {
            next: 'Compare with the screen of the other machine. If the words differ there, somebody has exchanged the card: do not pair.',
            field: 'words',
          },
        );
      }
      const id = store.tx(() => {
        const before = peers.find(peerIdOf(card));
        const added = peers.put(card, clock());
        store.audit({
          type: 'pairing.added',
          subject: `peer:${added}`,
          actor,
          data: { name: card.name, role: card.role, words: wordsOf(card), again: before !== null },
        });
        return added;
      });
      changed();
      return shownPeer(pairedPeer(peers, id));
    },

    async remove({ id, confirm }, { actor }) {
      await deps.identity();
      const peer = pairedPeer(peers, id);
      if (confirm.trim() !== peer.card.name) {
        throw new SluiceError('CONFIRMATION_MISMATCH', 'The name that was typed is another.', {
          next: `Type ${peer.card.name} to end the pairing.`,
          field: 'confirm',
        });
      }
      store.tx(() => {
        peers.remove(id, clock());
        store.audit({
          type: 'pairing.removed',
          subject: `peer:${id}`,
          actor,
          data: { name: peer.card.name, role: peer.card.role },
        });
      });
      changed();
      return {};
    },
  };
}

function refused(message: string, next: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', message, { next, field: 'card' });
}

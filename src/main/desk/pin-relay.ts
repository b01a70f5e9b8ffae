import { randomUUID } from 'node:crypto';
import { SluiceError } from '../../shared/errors.ts';
import type { Bundles, Receiver } from '../bundles/index.ts';
import type { OfflineExchange, PinOracle } from '../jade/index.ts';
import { pinAnswerPayload, pinRequestPayload, readPayload } from '../signing/index.ts';

/** A Jade waits in front of somebody: an answer that takes longer than this finds nobody. */
const HOURS = 24;

/**
 * Unlocking a Jade on a machine without a network, the signer's half: what the Jade asks its blind oracle goes to a paired
 * desk as a bundle, and the answer comes back as one. What is carried is sealed between Jade and oracle.
 */
export function createPinRelay({ post }: Pick<Bundles, 'post'>): {
  relay: (exchange: OfflineExchange) => ReturnType<Bundles['post']['send']>;
  answer: Receiver;
  close(): void;
} {
  const waiting = new Map<string, OfflineExchange>();
  return {
    async relay(offline) {
      const exchange = randomUUID();
      const outgoing = await post.send({
        kind: 'jade-pin-request',
        to: offline.peerId,
        payload: { exchange, urls: [...offline.request.urls], data: offline.request.data },
        subject: `jade:${offline.port}`,
        name: 'jade-pin-request',
        hours: HOURS,
        actor: offline.actor,
      });
      waiting.set(exchange, offline);
      return outgoing;
    },
    async answer(payload, from) {
      const { exchange, data } = readPayload(pinAnswerPayload, payload);
      const offline = waiting.get(exchange);
      if (offline?.peerId !== from.id) {
        throw new SluiceError('NOT_FOUND', 'No Jade waits for this answer any more.', {
          next: 'Unlock the Jade again, and carry its new request to the desk.',
        });
      }
      return () => {
        waiting.delete(exchange);
        if (!offline.answer(data)) {
          return {
            sentence: 'The Jade had stopped waiting for this answer: unlock it again.',
            goTo: { page: 'jade', id: null },
          };
        }
        return { sentence: 'The Jade has its answer; look at its screen.', goTo: { page: 'jade', id: null } };
      };
    },
    close() {
      for (const offline of waiting.values()) offline.giveUp();
      waiting.clear();
    },
  };
}

/** The desk's half: asks the oracle for a Jade at a paired signer, and sends the answer back. */
export function answerPinRequests({ post }: Pick<Bundles, 'post'>, oracle: PinOracle): Receiver {
  return async (payload, from) => {
    const { exchange, urls, data } = readPayload(pinRequestPayload, payload);
    const answer = await oracle({ urls, data: parsed(data) });
    const { fileName } = await post.send({
      kind: 'jade-pin-answer',
      to: from.id,
      payload: { exchange, data: JSON.stringify(answer) },
      subject: `peer:${from.id}`,
      name: 'jade-pin-answer',
      hours: HOURS,
    });
    return () => ({
      sentence: `The oracle has answered; carry ${fileName} back to “${from.name}”.`,
      goTo: { page: 'signers', id: null },
    });
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SluiceError('BUNDLE_INVALID', 'What the Jade asks its oracle cannot be read.', {
      next: 'Unlock the Jade again, and carry its new request.',
    });
  }
}

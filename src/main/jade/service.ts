import type { z } from 'zod';
import type { AreaHandlers, Emit, JadeDevice, outgoing } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { help } from './device.ts';
import { relayOracle, type PinRequest, type RelayOracle } from './relay.ts';
import type { JadePorts, Jades, JadeSession, PinOracle } from './types.ts';

type Outgoing = z.output<typeof outgoing>;

/** An unlocking that waits for the oracle's answer from elsewhere. */
export interface OfflineExchange {
  port: string;
  peerId: string;
  /** Who asked for it, as the audit names them. */
  actor: string;
  request: PinRequest;
  /** Hands over the oracle's answer (JSON as text); false when it is not waited for any more. */
  answer(data: string): boolean;
  /** Ends the waiting. */
  giveUp(): void;
}

export interface JadeServiceDeps {
  jades: Jades;
  ports: JadePorts;
  oracle: PinOracle;
  emit: Emit;
  /** Makes the bundle with the request, and keeps `answer` for the bundle that brings the answer. */
  relay?: (exchange: OfflineExchange) => Promise<Outgoing>;
  platform?: NodeJS.Platform;
}

/** Handlers of the area `jade`. */
export function createJadeService(deps: JadeServiceDeps): AreaHandlers<'jade'> {
  /** Unlockings under way, by port: who looks again after leaving a page joins the one that the device still shows. */
  const unlocking = new Map<string, Promise<JadeDevice>>();
  /** Those whose oracle is asked from elsewhere: the request can be had again while the Jade waits for its answer. */
  const relayed = new Map<string, { relay: RelayOracle; outcome: Promise<JadeDevice> }>();
  const say = (port: string, sentence: string): void => deps.emit('jade.changed', { port, sentence });

  async function unlockAt(port: string, oracle: PinOracle): Promise<JadeDevice> {
    const session = await deps.jades.open(port);
    try {
      await session.unlock(oracle);
      const device = await session.device();
      say(port, device.message);
      return device;
    } catch (error) {
      if (error instanceof SluiceError) say(port, `${error.message} ${error.next}`);
      throw error;
    } finally {
      await session.close();
    }
  }

  function unlock(port: string, oracle: PinOracle): Promise<JadeDevice> {
    const running = unlocking.get(port);
    if (running) return running;
    const mine = unlockAt(port, oracle).finally(() => unlocking.delete(port));
    unlocking.set(port, mine);
    return mine;
  }

  function startRelay(port: string): { relay: RelayOracle; outcome: Promise<JadeDevice> } {
    if (unlocking.has(port)) {
      throw new SluiceError('JADE_BUSY', 'This Jade is being unlocked already.', {
        next: 'Finish that on the Jade, or let go of it and start again.',
      });
    }
    const relay = relayOracle();
    const started = { relay, outcome: unlock(port, relay.oracle) };
    relayed.set(port, started);
    const forget = (): void => void relayed.delete(port);
    started.outcome.then(forget, forget);
    return started;
  }

  return {
    async devices() {
      const devices = await deps.jades.devices();
      const usable = devices.some(({ state }) => ['ready', 'locked', 'waiting-on-device'].includes(state));
      const problem = deps.ports.problem?.() ?? null;
      return {
        devices,
        help: [
          ...(problem === null ? [] : [problem]),
          ...(usable ? [] : help(deps.platform ?? process.platform)),
        ],
      };
    },
    unlock: ({ port }) => unlock(port, deps.oracle),
    async unlockOffline({ port, peerId }, { actor }) {
      if (!deps.relay) {
        throw new SluiceError(
          'NOT_ALLOWED',
          'This profile has a network: the Jade’s oracle is asked directly.',
          {
            next: 'Unlock the Jade in the usual way.',
          },
        );
      }
      const { relay, outcome } = relayed.get(port) ?? startRelay(port);
      const unlockedAtOnce = outcome.then((): never => {
        throw new SluiceError('CONFLICT', 'This Jade is unlocked already.', {
          next: 'Go on with what you wanted it for.',
        });
      });
      const request = await Promise.race([relay.next(), unlockedAtOnce]);
      try {
        return await deps.relay({
          port,
          peerId,
          actor,
          request,
          answer: (data) => relay.answer(data),
          giveUp: () => relay.giveUp(),
        });
      } catch (error) {
        relay.giveUp();
        throw error;
      }
    },
    async release({ port }) {
      await deps.jades.release(port);
      say(port, 'Its port is free.');
      return {};
    },
  };
}

/** Opens a session, works with it and lets go of it, whatever happens. */
export async function withJade<T>(
  jades: Jades,
  port: string,
  work: (session: JadeSession) => Promise<T>,
): Promise<T> {
  const session = await jades.open(port);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

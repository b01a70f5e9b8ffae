import { z } from 'zod';
import {
  simulatedAmp2,
  simulatedJade,
  type Args,
  type SimulatedAmp2,
  type SimulatedJade,
} from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { SandboxHandle } from '../../sandbox/index.ts';

/** The simulated world, with the levers that only a simulated world has. */
export interface ControlledSandbox extends SandboxHandle {
  status(): Promise<{ height: number; blockSeconds: number }>;
  mine(blocks: number): Promise<{ height: number }>;
  /** Sends everything the issuer's treasury holds to another wallet of the node, and tells AMP of it. */
  moveTreasury(wallet: string): Promise<void>;
  /** The simulated Jade as somebody in front of it sees it. */
  showJade(): Promise<SimulatedJade>;
  /** What that person does with it: buttons, PIN, plug. */
  jadeDo(deed: Args<'sandbox.jadeDo'>): Promise<SimulatedJade>;
  /** What the issuer of AMP2 assets sees. */
  showAmp2(): Promise<SimulatedAmp2>;
  /** What that issuer decides. */
  amp2Do(deed: Args<'sandbox.amp2Do'>): Promise<SimulatedAmp2>;
}

const status = z.object({ height: z.int(), options: z.object({ blockSeconds: z.number() }) });

export function controlSandbox(sandbox: SandboxHandle): ControlledSandbox {
  async function ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(new URL(path, sandbox.control), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }).catch((cause: unknown) => {
      throw new SluiceError('NODE_UNREACHABLE', 'The simulated world does not answer.', {
        next: 'Open the Sandbox profile again; its state is kept.',
        cause,
      });
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new SluiceError('NODE_REFUSED', `The simulated world refused: ${text.slice(0, 200)}`, {
        next: 'Open the Sandbox profile again; its state is kept.',
      });
    }
    return text === '' ? {} : JSON.parse(text);
  }
  async function look(): Promise<{ height: number; blockSeconds: number }> {
    const { height, options } = status.parse(await ask('GET', 'status'));
    return { height, blockSeconds: options.blockSeconds };
  }
  return {
    ...sandbox,
    status: look,
    async mine(blocks) {
      await ask('POST', 'mine', { blocks });
      return { height: (await look()).height };
    },
    async moveTreasury(wallet) {
      await ask('POST', 'world/treasury', { wallet });
    },
    showJade: async () => simulatedJade.parse(await ask('GET', 'jade')),
    jadeDo: async (deed) => simulatedJade.parse(await ask('POST', 'jade', deed)),
    showAmp2: async () => simulatedAmp2.parse(await ask('GET', 'amp2')),
    amp2Do: async (deed) =>
      simulatedAmp2.parse(
        await ask('POST', 'amp2', deed.action === 'cap' ? { ...deed, amount: deed.amount.toString() } : deed),
      ),
  };
}

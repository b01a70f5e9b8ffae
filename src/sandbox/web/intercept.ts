import { setTimeout as sleep } from 'node:timers/promises';
import { OVERSIZE } from '../control/faults.ts';
import type { Fault, FaultMode, FaultTarget, Faults } from '../control/faults.ts';
import type { WebAnswer, WebCall, WebIntercept } from './server.ts';

/** What a service makes of the modes that are its own; the others are the same for all. */
export type Spoilers = Partial<
  Record<FaultMode, (call: WebCall, carryOut: () => Promise<WebAnswer>) => Promise<WebAnswer>>
>;

/** Breaks answers of a plain HTTP service as the faults ask. */
export function interceptWeb(faults: Faults, target: FaultTarget, spoilers: Spoilers = {}): WebIntercept {
  return async (call, carryOut, response) => {
    const fault = faults.take(target, call.method, call.path);
    if (!fault) return carryOut();
    if (fault.mode === 'silent') return null;
    const special = spoilers[fault.mode];
    const answer = special ? await special(call, carryOut) : await spoil(fault, carryOut);
    if (!answer) response.destroy();
    return answer;
  };
}

async function spoil(fault: Fault, carryOut: () => Promise<WebAnswer>): Promise<WebAnswer | null> {
  switch (fault.mode) {
    case 'refuse':
      return null;
    case 'drop':
      await carryOut();
      return null;
    case 'error':
      return {
        status: fault.status ?? 500,
        type: 'application/json',
        body: JSON.stringify({ error: fault.message ?? 'Internal server error' }),
      };
    case 'html':
      return {
        status: fault.status ?? 502,
        type: 'text/html',
        body: '<html><body><h1>Bad Gateway</h1></body></html>\n',
      };
    case 'delay': {
      const answer = await carryOut();
      await sleep(fault.ms);
      return answer;
    }
    case 'duplicate':
      await carryOut();
      return carryOut();
    case 'garble': {
      const answer = await carryOut();
      return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
    }
    case 'oversize': {
      const answer = await carryOut();
      return { ...answer, body: JSON.stringify('x'.repeat(OVERSIZE)) };
    }
    default:
      return carryOut();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { writeJson } from '../amp/index.ts';
import type { Answer, Intercept } from '../amp/index.ts';
import { OVERSIZE } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import type { SandboxOptions } from './options.ts';

/** Breaks answers of AMP as the faults and options ask. */
export function interceptAmp(faults: Faults, options: () => SandboxOptions): Intercept {
  return async (call, carryOut, response) => {
    if (options().ampDown) {
      response.destroy();
      return null;
    }
    const fault = faults.take('amp', call.method, call.path);
    if (!fault) return carryOut();
    const answer = await spoil(fault, carryOut);
    if (answer === 'silence') return null;
    if (!answer) response.destroy();
    return answer;
  };
}

async function spoil(fault: Fault, carryOut: () => Promise<Answer>): Promise<Answer | 'silence' | null> {
  switch (fault.mode) {
    case 'refuse':
      return null;
    case 'error':
      return { status: fault.status ?? 500, json: { detail: fault.message ?? 'A server error occurred.' } };
    case 'html':
      return { status: fault.status ?? 502, html: '<html><body><h1>Bad Gateway</h1></body></html>\n' };
    case 'drop':
      await carryOut();
      return null;
    case 'delay': {
      const answer = await carryOut();
      await sleep(fault.ms);
      return answer;
    }
    case 'duplicate':
      await carryOut();
      return carryOut();
    case 'silent':
      return 'silence';
    case 'oversize': {
      const { status } = await carryOut();
      return { status, raw: JSON.stringify('x'.repeat(OVERSIZE)) };
    }
    // What only a cosigner can do passes.
    case 'badsig':
    case 'otherkey':
    case 'alter':
    case 'wrongwid':
      return carryOut();
    case 'garble': {
      const answer = await carryOut();
      const body = answer.html ?? ('json' in answer ? writeJson(answer.json) : '{}');
      return {
        status: answer.status === 204 ? 200 : answer.status,
        raw: body.slice(0, Math.ceil(body.length / 2)),
      };
    }
  }
}

import type { OracleMood } from './oracle.ts';
import type { SimulatedJade } from './simulated-jade.ts';
import type { Deed } from './types.ts';

/** What a Jade does not take for its PIN. */
const WRONG_PIN = '000000';

const DEEDS: Readonly<Record<string, Deed>> = {
  approve: { do: 'approve' },
  reject: { do: 'reject' },
  pin: { do: 'pin' },
  'wrong-pin': { do: 'pin', pin: WRONG_PIN },
  lock: { do: 'lock' },
  unplug: { do: 'unplug' },
  plug: { do: 'plug' },
};

interface Hands {
  jade: SimulatedJade;
  mood(mood: OracleMood): void;
}

/**
 * Does what the control address was asked for: `{action, pin?}` for the person's hands, `reset`, `script` with
 * `{answers, afterwards, delayMs}`, `oracle` with `{mood, ms?}`. Throws RangeError for what makes no sense now.
 */
export function perform({ jade, mood }: Hands, body: Record<string, unknown>): void {
  const { action, pin } = body;
  switch (action) {
    case 'reset':
      jade.reset();
      return;
    case 'script':
      jade.script({
        answers: answersOf(body['answers']),
        afterwards: afterwardsOf(body['afterwards']),
        delayMs: milliseconds(body['delayMs']),
      });
      return;
    case 'oracle':
      mood(moodOf(body));
      return;
  }
  const deed = typeof action === 'string' && Object.hasOwn(DEEDS, action) ? DEEDS[action] : undefined;
  if (!deed) throw new RangeError(`The simulated Jade knows no “${String(action)}”.`);
  const typed = deed.do === 'pin' && typeof pin === 'string' ? { ...deed, pin } : deed;
  if (!jade.press(typed))
    throw new RangeError(`The simulated Jade does not wait for “${String(action)}” now.`);
}

function answersOf(value: unknown): Deed[] {
  if (value === undefined) return [];
  const deeds = Array.isArray(value)
    ? value.map((name) => (typeof name === 'string' && Object.hasOwn(DEEDS, name) ? DEEDS[name] : undefined))
    : [];
  const known = deeds.filter((deed) => deed !== undefined);
  if (!Array.isArray(value) || known.length < value.length) {
    throw new RangeError(`“answers” must be a list of ${Object.keys(DEEDS).join(', ')}.`);
  }
  return known;
}

function afterwardsOf(value: unknown): 'approve' | 'reject' | 'wait' {
  if (value === undefined) return 'wait';
  if (value === 'approve' || value === 'reject' || value === 'wait') return value;
  throw new RangeError('“afterwards” must be approve, reject or wait.');
}

function milliseconds(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 3_600_000) return value;
  throw new RangeError('Milliseconds must be a whole number from 0 to 3600000.');
}

function moodOf(body: Record<string, unknown>): OracleMood {
  switch (body['mood']) {
    case 'well':
      return { kind: 'well' };
    case 'fails':
      return { kind: 'fails', status: 503 };
    case 'garbage':
      return { kind: 'garbage', body: '<html>' };
    case 'slow':
      return { kind: 'slow', ms: milliseconds(body['ms']) };
    default:
      throw new RangeError('“mood” must be well, fails, garbage or slow.');
  }
}

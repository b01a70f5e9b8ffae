import { describe, expect, it } from 'vitest';
import { isCancellable, nextOf, orderOf } from './stage.ts';

const steps = (...names: ('built' | 'signed' | 'cosigned' | 'final')[]) => names.map((step) => ({ step }));
const open = { state: 'open', first: 'server' } as const;

describe('what comes next', () => {
  it.each([
    ['single', 'server', ['user']],
    ['amp0', 'server', ['user', 'server']],
    ['amp2', 'server', ['server', 'user']],
    ['amp2', 'user', ['user', 'server']],
  ] as const)('%s with the %s first is signed in this order', (kind, first, order) => {
    expect(orderOf(kind, first)).toEqual(order);
  });

  it.each([
    ['amp0', steps('built'), 'user'],
    ['amp0', steps('built', 'signed'), 'server'],
    ['amp0', steps('built', 'signed', 'cosigned'), 'finalize'],
    ['amp2', steps('built'), 'server'],
    ['amp2', steps('built', 'cosigned'), 'user'],
    ['amp2', steps('built', 'cosigned', 'signed', 'final'), 'broadcast'],
    ['single', steps('built', 'signed'), 'finalize'],
  ] as const)('%s: %o', (kind, done, next) => {
    expect(nextOf(open, done, kind)).toBe(next);
  });

  it('is a confirmation once it is sent, and nothing when it is over', () => {
    expect(nextOf({ ...open, state: 'sent' }, steps(), 'amp2')).toBe('confirm');
    for (const state of ['done', 'refused', 'cancelled'] as const)
      expect(nextOf({ ...open, state }, steps(), 'amp2')).toBeNull();
  });
});

describe('giving up', () => {
  const spend = { state: 'open', handedOver: false, broadcastBegunAt: null, problem: null } as const;
  const lost = { code: 'INPUTS_SPENT', message: '', next: '', at: 0 };

  it.each([
    ['while nothing complete is with anybody else', {}, true],
    ['not once the cosigner has the owner’s signature', { handedOver: true }, false],
    ['not once it may be on its way', { broadcastBegunAt: 5 }, false],
    ['when it can never confirm any more', { handedOver: true, problem: lost }, true],
    ['not when it is sent', { state: 'sent' }, false],
    ['not when it is over', { state: 'refused' }, false],
  ] as const)('is possible %s', (_when, change, possible) => {
    expect(isCancellable({ ...spend, ...change })).toBe(possible);
  });
});

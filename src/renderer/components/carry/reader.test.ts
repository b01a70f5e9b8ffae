import { describe, expect, it } from 'vitest';
import type { Args, Result } from '../../../shared/contract/index.ts';
import { BridgeError } from '../../bridge/bridge-error.ts';
import { Reader, type WholeReading } from './reader.ts';

type Read = Result<'qr.read'>;

/** A desk that needs `needed` different codes and then has the bundle `QUJD`. */
function desk(needed: number) {
  const sessions: Set<string>[] = [];
  const asked: Args<'qr.read'>[] = [];
  let failing = false;
  return {
    asked,
    fail: (on: boolean) => (failing = on),
    ask: async (args: Args<'qr.read'>): Promise<Read> => {
      await Promise.resolve();
      asked.push(args);
      if (failing) throw new BridgeError('qr.read', 'BUNDLE_INVALID', 'Not ours.', 'Show the right ones.');
      const session = args.session === undefined ? sessions.push(new Set()) - 1 : Number(args.session);
      const have = sessions[session] ?? new Set();
      for (const text of args.texts) have.add(text);
      const done = have.size >= needed;
      return {
        session: String(session),
        have: have.size,
        needed,
        done,
        kind: done ? 'bundle' : null,
        content: done ? 'QUJD' : null,
        refused: 0,
      };
    },
  };
}

describe('reading codes', () => {
  it('asks once for each different code, and ends when it is whole', async () => {
    const host = desk(3);
    const whole: WholeReading[] = [];
    const reader = new Reader(host.ask, (each) => whole.push(each));
    expect(await reader.feed(['A', 'A', ''])).toBe(false);
    expect(reader.current().progress).toMatchObject({ have: 1, needed: 3 });
    await reader.feed(['A']);
    expect(host.asked).toEqual([{ texts: ['A'] }]);
    expect(await reader.feed(['B', 'C'])).toBe(true);
    expect(host.asked.at(-1)).toEqual({ texts: ['B', 'C'], session: '0' });
    expect(whole).toEqual([{ kind: 'bundle', content: 'QUJD' }]);
  });

  it('sends what is seen meanwhile together', async () => {
    const host = desk(9);
    const reader = new Reader(host.ask, () => undefined);
    await Promise.all(['A', 'B', 'C', 'D'].map((text) => reader.feed([text])));
    expect(host.asked.map(({ texts }) => texts)).toEqual([['A'], ['B', 'C', 'D']]);
  });

  it('begins anew after a whole one, so that the same bundle can be read again', async () => {
    const host = desk(1);
    const whole: WholeReading[] = [];
    const reader = new Reader(host.ask, (each) => whole.push(each));
    await reader.feed(['A']);
    await reader.feed(['A']);
    expect(whole).toHaveLength(2);
    expect(host.asked.at(-1)).toEqual({ texts: ['A'] });
  });

  it('says what the desk refused, and takes the same code again', async () => {
    const host = desk(1);
    const reader = new Reader(host.ask, () => undefined);
    host.fail(true);
    expect(await reader.feed(['A'])).toBe(false);
    expect(reader.current().error?.message).toBe('Not ours.');
    host.fail(false);
    expect(await reader.feed(['A'])).toBe(true);
    expect(reader.current().error).toBeNull();
  });

  it('forgets an answer that comes after it was begun again', async () => {
    const host = desk(1);
    const whole: WholeReading[] = [];
    const reader = new Reader(host.ask, (each) => whole.push(each));
    const under = reader.feed(['A']);
    reader.restart();
    await under;
    expect(whole).toEqual([]);
    expect(reader.current().progress).toBeNull();
  });
});

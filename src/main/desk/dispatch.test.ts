import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { contract, type CallName, type Handlers } from '../../shared/contract/index.ts';
import { ERROR_CODES, SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { dispatch } from './dispatch.ts';
import { describeFailure, type Failure } from './failure-log.ts';

const context = { actor: 'test' };

function handlersWith(some: Partial<Handlers>): Handlers {
  const refuse = () => {
    throw new Error('this handler must not be reached');
  };
  const all = Object.fromEntries(Object.keys(contract).map((name) => [name, refuse]));
  return { ...(all as unknown as Handlers), ...some };
}

const row = {
  id: 1,
  holderId: 3,
  holderName: 'Ada',
  gaid: null,
  amount: amount(1_234n),
  note: '',
  problems: [],
  state: 'open' as const,
  operationId: null,
  txid: null,
};

describe('dispatch', () => {
  it('hands amounts to the handler as bigints and returns them as text', async () => {
    let seen: unknown;
    const handlers = handlersWith({
      'allocations.addRow': (args) => {
        seen = args.amount;
        return row;
      },
    });
    const args = { id: 'a1', holderId: 3, amount: '2100000000000000' };
    const answer = await dispatch(handlers, 'allocations.addRow', args, context);
    expect(seen).toBe(2_100_000_000_000_000n);
    expect(answer).toMatchObject({ ok: true, value: { amount: '1234' } });
    expect(() => JSON.stringify(answer)).not.toThrow();
  });

  it('tells the handler who calls', async () => {
    let actor = '';
    const handlers = handlersWith({
      'profiles.list': (_args, { actor: who }) => {
        actor = who;
        return { profiles: [] };
      },
    });
    await dispatch(handlers, 'profiles.list', undefined, { actor: 'cli' });
    expect(actor).toBe('cli');
  });

  it.each(['nope', 'constructor', '__proto__', 'toString', '', 'holders.list '])(
    'refuses the unknown name %j',
    async (name) => {
      const answer = await dispatch(handlersWith({}), name, {}, context);
      expect(answer).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    },
  );

  it('names an argument that the call does not take', async () => {
    const answer = await dispatch(
      handlersWith({}),
      'holders.edit',
      { id: 1, name: 'A', admin: true },
      context,
    );
    expect(answer).toMatchObject({
      ok: false,
      error: {
        code: 'INVALID_ARGUMENT',
        field: 'admin',
        message: expect.stringContaining('“admin”') as string,
      },
    });
  });

  it('names the field that is wrong, deep inside too', async () => {
    const flat = await dispatch(handlersWith({}), 'holders.edit', { id: 'one', name: 'A' }, context);
    expect(flat).toMatchObject({ ok: false, error: { code: 'INVALID_ARGUMENT', field: 'id' } });
    const deep = await dispatch(
      handlersWith({}),
      'holders.list',
      { sort: { by: 'shoe', direction: 'asc' }, offset: 0, limit: 10 },
      context,
    );
    expect(deep).toMatchObject({ ok: false, error: { code: 'INVALID_ARGUMENT', field: 'sort.by' } });
  });

  it('passes an error meant for people on as it is', async () => {
    const handlers = handlersWith({
      'sync.run': () => {
        throw new SluiceError('AMP_UNREACHABLE', 'AMP does not answer.', { next: 'Check the address.' });
      },
    });
    expect(await dispatch(handlers, 'sync.run', {}, context)).toEqual({
      ok: false,
      error: { code: 'AMP_UNREACHABLE', message: 'AMP does not answer.', next: 'Check the address.' },
    });
  });

  it('keeps the details of an unforeseen failure to the log, under the number it tells', async () => {
    const records: Failure[] = [];
    const handlers = handlersWith({
      'secrets.unlockVault': ({ passphrase }) => {
        throw new TypeError(`cannot read ${passphrase}`);
      },
    });
    const args = { passphrase: 'correct horse' };
    const answer = await dispatch(handlers, 'secrets.unlockVault', args, context, (record) =>
      records.push(record),
    );
    const [record] = records;
    expect(record).toBeDefined();
    expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    expect(JSON.stringify(answer)).toContain(record?.id);
    expect(JSON.stringify(answer)).not.toContain('cannot read');
    const line = describeFailure(record as Failure);
    expect(line).toContain('cannot read [secret]');
    expect(line).not.toContain('correct horse');
  });

  it('keeps the words of a key out of the log', () => {
    const line = describeFailure({
      id: '1',
      call: 'signer.confirmKey',
      error: new TypeError('no giraffe here, and no zebra'),
      args: { id: 'k', answers: [{ position: 3, word: 'giraffe' }], passphrase: 'zebra' },
    });
    expect(line).not.toMatch(/giraffe|zebra/);
  });

  it('keeps descriptors with their blinding keys out of the log', () => {
    const line = describeFailure({
      id: '1',
      call: 'custody.importAmp2',
      error: new TypeError('cannot read ct(slip77(0badc0de),elwpkh(xpub))'),
      args: { name: 'Bonds', descriptor: 'ct(slip77(0badc0de),elwpkh(xpub))' },
    });
    expect(line).not.toContain('0badc0de');
  });

  it('treats a result that breaks the contract as a failure inside', async () => {
    const handlers = handlersWith({ 'profiles.list': () => ({ profiles: [{ id: 7 }] }) as never });
    const answer = await dispatch(handlers, 'profiles.list', {}, context, () => undefined);
    expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
  });

  it('does not mistake a zod error from inside a handler for a fault of the caller', async () => {
    const handlers = handlersWith({
      'sync.run': () => {
        contract['holders.edit'].args.parse({});
        throw new Error('not reached');
      },
    });
    const answer = await dispatch(handlers, 'sync.run', {}, context, () => undefined);
    expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
  });

  it('answers anything at all with an envelope, and reaches no handler with arguments that do not fit', async () => {
    const names = Object.keys(contract) as CallName[];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue(), async (name, args) => {
        const fits = contract[name].args.safeParse(args ?? {}).success;
        const answer = await dispatch(handlersWith({}), name, args, context, () => undefined);
        expect(answer.ok).toBe(false);
        if (answer.ok) return;
        expect(ERROR_CODES).toContain(answer.error.code);
        expect(answer.error.code).toBe(fits ? 'INTERNAL' : 'INVALID_ARGUMENT');
      }),
      { numRuns: 400 },
    );
  });
});

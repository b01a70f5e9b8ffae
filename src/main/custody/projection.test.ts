import { beforeEach, describe, expect, it } from 'vitest';
import { custodyStore, madeUpPayment, madeUpWallet, viewOf } from '../../../test/support/custody-store.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createProjection, type Projection } from './projection.ts';
import { createRecords } from './records.ts';

const LBTC = '6f'.repeat(32);
const EURO = 'e0'.repeat(32);
const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);

let store: ReturnType<typeof custodyStore>;
let projection: Projection;
let ledger: Ledger;
beforeEach(() => {
  store = custodyStore();
  projection = createProjection(store);
  ledger = createLedger(store);
  for (const id of ['w1', 'w2']) {
    createRecords(store).insert(madeUpWallet({ id, policyId: id.padEnd(64, '0') }));
  }
});

const history = (id = 'w1') =>
  ledger.history({ id, offset: 0, limit: 10 }).rows.map(({ txid, height }) => [txid.slice(0, 2), height]);

describe('what a scan found', () => {
  it('is pending until it is in a block, and told once each time', () => {
    const paid = madeUpPayment({ txid: A, assetId: LBTC, value: 5n });
    expect(projection.write('w1', viewOf([paid])).added.map(({ txid }) => txid)).toEqual([A]);
    expect(ledger.balances('w1')).toEqual([{ assetId: LBTC, confirmed: 0n, pending: 5n }]);
    expect(ledger.unconfirmed('w1')).toEqual([A]);

    const mined = { ...paid, height: 7, time: 70 };
    const changes = projection.write('w1', viewOf([mined]));
    expect(changes).toMatchObject({ added: [], confirmed: [{ txid: A }], gone: [] });
    expect(ledger.balances('w1')).toEqual([{ assetId: LBTC, confirmed: 5n, pending: 0n }]);
    expect(ledger.entry('w1', A)).toMatchObject({ height: 7, time: 70 });
    expect(projection.write('w1', viewOf([mined]))).toEqual({ added: [], confirmed: [], gone: [] });
  });

  it('keeps spent outputs for the history and out of the balance', () => {
    const paid = madeUpPayment({ txid: A, assetId: LBTC, value: 5n, height: 7, time: 70 });
    projection.write('w1', viewOf([paid]));
    projection.write('w1', viewOf([paid], { spent: [A] }));
    expect(ledger.balances('w1')).toEqual([]);
    expect(ledger.coins('w1')).toEqual([]);
    expect(ledger.outputs('w1', A)).toHaveLength(1);
    // A block that was given up, and with it the spend.
    projection.write('w1', viewOf([paid]));
    expect(ledger.coins('w1')).toMatchObject([{ txid: A, value: 5n, height: 7 }]);
  });

  it('lets go of what the chain has no more, but not of what another wallet still shows', () => {
    const paid = madeUpPayment({ txid: A, assetId: LBTC, value: 5n });
    projection.write('w1', viewOf([paid]));
    projection.write('w2', viewOf([paid]));
    expect(projection.write('w1', viewOf([])).gone).toEqual([A]);
    expect(history('w1')).toEqual([]);
    expect(ledger.transaction(A)).toBe('00');
    projection.write('w2', viewOf([]));
    expect(ledger.transaction(A)).toBeNull();
  });

  it('opens more of a transaction when places become known later', () => {
    const first = madeUpPayment({ txid: A, assetId: LBTC, value: 5n });
    const second = madeUpPayment({ txid: A, assetId: EURO, value: 9n, index: 30 });
    projection.write('w1', viewOf([first]));
    const [output] = second.outputs;
    if (!output) throw new Error('no output');
    const both = {
      ...first,
      effects: [...first.effects, ...second.effects],
      outputs: [...first.outputs, { ...output, vout: 1 }],
    };
    projection.write('w1', viewOf([both]));
    expect(ledger.balances('w1').map(({ assetId }) => assetId)).toEqual([LBTC, EURO]);
    expect(ledger.entry('w1', A)?.effects).toEqual([
      { assetId: LBTC, value: 5n },
      { assetId: EURO, value: 9n },
    ]);
  });

  it('shows unconfirmed ones first, then by height', () => {
    const old = madeUpPayment({ txid: A, assetId: LBTC, value: 5n, height: 7, time: 70 });
    const fresh = madeUpPayment({ txid: B, assetId: LBTC, value: 6n });
    projection.write('w1', viewOf([fresh, old]));
    expect(history()).toEqual([
      ['bb', null],
      ['aa', 7],
    ]);
    expect(ledger.history({ id: 'w1', search: 'AAaa', offset: 0, limit: 10 }).total).toBe(1);
    expect(ledger.history({ id: 'w1', search: '%', offset: 0, limit: 10 }).total).toBe(0);
    expect(ledger.history({ id: 'w1', assetId: EURO, offset: 0, limit: 10 }).total).toBe(0);
  });
});

describe('updates', () => {
  const texts = () => projection.updates('w1').map(String);

  it('come back in order, and one stands for the first of them', () => {
    for (const each of ['one', 'two', 'three']) projection.append('w1', Buffer.from(each));
    projection.append('w2', Buffer.from('other'));
    expect(texts()).toEqual(['one', 'two', 'three']);
    projection.replace('w1', 2, Buffer.from('both'));
    projection.append('w1', Buffer.from('four'));
    expect(texts()).toEqual(['both', 'three', 'four']);
    expect(projection.updates('w2').map(String)).toEqual(['other']);
  });
});

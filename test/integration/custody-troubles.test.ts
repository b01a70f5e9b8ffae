import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import type { CustodySpend } from '../../src/shared/contract/index.ts';
import { custodyDesk, type CustodyDesk } from '../support/custody-desk.ts';

/** What a cosigner or the chain access can do wrong while a payment is under way, and what becomes of it. */
const LONG = 180_000;
let desk: CustodyDesk;
let call: CustodyDesk['call'];
let wallets: Record<'amp0' | 'amp2', string>;

beforeAll(async () => {
  desk = await custodyDesk({ pace: 1000 });
  ({ call } = desk);
  const place = { purpose: 'hot', key: { kind: 'keychain' } } as const;
  const amp0 = (await call('custody.createAmp0', { ...place, name: 'Account' })).walletId ?? '';
  const amp2 = (await call('custody.createAmp2', { ...place, name: 'Shared' })).id;
  wallets = { amp0, amp2 };
  // One payment for all: the treasury's change is not spendable before the next block.
  const recipients = [];
  for (const id of [...Array(9).fill(amp0), ...Array(10).fill(amp2)] as string[]) {
    const { address } = await call('custody.newAddress', { id });
    recipients.push({ address, amount: amount(20_000n) });
  }
  const assetId = desk.lbtc;
  const { fingerprint } = await call('treasury.planSend', { assetId, recipients });
  await call('treasury.send', { assetId, recipients, fingerprint, confirm: 'L-BTC' });
  for (const id of [amp0, amp2]) {
    while ((await desk.confirmed(id)) === 0n) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await desk.mine();
      await desk.scanned(id);
    }
  }
}, LONG);
afterEach(() => desk.heal());
afterAll(() => desk.close());

async function prepared(kind: 'amp0' | 'amp2', value = 5000n): Promise<CustodySpend> {
  const { address } = await call('treasury.newAddress', {});
  return call('custody.prepare', {
    walletId: wallets[kind],
    assetId: desk.lbtc,
    recipients: [{ address, amount: amount(value) }],
  });
}

const carryOut = (id: string) => call('custody.carryOut', { id, confirm: 'L-BTC' });

/** The transactions that nodes know of: what is paid once is paid once. */
async function paidOnce(spend: CustodySpend): Promise<void> {
  await desk.mine(2);
  await desk.scanned(spend.walletId);
  const done = await call('custody.spend', { id: spend.id });
  expect(done).toMatchObject({ state: 'done', problem: null });
  const { rows } = await call('custody.history', { id: spend.walletId, offset: 0, limit: 100 });
  expect(rows.filter(({ spendId }) => spendId === spend.id)).toHaveLength(1);
}

/** The desk stays usable, and so does the spend: it goes on once the trouble is over. */
async function goesOn(spend: CustodySpend): Promise<void> {
  await desk.heal();
  const sent = await carryOut(spend.id);
  expect(sent.problem).toBeNull();
  expect(sent).toMatchObject({ state: 'sent' });
  await paidOnce(sent);
}

const AT = {
  amp0: { target: 'green', method: 'delayed_signature' },
  amp2: { target: 'amp2', path: '/wallets/sign' },
} as const;

describe.each(['amp0', 'amp2'] as const)('the cosigner of %s', (kind) => {
  it.each([
    ['closes the connection without an answer', { mode: 'drop' }, 'COSIGNER_UNREACHABLE'],
    ['refuses the connection', { mode: 'refuse' }, 'COSIGNER_UNREACHABLE'],
    ['answers with a page of something else', { mode: 'html' }, /^COSIGNER_/],
    ['answers with half an answer', { mode: 'garble' }, 'COSIGNER_ANSWER_INVALID'],
    ['returns another transaction', { mode: 'alter' }, 'COSIGNER_ALTERED'],
    ['returns a signature that does not hold', { mode: 'badsig' }, 'COSIGNER_ALTERED'],
  ] as const)(
    '%s: nothing of it is used, and the payment goes on later',
    async (_what, fault, code) => {
      const spend = await prepared(kind);
      await desk.spoil({ ...AT[kind], ...fault });
      const stuck = await carryOut(spend.id);
      expect(stuck).toMatchObject({ state: 'open', waitsFor: 'cosigner' });
      expect(stuck.problem?.code).toMatch(code);
      expect(stuck.problem?.next).not.toBe('');
      expect(stuck.steps.map(({ step }) => step)).not.toContain('cosigned');
      await goesOn(spend);
    },
    LONG,
  );

  it(
    'is silent: the desk goes on, and says what it waits for',
    async () => {
      const spend = await prepared(kind);
      await desk.spoil({ ...AT[kind], mode: 'silent' });
      const waiting = carryOut(spend.id);
      expect((await call('custody.wallets', {})).wallets).toHaveLength(2);
      expect(await waiting).toMatchObject({
        state: 'open',
        waitsFor: 'cosigner',
        problem: { code: 'COSIGNER_TIMEOUT' },
      });
      await goesOn(spend);
    },
    LONG,
  );

  it(
    'says no: the coins are free again',
    async () => {
      const spend = await prepared(kind);
      const held = async () =>
        (await call('custody.wallet', { id: wallets[kind] })).balances.reduce(
          (sum, each) => sum + each.held,
          0n,
        );
      expect(await held()).toBeGreaterThan(0n);
      // Green says no in an ordinary answer, AMP2 with a status.
      const no = kind === 'amp0' ? {} : { status: 400 };
      await desk.spoil({ ...AT[kind], mode: 'error', message: 'You may not', ...no });
      const refused = await carryOut(spend.id);
      expect(refused).toMatchObject({ state: 'refused', waitsFor: null, cancellable: false });
      expect(refused.problem?.code).toBe('COSIGNER_REFUSED');
      expect(await held()).toBe(0n);
      const { rows } = await call('custody.notices', { offset: 0, limit: 5 });
      expect(rows[0]).toMatchObject({ verdict: 'wrong', spendId: spend.id });
      await expect(carryOut(spend.id)).rejects.toMatchObject({ code: 'OPERATION_STATE' });
    },
    LONG,
  );
});

describe('giving up a payment', () => {
  it(
    'is possible with AMP2 while only the server has signed',
    async () => {
      const spend = await prepared('amp2');
      await desk.spoil({ ...AT.amp2, mode: 'drop' });
      expect(await carryOut(spend.id)).toMatchObject({ state: 'open', cancellable: true });
      expect(await call('custody.cancel', { id: spend.id })).toMatchObject({ state: 'cancelled' });
      expect((await call('custody.wallet', { id: wallets.amp2 })).openSpends).toBe(0);
    },
    LONG,
  );

  it(
    'is not once Green has the owner’s signature, and the desk says so',
    async () => {
      const spend = await prepared('amp0');
      await desk.spoil({ ...AT.amp0, mode: 'drop' });
      expect(await carryOut(spend.id)).toMatchObject({ state: 'open', cancellable: false });
      await expect(call('custody.cancel', { id: spend.id })).rejects.toMatchObject({
        code: 'OPERATION_STATE',
        message: expect.stringContaining('has the owner’s signature'),
      });
      await goesOn(spend);
    },
    LONG,
  );
});

describe('the chain access', () => {
  it(
    'loses the answer to a broadcast: the same transaction is sent again, and paid once',
    async () => {
      const spend = await prepared('amp2');
      await desk.spoil({ target: 'esplora', method: 'POST', path: '/tx', mode: 'drop' });
      const stuck = await carryOut(spend.id);
      expect(stuck).toMatchObject({ state: 'open', waitsFor: 'network', cancellable: false });
      expect(stuck.problem?.code).toMatch(/^CHAIN_/);
      await goesOn(spend);
    },
    LONG,
  );

  it(
    'loses it for good: the next scan finds the payment',
    async () => {
      const spend = await prepared('amp0');
      await desk.spoil({ target: 'esplora', method: 'POST', path: '/tx', mode: 'drop' });
      expect(await carryOut(spend.id)).toMatchObject({ state: 'open', waitsFor: 'network' });
      await desk.heal();
      await paidOnce(spend);
    },
    LONG,
  );
});

describe('a desk that is opened again', () => {
  it(
    'goes on where it was',
    async () => {
      const spend = await prepared('amp2');
      await desk.spoil({ ...AT.amp2, mode: 'drop' });
      expect(await carryOut(spend.id)).toMatchObject({ state: 'open', waitsFor: 'cosigner' });
      await desk.heal();
      await desk.reopen();
      for (let tries = 0; tries < 400; tries += 1) {
        if ((await call('custody.spend', { id: spend.id })).state === 'sent') break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await paidOnce(await call('custody.spend', { id: spend.id }));
      expect(await call('audit.verify', {})).toMatchObject({ ok: true });
    },
    LONG,
  );
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import type { CustodySpend } from '../../src/shared/contract/index.ts';
import { custodyDesk, type CustodyDesk } from '../support/custody-desk.ts';

let desk: CustodyDesk;
let call: CustodyDesk['call'];
beforeAll(async () => {
  desk = await custodyDesk({ pace: 1000 });
  ({ call } = desk);
});
afterAll(() => desk.close());

async function wallet(kind: 'amp0' | 'amp2' | 'single', name: string): Promise<string> {
  const place = { name, purpose: 'hot', key: { kind: 'keychain' } } as const;
  if (kind === 'amp0') return (await call('custody.createAmp0', place)).walletId ?? '';
  if (kind === 'amp2') return (await call('custody.createAmp2', place)).id;
  return (await call('custody.createSingle', place)).id;
}

/** A wallet of that kind with L-BTC in it. */
async function funded(kind: 'amp0' | 'amp2' | 'single', name: string, value = 100_000n): Promise<string> {
  const id = await wallet(kind, name);
  const { address } = await call('custody.newAddress', { id });
  await desk.pay(address, value);
  await desk.mine();
  await desk.scanned(id);
  return id;
}

/** Two blocks, seen. */
async function confirm(spend: CustodySpend): Promise<CustodySpend> {
  await desk.mine(2);
  await desk.scanned(spend.walletId);
  return call('custody.spend', { id: spend.id });
}

describe.each(['single', 'amp2', 'amp0'] as const)('a payment from %s', (kind) => {
  it('is built, checked, signed by all, broadcast and confirmed', async () => {
    const id = await funded(kind, `Payer ${kind}`);
    const to = await call('treasury.newAddress', {});
    const spend = await call('custody.prepare', {
      walletId: id,
      assetId: desk.lbtc,
      recipients: [{ address: to.address, amount: amount(30_000n), label: 'Treasury' }],
    });
    expect(spend).toMatchObject({ state: 'open', waitsFor: 'start', total: 30_000n, cancellable: true });
    const review = await call('custody.review', { id: spend.id });
    expect(review.checks.filter(({ verdict }) => verdict !== 'good')).toEqual([]);

    await expect(call('custody.carryOut', { id: spend.id, confirm: 'EUR' })).rejects.toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    const sent = await call('custody.carryOut', { id: spend.id, confirm: 'L-BTC' });
    expect(sent.problem).toBeNull();
    expect(sent).toMatchObject({ state: 'sent', waitsFor: 'confirmations', cancellable: false });

    const done = await confirm(sent);
    expect(done).toMatchObject({ state: 'done', waitsFor: null });
    expect(await desk.confirmed(id)).toBe(100_000n - 30_000n - spend.fee);
  });
});

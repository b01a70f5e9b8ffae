import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyDesk, type CustodyDesk } from '../support/custody-desk.ts';

let desk: CustodyDesk;
let call: CustodyDesk['call'];
beforeAll(async () => {
  desk = await custodyDesk();
  ({ call } = desk);
});
afterAll(() => desk.close());

describe('wallets of a desk', () => {
  it('makes a plain wallet, is paid, and sees it confirmed', async () => {
    const wallet = await call('custody.createSingle', {
      name: 'Fees',
      purpose: 'fees',
      key: { kind: 'keychain' },
    });
    expect(wallet).toMatchObject({ kind: 'single', balances: [] });
    const { address } = await call('custody.newAddress', { id: wallet.id, label: 'from the treasury' });
    const txid = await desk.pay(address, 40_000n);
    expect((await desk.scanned(wallet.id)).balances).toMatchObject([{ pending: 40_000n, confirmed: 0n }]);
    await desk.mine();
    expect((await desk.scanned(wallet.id)).balances).toMatchObject([{ pending: 0n, confirmed: 40_000n }]);
    const { rows } = await call('custody.history', { id: wallet.id, offset: 0, limit: 10 });
    expect(rows).toMatchObject([{ txid, type: 'incoming', confirmations: 1 }]);
  });

  it('makes an AMP0 account and is paid at an address that Green issued', async () => {
    const { walletId, sentence } = await call('custody.createAmp0', {
      name: 'Omnibus',
      purpose: 'omnibus',
      key: { kind: 'keychain' },
    });
    expect(sentence).toMatch(/^Created the account GA/);
    const id = walletId ?? '';
    const { address, from } = await call('custody.newAddress', { id });
    expect(from).toBe('amp0');
    await desk.pay(address, 50_000n);
    await desk.mine();
    expect((await desk.scanned(id)).balances).toMatchObject([{ confirmed: 50_000n }]);
  });

  it('makes and registers an AMP2 wallet', async () => {
    const wallet = await call('custody.createAmp2', {
      name: 'Hot',
      purpose: 'hot',
      key: { kind: 'keychain' },
    });
    expect(wallet).toMatchObject({ kind: 'amp2', blinding: 'view', verdict: 'waiting' });
    const { address } = await call('custody.newAddress', { id: wallet.id });
    await desk.pay(address, 60_000n);
    await desk.mine();
    expect((await desk.scanned(wallet.id)).balances).toMatchObject([{ confirmed: 60_000n }]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import type { CustodySpend, CustodyWallet, SimulatedAmp2 } from '../../src/shared/contract/index.ts';
import { custodyDesk, type CustodyDesk } from '../support/custody-desk.ts';

/** Each step waits for scans and for LWK's second opinion. */
const LONG = 120_000;

let desk: CustodyDesk;
let call: CustodyDesk['call'];
/** Of the simulated issuer, in the treasury at first. */
let bond: SimulatedAmp2['assets'][number];
let venue: CustodyWallet;
let client: CustodyWallet;

beforeAll(async () => {
  desk = await custodyDesk({ pace: 1000 });
  ({ call } = desk);
  const { assets } = await call('sandbox.amp2', {});
  const found = assets.find(({ ticker }) => ticker === 'MB31');
  if (!found) throw new Error('The sandbox has no MB31.');
  bond = found;
  venue = await call('custody.createAmp2', { name: 'Venue', purpose: 'omnibus', key: { kind: 'keychain' } });
  client = await call('custody.createAmp2', {
    name: 'Client',
    purpose: 'user',
    key: { kind: 'keychain' },
    form: 'slip77',
  });
}, LONG);
afterAll(() => desk.close());

const addressOf = async ({ id }: CustodyWallet): Promise<string> =>
  (await call('custody.newAddress', { id })).address;

async function transfer(to: string, value: bigint): Promise<CustodySpend> {
  const spend = await call('custody.prepare', {
    walletId: venue.id,
    assetId: bond.assetId,
    recipients: [{ address: to, amount: amount(value) }],
  });
  return call('custody.carryOut', {
    id: spend.id,
    confirm: spend.asset.ticker ?? bond.assetId.slice(0, 6),
  });
}

const asIssuer = (action: 'admit' | 'remove', { wid }: CustodyWallet) =>
  call('sandbox.amp2Do', { action, assetId: bond.assetId, wid });

/** What the issuer sees, by wallet id. */
async function owned(): Promise<Record<string, bigint>> {
  const { assets } = await call('sandbox.amp2', {});
  const rows = assets.find(({ assetId }) => assetId === bond.assetId)?.ownership ?? [];
  return Object.fromEntries(rows.map((row) => [row.wid ?? 'outside', row.amount]));
}

describe('an AMP2 wallet of this desk', () => {
  it(
    'is seen by the issuer, and paid by the treasury',
    async () => {
      const { wallets, serverKey } = await call('sandbox.amp2', {});
      expect(wallets.map(({ wid }) => wid)).toEqual([venue.wid, client.wid]);
      expect((await call('custody.services', {})).amp2?.serverKey).toBe(serverKey);
      await desk.pay(await addressOf(venue), 250_000n, bond.assetId);
      await desk.pay(await addressOf(venue), 100_000n);
      await desk.mine();
      await desk.scanned(venue.id);
      expect(await desk.confirmed(venue.id, bond.assetId)).toBe(250_000n);
      expect(await owned()).toEqual({ [venue.wid]: 250_000n, outside: 999_750_000n });
    },
    LONG,
  );

  it(
    'is refused by each of the issuer’s rules, in words that say which, and keeps its coins',
    async () => {
      const to = await addressOf(client);
      const refused = async (address: string, value = 1_000n): Promise<string> => {
        const spend = await transfer(address, value);
        expect(spend).toMatchObject({ state: 'refused', problem: { code: 'COSIGNER_REFUSED' } });
        expect(spend.problem?.next).not.toBe('');
        return spend.problem?.message ?? '';
      };

      expect(await refused(to)).toContain(
        `Recipient wallet wid=${client.wid} is not in restriction group '${bond.group}'`,
      );
      await asIssuer('admit', client);
      await call('sandbox.amp2Do', { action: 'lock', assetId: bond.assetId });
      expect(await refused(to)).toContain('the asset is locked');
      await call('sandbox.amp2Do', { action: 'unlock', assetId: bond.assetId });
      await call('sandbox.amp2Do', { action: 'cap', assetId: bond.assetId, amount: amount(900n) });
      expect(await refused(to)).toContain('over the issuer’s limit');
      await call('sandbox.amp2Do', { action: 'cap', assetId: bond.assetId, amount: amount(0n) });
      const outside = (await call('treasury.newAddress', {})).address;
      expect(await refused(outside)).toContain('the recipient is not registered');

      const { balances } = await desk.scanned(venue.id);
      expect(balances.every(({ held }) => held === 0n)).toBe(true);
      expect(await desk.confirmed(venue.id, bond.assetId)).toBe(250_000n);
    },
    LONG,
  );

  it(
    'sends part on to a wallet of the group, by the proxy as well, and the issuer sees who holds what',
    async () => {
      const { amp2 } = await call('custody.services', {});
      if (!amp2) throw new Error('no AMP2 service');
      let sent = 0n;
      for (const api of ['direct', 'proxy'] as const) {
        await call('custody.setServices', { amp2: { ...amp2, api } });
        const spend = await transfer(await addressOf(client), 40_000n);
        expect(spend.problem).toBeNull();
        expect(spend.state).toBe('sent');
        sent += 40_000n;
        await desk.mine(2);
        await desk.scanned(venue.id);
        await desk.scanned(client.id);
        expect(await call('custody.spend', { id: spend.id })).toMatchObject({ state: 'done' });
        expect(await desk.confirmed(client.id, bond.assetId)).toBe(sent);
        expect(await owned()).toEqual({
          [venue.wid]: 250_000n - sent,
          [client.wid]: sent,
          outside: 999_750_000n,
        });
      }
      // Out of the group again, it holds what it has and gets no more.
      await asIssuer('remove', client);
      expect(await transfer(await addressOf(client), 1n)).toMatchObject({ state: 'refused' });
    },
    2 * LONG,
  );
});

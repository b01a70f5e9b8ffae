import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import type { Asset, CustodySpend, CustodyWallet } from '../../src/shared/contract/index.ts';
import { custodyDesk, type CustodyDesk } from '../support/custody-desk.ts';

/** Each step waits for scans and for LWK's second opinion. */
const LONG = 120_000;

let desk: CustodyDesk;
let call: CustodyDesk['call'];
let asset: Asset;
let venue: CustodyWallet;
let client: CustodyWallet;

/** What the asset requires of its holders, in the sandbox's world. */
const CATEGORIES = 'KYC verified | EU professional';
const TICKER = 'AG31';

beforeAll(async () => {
  desk = await custodyDesk();
  ({ call } = desk);
  const { assets } = await call('assets.list', {});
  const found = assets.find(({ ticker }) => ticker === TICKER);
  if (!found) throw new Error(`The sandbox has no ${TICKER}.`);
  asset = found;
  venue = await account('Venue');
  client = await account('Client');
  const content = [
    'name,gaid,categories',
    ...[venue, client].map((one) => `${one.name},${one.ampId},${CATEGORIES}`),
  ];
  const { id } = await call('holders.importPreview', {
    fileName: 'accounts.csv',
    content: Buffer.from(content.join('\n')).toString('base64'),
  });
  await call('holders.importCommit', { id });
}, 2 * LONG);
afterAll(() => desk.close());

async function account(name: string): Promise<CustodyWallet> {
  const { walletId } = await call('custody.createAmp0', {
    name,
    purpose: 'hot',
    key: { kind: 'keychain' },
  });
  return call('custody.wallet', { id: walletId ?? '' });
}

async function distribute(to: CustodyWallet, value: bigint): Promise<void> {
  const { rows } = await call('holders.list', { search: to.name, offset: 0, limit: 1 });
  const allocation = await call('allocations.create', { name: `To ${to.name}`, assetUuid: asset.assetUuid });
  await call('allocations.addRow', { id: allocation.id, holderId: rows[0]?.id ?? 0, amount: amount(value) });
  const { fingerprint } = await call('allocations.plan', { id: allocation.id });
  let operation = await call('operations.start', {
    allocationId: allocation.id,
    fingerprint,
    confirm: TICKER,
  });
  while (operation.state !== 'done') {
    if (operation.state === 'attention') throw new Error(operation.sentence);
    if (operation.batches.some(({ step }) => step === 'broadcast' || step === 'confirmed-1')) {
      await desk.mine();
    }
    operation = await call('operations.wait', { id: operation.id, seconds: 1 });
  }
}

async function transfer(to: string, value: bigint): Promise<CustodySpend> {
  const spend = await call('custody.prepare', {
    walletId: venue.id,
    assetId: asset.assetId,
    recipients: [{ address: to, amount: amount(value), label: '' }],
  });
  return call('custody.carryOut', { id: spend.id, confirm: TICKER });
}

async function owned(): Promise<Record<string, bigint>> {
  const { rows } = await call('assets.ownerships', { assetUuid: asset.assetUuid });
  return Object.fromEntries(rows.map((row) => [row.gaid ?? 'treasury', row.amount]));
}

const addressOf = async ({ id }: CustodyWallet): Promise<string> =>
  (await call('custody.newAddress', { id })).address;

describe('an AMP0 account of this desk', () => {
  it(
    'is paid by a distribution of this desk, and both of its sides say the same',
    async () => {
      await desk.pay(await addressOf(venue), 200_000n);
      await desk.mine();
      await distribute(venue, 250_000n);
      await desk.scanned(venue.id);
      expect(await desk.confirmed(venue.id, asset.assetId)).toBe(250_000n);
      expect((await owned())[venue.ampId ?? '']).toBe(250_000n);
    },
    LONG,
  );

  it(
    'is refused by each of the issuer’s rules, in words that say which, and keeps its coins',
    async () => {
      const to = await addressOf(client);
      const { rows } = await call('holders.list', { search: 'Client', offset: 0, limit: 1 });
      const holder = rows[0]?.id ?? 0;
      const category = rows[0]?.categories[0]?.id ?? 0;
      const member = (change: 'add' | 'remove') =>
        call('categories.setMembers', { id: category, add: [], remove: [], [change]: [holder] });
      const locked = (value: boolean) =>
        call('assets.setLocked', { assetUuid: asset.assetUuid, locked: value, confirm: TICKER });
      const refused = async (address: string): Promise<string> => {
        const spend = await transfer(address, 1_000n);
        expect(spend).toMatchObject({ state: 'refused', problem: { code: 'COSIGNER_REFUSED' } });
        expect(spend.problem?.next).not.toBe('');
        return spend.problem?.message ?? '';
      };

      await member('remove');
      expect(await refused(to)).toContain(`recipient ${client.ampId} lacks category`);
      await member('add');
      await locked(true);
      expect(await refused(to)).toContain('is locked by its issuer');
      await locked(false);
      const outside = (await call('treasury.newAddress', {})).address;
      expect(await refused(outside)).toContain('does not pay an AMP account');

      const { balances } = await desk.scanned(venue.id);
      expect(balances.every(({ held }) => held === 0n)).toBe(true);
      expect(await desk.confirmed(venue.id, asset.assetId)).toBe(250_000n);
    },
    LONG,
  );

  it(
    'sends part on, and the issuer’s ownership, activities and the chain agree',
    async () => {
      const spend = await transfer(await addressOf(client), 100_000n);
      expect(spend).toMatchObject({ state: 'sent', problem: null });
      await desk.mine(2);
      await desk.scanned(venue.id);
      await desk.scanned(client.id);
      expect(await call('custody.spend', { id: spend.id })).toMatchObject({ state: 'done' });
      expect(await desk.confirmed(venue.id, asset.assetId)).toBe(150_000n);
      expect(await desk.confirmed(client.id, asset.assetId)).toBe(100_000n);

      const books = await owned();
      expect(books).toMatchObject({ [venue.ampId ?? '']: 150_000n, [client.ampId ?? '']: 100_000n });
      const { rows } = await call('assets.activities', { assetUuid: asset.assetUuid, offset: 0, limit: 5 });
      expect(rows[0]).toMatchObject({ type: 'transfer', txid: spend.txid, amount: 100_000n });

      const truth = (await desk.control('GET', '/truth')) as {
        assets: Record<string, { treasury: string; holders: Record<string, string> }>;
      };
      const onChain = truth.assets[asset.assetId];
      const { treasury, ...holders } = books;
      expect(onChain?.treasury).toBe(treasury?.toString());
      expect(onChain?.holders).toEqual(
        Object.fromEntries(Object.entries(holders).map(([gaid, value]) => [gaid, value.toString()])),
      );
    },
    LONG,
  );
});

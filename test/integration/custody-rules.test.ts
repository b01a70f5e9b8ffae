import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import type { CustodySpend } from '../../src/shared/contract/index.ts';
import { custodyDesk, type CustodyDesk } from '../support/custody-desk.ts';

/** What issuers forbid, as the cosigner says it, and what becomes of a payment then. */
const LONG = 240_000;
let desk: CustodyDesk;
let call: CustodyDesk['call'];
beforeAll(async () => {
  desk = await custodyDesk({ pace: 1000 });
  ({ call } = desk);
}, LONG);
afterAll(() => desk.close());

const KEY = { purpose: 'hot', key: { kind: 'keychain' } } as const;

async function fund(id: string, value: bigint, assetId?: string): Promise<void> {
  const { address } = await call('custody.newAddress', { id });
  await desk.pay(address, value, assetId);
  await desk.mine();
  await desk.scanned(id);
}

async function paid(
  from: string,
  address: string,
  value: bigint,
  { assetId, confirm }: { assetId: string; confirm: string },
): Promise<CustodySpend> {
  const { id } = await call('custody.prepare', {
    walletId: from,
    assetId,
    recipients: [{ address, amount: amount(value) }],
  });
  return call('custody.carryOut', { id, confirm });
}

describe('an asset of AMP2', () => {
  let asset: { assetId: string; confirm: string };
  let from: string;
  let member: string;
  let stranger: string;

  beforeAll(async () => {
    const [first] = (await call('sandbox.amp2', {})).assets;
    if (!first) throw new Error('There is no AMP2 asset.');
    asset = { assetId: first.assetId, confirm: first.ticker };
    const ids: string[] = [];
    for (const name of ['Payer', 'Member', 'Stranger'])
      ids.push((await call('custody.createAmp2', { name, ...KEY })).id);
    [from = '', member = '', stranger = ''] = ids;
    for (const id of [from, member]) {
      const { wid } = await call('custody.wallet', { id });
      await call('sandbox.amp2Do', { action: 'admit', assetId: asset.assetId, wid });
    }
    await fund(from, 100_000n);
    await fund(from, 5000n, asset.assetId);
  }, LONG);

  const addressOf = async (id: string) => (await call('custody.newAddress', { id })).address;

  it(
    'goes to a member of its group, and the issuer sees where it is',
    async () => {
      const spend = await paid(from, await addressOf(member), 1000n, asset);
      expect(spend).toMatchObject({ state: 'sent', problem: null });
      await desk.mine(2);
      await desk.scanned(from);
      await desk.scanned(member);
      expect(await desk.confirmed(member, asset.assetId)).toBe(1000n);
      const { wid } = await call('custody.wallet', { id: member });
      const shown = (await call('sandbox.amp2', {})).assets.find(({ assetId }) => assetId === asset.assetId);
      expect(shown?.ownership).toContainEqual({ wid, amount: 1000n });
    },
    LONG,
  );

  it(
    'does not go to anybody else, nor above the cap, nor while it is locked',
    async () => {
      const { assetId } = asset;
      const expectRefused = (spend: CustodySpend) => {
        expect(spend).toMatchObject({ state: 'refused', problem: { code: 'COSIGNER_REFUSED' } });
        expect(spend.problem?.next).not.toBe('');
      };
      expectRefused(await paid(from, await addressOf(stranger), 10n, asset));
      await call('sandbox.amp2Do', { action: 'cap', assetId, amount: amount(500n) });
      expectRefused(await paid(from, await addressOf(member), 501n, asset));
      await call('sandbox.amp2Do', { action: 'cap', assetId, amount: amount(0n) });
      await call('sandbox.amp2Do', { action: 'lock', assetId });
      expectRefused(await paid(from, await addressOf(member), 10n, asset));
      await call('sandbox.amp2Do', { action: 'unlock', assetId });
      expect(await paid(from, await addressOf(member), 10n, asset)).toMatchObject({ state: 'sent' });
    },
    LONG,
  );
});

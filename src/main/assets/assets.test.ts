import { beforeEach, describe, expect, it } from 'vitest';
import { amount } from '../../shared/money.ts';
import { gaidOf } from '../../../test/support/register-amp.ts';
import { openRegisters, type Registers } from '../../../test/support/registers.ts';

let desk: Registers;
beforeEach(() => {
  desk = openRegisters();
});

async function withAsset(ticker: string | null = 'ACME', options: object = {}): Promise<string> {
  const { assetUuid } = desk.amp.addAsset(ticker, options);
  await desk.sync.run({}, desk.who);
  return assetUuid;
}

describe('an asset', () => {
  it('is shown with AMP’s summary, treasury addresses and every lost output', async () => {
    const assetUuid = await withAsset();
    expect(await desk.assets.get({ assetUuid }, desk.who)).toMatchObject({
      ticker: 'ACME',
      summary: { issued: 1_000_000n, reissued: 5n, assigned: 4n, distributed: 3n, burned: 2n, locked: 1n },
      treasuryAddresses: ['lq1treasury'],
      lostOutputs: [
        { txid: 'a'.repeat(64), vout: 1 },
        { txid: 'b'.repeat(64), vout: 0 },
      ],
    });
  });

  it('is taken over as AMP shows it now', async () => {
    const assetUuid = await withAsset();
    Object.assign(desk.amp.assets.get(assetUuid) ?? {}, { isLocked: true });
    expect((await desk.assets.get({ assetUuid }, desk.who)).isLocked).toBe(true);
    expect((await desk.assets.list({}, desk.who)).assets[0]?.isLocked).toBe(true);
  });

  it('is not found when AMP never listed it', async () => {
    const assetUuid = '00000000-0000-4000-8000-000000000000';
    await expect(desk.assets.get({ assetUuid }, desk.who)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('names its owners from the desk’s copy', async () => {
    const ann = desk.amp.addUser('Ann');
    const assetUuid = await withAsset();
    desk.amp.ownerships = [
      { owner: 'ISSUER', gaid: null, amount: amount(9n) },
      { owner: ann.id, gaid: ann.gaid, amount: amount(5n) },
      { owner: null, gaid: ann.gaid, amount: amount(4n) },
      { owner: null, gaid: gaidOf(900), amount: amount(3n) },
      { owner: 4711, gaid: null, amount: amount(2n) },
    ];
    const { rows } = await desk.assets.ownerships({ assetUuid }, desk.who);
    expect(rows.map((row) => [row.holderId, row.holderName, row.amount])).toEqual([
      [null, 'Treasury', 9n],
      [ann.id, 'Ann', 5n],
      [ann.id, 'Ann', 4n],
      [null, null, 3n],
      [4711, null, 2n],
    ]);
  });

  it('lists activities newest first, page by page, with readable times', async () => {
    const assetUuid = await withAsset();
    desk.amp.activities = [1, 2, 3].map((number) => ({
      type: 'distribution',
      datetime: number === 2 ? null : `2025-11-2${number}T01:25:22Z`,
      description: `No. ${number}`,
      txid: null,
      vout: null,
      height: null,
      registeredUser: number,
      gaid: null,
      amount: amount(1n),
    }));
    const first = await desk.assets.activities({ assetUuid, offset: 0, limit: 2 }, desk.who);
    const rest = await desk.assets.activities({ assetUuid, offset: 2, limit: 2 }, desk.who);
    expect(first.rows.map((row) => [row.description, row.at, row.holderId])).toEqual([
      ['No. 3', Date.UTC(2025, 10, 23, 1, 25, 22), 3],
      ['No. 2', null, 2],
    ]);
    expect(rest.rows.map((row) => row.description)).toEqual(['No. 1']);
  });
});

describe.each(['none', 'answer-lost'] as const)('changing an asset, with fault: %s', (fault) => {
  const meet = (call: string) => {
    if (fault !== 'none') desk.amp.fail(call, fault);
  };

  it('locks and unlocks when its ticker is typed', async () => {
    const assetUuid = await withAsset();
    await expect(
      desk.assets.setLocked({ assetUuid, locked: true, confirm: 'Acme' }, desk.who),
    ).rejects.toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
    expect(desk.amp.count('assets.lock')).toBe(0);
    meet('assets.lock');
    expect(
      (await desk.assets.setLocked({ assetUuid, locked: true, confirm: 'ACME' }, desk.who)).isLocked,
    ).toBe(true);
    meet('assets.unlock');
    expect(
      (await desk.assets.setLocked({ assetUuid, locked: false, confirm: 'ACME' }, desk.who)).isLocked,
    ).toBe(false);
    expect(desk.auditTypes().filter((type) => type.startsWith('asset.'))).toEqual([
      'asset.lock-intended',
      'asset.locked',
      'asset.unlock-intended',
      'asset.unlocked',
    ]);
  });

  it('authorizes once, confirmed by name where there is no ticker', async () => {
    const assetUuid = await withAsset(null, { name: 'Bond 27', isAuthorized: false });
    meet('assets.registerAuthorized');
    const done = await desk.assets.authorize({ assetUuid, confirm: 'Bond 27' }, desk.who);
    expect(done.isAuthorized).toBe(true);
    expect(desk.amp.count('assets.registerAuthorized')).toBe(1);
    await expect(desk.assets.authorize({ assetUuid, confirm: 'Bond 27' }, desk.who)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(desk.amp.count('assets.registerAuthorized')).toBe(1);
  });

  it('makes a category a requirement and no longer', async () => {
    const category = desk.amp.addCategory('EU');
    const assetUuid = await withAsset();
    meet('categories.addAsset');
    const set = (required: boolean) =>
      desk.assets.setRequirement({ assetUuid, category: category.id, required }, desk.who);
    expect((await set(true)).requirements).toEqual([category.id]);
    expect((await desk.categories.list({}, desk.who)).categories[0]?.assets).toEqual([assetUuid]);
    meet('categories.removeAsset');
    expect((await set(false)).requirements).toEqual([]);
    expect(desk.amp.assets.get(assetUuid)?.requirements).toEqual([]);
  });
});

it('a request that never arrived is not repeated and not taken for done', async () => {
  const assetUuid = await withAsset('ACME', { isAuthorized: false });
  desk.amp.fail('assets.registerAuthorized', 'request-lost');
  await expect(desk.assets.authorize({ assetUuid, confirm: 'ACME' }, desk.who)).rejects.toMatchObject({
    code: 'AMP_UNREACHABLE',
    message: expect.stringContaining('shows no trace of it'),
  });
  expect(desk.amp.count('assets.registerAuthorized')).toBe(1);
  expect((await desk.assets.list({}, desk.who)).assets[0]?.isAuthorized).toBe(false);
});

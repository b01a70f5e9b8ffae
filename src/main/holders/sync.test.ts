import { beforeEach, describe, expect, it } from 'vitest';
import { openRegisters, type Registers } from '../../../test/support/registers.ts';

let desk: Registers;
beforeEach(() => {
  desk = openRegisters();
});

const run = () => desk.sync.run({}, desk.who);
const list = async () => (await desk.holders.list({ offset: 0, limit: 1000 }, desk.who)).rows;
const version = () => desk.store.db.prepare('SELECT version FROM register_state').pluck().get();

/** Everything the desk says of the registers, for comparison with AMP. */
async function copy() {
  return {
    holders: (
      await desk.holders.list({ offset: 0, limit: 1000, sort: { by: 'id', direction: 'asc' } }, desk.who)
    ).rows,
    categories: (await desk.categories.list({}, desk.who)).categories,
    assets: (await desk.assets.list({}, desk.who)).assets,
  };
}

describe('reading AMP’s registers', () => {
  it('copies holders, categories and assets with what ties them together', async () => {
    const category = desk.amp.addCategory('Accredited', 'May hold shares');
    desk.amp.addUser('Ann', { categories: [category.id] });
    desk.amp.addAsset('ACME', { requirements: [category.id] });
    expect(await run()).toMatchObject({ holders: 1, categories: 1, assets: 1 });
    const found = await copy();
    expect(found.holders).toMatchObject([
      { name: 'Ann', categories: [{ id: category.id, name: 'Accredited' }] },
    ]);
    expect(found.categories).toMatchObject([
      { name: 'Accredited', holders: 1, assets: [expect.any(String)] },
    ]);
    expect(found.assets).toMatchObject([{ ticker: 'ACME', requirements: [category.id], precision: 2 }]);
    expect(desk.sync.status({}, desk.who)).toMatchObject({
      at: expect.any(Number),
      running: false,
      error: null,
    });
  });

  it('follows every change and removes what vanished', async () => {
    const a = desk.amp.addCategory('A');
    const b = desk.amp.addCategory('B');
    const ann = desk.amp.addUser('Ann', { categories: [a.id, b.id] });
    const bob = desk.amp.addUser('Bob');
    const asset = desk.amp.addAsset('ACME', { requirements: [a.id] });
    const gone = desk.amp.addAsset('GONE');
    await run();
    Object.assign(desk.amp.users.get(ann.id)?.user ?? {}, { name: 'Anna', gaid: null, categories: [b.id] });
    desk.amp.users.delete(bob.id);
    desk.amp.categories.delete(a.id);
    Object.assign(desk.amp.assets.get(asset.assetUuid) ?? {}, { isLocked: true, requirements: [b.id] });
    desk.amp.assets.delete(gone.assetUuid);
    desk.events.length = 0;
    await run();
    const found = await copy();
    expect(found.holders).toMatchObject([{ name: 'Anna', gaid: null, categories: [{ id: b.id }] }]);
    expect(found.categories).toMatchObject([{ id: b.id, holders: 1, assets: [asset.assetUuid] }]);
    expect(found.assets).toMatchObject([{ ticker: 'ACME', isLocked: true, requirements: [b.id] }]);
    expect(new Set(desk.events.map((event) => event.name))).toEqual(
      new Set([
        'sync.changed',
        'sync.progress',
        'holders.changed',
        'categories.changed',
        'assets.changed',
        'allocations.changed',
      ]),
    );
  });

  it('changes nothing and tells nothing when AMP is as it was', async () => {
    const category = desk.amp.addCategory('A');
    for (let index = 0; index < 30; index += 1)
      desk.amp.addUser(`Holder ${index}`, { categories: [category.id] });
    desk.amp.addAsset('ACME', { requirements: [category.id] });
    await run();
    const before = version();
    const audited = desk.auditTypes().length;
    desk.events.length = 0;
    await run();
    expect(version()).toBe(before);
    expect(desk.auditTypes()).toHaveLength(audited);
    expect(desk.events.map((event) => event.name)).not.toContain('holders.changed');
  });

  it('keeps what the desk changed while AMP’s lists were on their way', async () => {
    const doomed = desk.amp.addUser('Doomed');
    const category = desk.amp.addCategory('Doomed too');
    const ann = desk.amp.addUser('Ann', { categories: [category.id] });
    const asset = desk.amp.addAsset('ACME', { requirements: [category.id] });
    await run();
    let once = true;
    desk.amp.meanwhile = async (call) => {
      if (call !== 'registeredUsers.list' || !once) return;
      once = false;
      desk.amp.meanwhile = null;
      await desk.holders.remove({ id: doomed.id, confirm: 'Doomed' }, desk.who);
      await desk.holders.edit({ id: ann.id, name: 'Anna' }, desk.who);
      await desk.holders.add({ name: 'New', isCompany: false }, desk.who);
      await desk.categories.remove({ id: category.id, confirm: 'Doomed too' }, desk.who);
      await desk.assets.setLocked({ assetUuid: asset.assetUuid, locked: true, confirm: 'ACME' }, desk.who);
    };
    await run();
    expect((await list()).map((holder) => [holder.name, holder.categories])).toEqual([
      ['Anna', []],
      ['New', []],
    ]);
    const found = await copy();
    expect(found.categories).toEqual([]);
    expect(found.assets).toMatchObject([{ isLocked: true, requirements: [] }]);
    // The next reading agrees with AMP all the same.
    await run();
    expect(await copy()).toEqual(found);
  });

  it('is run once for all who ask at the same time', async () => {
    desk.amp.addUser('Ann');
    const [one, two] = await Promise.all([run(), run()]);
    expect(one).toEqual(two);
    expect(desk.amp.count('registeredUsers.list')).toBe(1);
  });

  it('leaves the copy as it was and says why when AMP is away', async () => {
    desk.amp.addUser('Ann');
    await run();
    desk.amp.users.clear();
    desk.amp.fail('assets.list', 'request-lost');
    await expect(run()).rejects.toMatchObject({ code: 'AMP_UNREACHABLE' });
    expect(await list()).toHaveLength(1);
    expect(desk.sync.status({}, desk.who)).toMatchObject({ running: false, error: 'AMP cannot be reached.' });
    await run();
    expect(desk.sync.status({}, desk.who)).toMatchObject({ error: null });
  });

  it('copies thousands of holders in transactions that leave room for others', async () => {
    for (let index = 0; index < 6000; index += 1) desk.amp.addUser(`Holder ${index}`);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await run();
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
    expect((await desk.holders.list({ offset: 0, limit: 1 }, desk.who)).total).toBe(6000);
  });
});

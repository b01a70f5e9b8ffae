import { beforeEach, describe, expect, it } from 'vitest';
import { gaidOf } from '../../../test/support/register-amp.ts';
import { openRegisters, type Registers } from '../../../test/support/registers.ts';

let desk: Registers;
beforeEach(() => {
  desk = openRegisters();
});

const page = { offset: 0, limit: 100 };
const names = async (query: Partial<Parameters<Registers['holders']['list']>[0]> = {}) =>
  (await desk.holders.list({ ...page, ...query }, desk.who)).rows.map((holder) => holder.name);

describe('listing holders', () => {
  beforeEach(async () => {
    const { amp } = desk;
    const good = amp.addCategory('Accredited');
    amp.addUser('Zoë Ünal', { categories: [good.id] });
    amp.addUser('anna meier', { gaid: null });
    amp.addUser('Ångström AB', { isCompany: true, categories: [good.id] });
    amp.addUser('Bob 100%');
    await desk.sync.run({}, desk.who);
  });

  it('sorts by name as people do, in both directions, and pages without overlap', async () => {
    expect(await names()).toEqual(['Ångström AB', 'anna meier', 'Bob 100%', 'Zoë Ünal']);
    expect(await names({ sort: { by: 'name', direction: 'desc' } })).toEqual([
      'Zoë Ünal',
      'Bob 100%',
      'anna meier',
      'Ångström AB',
    ]);
    expect(await names({ offset: 1, limit: 2 })).toEqual(['anna meier', 'Bob 100%']);
    expect((await desk.holders.list({ offset: 3, limit: 2 }, desk.who)).total).toBe(4);
  });

  it.each(['name', 'id', 'gaid', 'isCompany'] as const)('sorts by %s both ways', async (by) => {
    const up = await names({ sort: { by, direction: 'asc' } });
    expect(up).toHaveLength(4);
    const down = await names({ sort: { by, direction: 'desc' } });
    if (by === 'gaid') {
      // Whoever has none stands last either way.
      expect(up.at(-1)).toBe('anna meier');
      expect(down.at(-1)).toBe('anna meier');
      expect(down.slice(0, 3)).toEqual(up.slice(0, 3).toReversed());
    } else expect(down).toEqual(up.toReversed());
  });

  it('finds text in name, GAID and number, whatever the accents and capitals', async () => {
    expect(await names({ search: 'ZOE un' })).toEqual(['Zoë Ünal']);
    expect(await names({ search: 'ångström' })).toEqual(['Ångström AB']);
    expect(await names({ search: gaidOf(2).slice(-6).toLowerCase() })).toEqual(['Zoë Ünal']);
    expect(await names({ search: '100%' })).toEqual(['Bob 100%']);
    expect(await names({ search: '%' })).toEqual(['Bob 100%']);
    expect(await names({ search: '_' })).toEqual([]);
    const [bob] = (await desk.holders.list({ ...page, search: 'bob' }, desk.who)).rows;
    expect(await names({ search: String(bob?.id) })).toContain('Bob 100%');
  });

  it('filters, alone and together, and counts what it filters', async () => {
    const { categories } = await desk.categories.list({}, desk.who);
    const category = categories[0]?.id ?? 0;
    expect(await names({ category })).toEqual(['Ångström AB', 'Zoë Ünal']);
    expect(await names({ gaid: 'without' })).toEqual(['anna meier']);
    expect(await names({ gaid: 'with', isCompany: false })).toEqual(['Bob 100%', 'Zoë Ünal']);
    expect(await names({ category, isCompany: true, search: 'ab' })).toEqual(['Ångström AB']);
    for (const filter of [
      { category },
      { gaid: 'with' as const },
      { category, search: 'z' },
      { search: 'o' },
    ]) {
      const { rows, total } = await desk.holders.list({ ...page, ...filter }, desk.who);
      expect(total).toBe(rows.length);
      expect((await desk.holders.list({ ...filter, offset: 0, limit: 1 }, desk.who)).total).toBe(rows.length);
    }
  });

  it('counts anew once a holder has changed', async () => {
    const before = await desk.holders.list({ ...page, search: 'anna' }, desk.who);
    expect(before.total).toBe(1);
    await desk.holders.add({ name: 'Anna Zweig', isCompany: false }, desk.who);
    expect((await desk.holders.list({ ...page, search: 'anna' }, desk.who)).total).toBe(2);
  });
});

describe('changing holders', () => {
  it('registers a holder at AMP and has it at once, with intent and outcome in the audit trail', async () => {
    const gaid = gaidOf(99);
    const holder = await desk.holders.add({ name: 'Ann', isCompany: true, gaid }, desk.who);
    expect(holder).toMatchObject({ name: 'Ann', isCompany: true, gaid, categories: [] });
    expect(await names()).toEqual(['Ann']);
    expect(desk.auditTypes()).toEqual(['holder.registration-intended', 'holder.added']);
    expect(desk.events.map((event) => event.name)).toContain('holders.changed');
  });

  it('refuses a GAID that AMP does not accept before anything is made', async () => {
    desk.amp.invalidGaids.add(gaidOf(5));
    await expect(
      desk.holders.add({ name: 'Ann', isCompany: false, gaid: gaidOf(5) }, desk.who),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'gaid',
      message: expect.stringContaining('GAID not found'),
    });
    expect(desk.amp.users.size).toBe(0);
  });

  it.each([
    ['with a GAID', gaidOf(77)],
    ['without a GAID', undefined],
  ])('never registers twice when the answer is lost, %s', async (_what, gaid) => {
    desk.amp.fail('registeredUsers.add', 'answer-lost');
    const holder = await desk.holders.add({ name: 'Ann', isCompany: false, gaid }, desk.who);
    expect(desk.amp.users.size).toBe(1);
    expect(desk.amp.count('registeredUsers.add')).toBe(1);
    expect(desk.amp.users.get(holder.id)?.user.name).toBe('Ann');
    expect([...desk.store.auditAll()].at(-1)?.data).toMatchObject({ adopted: true });
  });

  it('does not take a namesake for the holder whose answer was lost', async () => {
    const before = await desk.holders.add({ name: 'Ann', isCompany: false }, desk.who);
    desk.amp.fail('registeredUsers.add', 'request-lost');
    await expect(desk.holders.add({ name: 'Ann', isCompany: false }, desk.who)).rejects.toMatchObject({
      code: 'AMP_UNREACHABLE',
      next: expect.stringContaining('only then try again'),
    });
    desk.amp.fail('registeredUsers.add', 'answer-lost');
    const second = await desk.holders.add({ name: 'Ann', isCompany: false }, desk.who);
    expect(second.id).not.toBe(before.id);
    expect(desk.amp.users.size).toBe(2);
  });

  it('sends a second identical request nowhere while the first is under way', async () => {
    const both = await Promise.allSettled([
      desk.holders.add({ name: 'Ann', isCompany: false }, desk.who),
      desk.holders.add({ name: 'Ann', isCompany: false }, desk.who),
    ]);
    expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected']);
    expect(both[1]).toMatchObject({ reason: { code: 'CONFLICT' } });
    expect(desk.amp.users.size).toBe(1);
  });

  describe.each(['none', 'answer-lost'] as const)('with fault: %s', (fault) => {
    const meet = (call: string) => {
      if (fault !== 'none') desk.amp.fail(call, fault);
    };
    let id: number;
    beforeEach(async () => {
      id = desk.amp.addUser('Ann').id;
      await desk.sync.run({}, desk.who);
    });

    it('renames', async () => {
      meet('registeredUsers.rename');
      expect((await desk.holders.edit({ id, name: 'Anna' }, desk.who)).name).toBe('Anna');
      expect(await names({ search: 'anna' })).toEqual(['Anna']);
      expect(desk.amp.count('registeredUsers.rename')).toBe(1);
    });

    it('removes when the name is typed', async () => {
      meet('registeredUsers.remove');
      await expect(desk.holders.remove({ id, confirm: 'ann' }, desk.who)).rejects.toMatchObject({
        code: 'CONFIRMATION_MISMATCH',
        message: expect.stringContaining('“Ann”'),
      });
      expect(desk.amp.users.size).toBe(1);
      await desk.holders.remove({ id, confirm: 'Ann' }, desk.who);
      expect(desk.amp.users.size).toBe(0);
      expect(await names()).toEqual([]);
      expect(desk.amp.count('registeredUsers.remove')).toBe(1);
    });

    it('adds a GAID, makes it the default and finds the holder by either', async () => {
      const other = gaidOf(500);
      meet('registeredUsers.addGaid');
      await desk.holders.addGaid({ id, gaid: other }, desk.who);
      expect((await desk.holders.list({ ...page, search: other }, desk.who)).rows[0]?.gaid).toBe(gaidOf(id));
      meet('registeredUsers.setDefaultGaid');
      await desk.holders.setDefaultGaid({ id, gaid: other }, desk.who);
      const { rows } = await desk.holders.list({ ...page, search: gaidOf(id) }, desk.who);
      expect(rows[0]?.gaid).toBe(other);
      expect(await desk.holders.get({ id }, desk.who)).toMatchObject({
        gaid: other,
        gaids: [gaidOf(id), other],
      });
    });
  });

  it('lets the first GAID of a holder be its default', async () => {
    const { id } = await desk.holders.add({ name: 'Ann', isCompany: false }, desk.who);
    await desk.holders.addGaid({ id, gaid: gaidOf(9) }, desk.who);
    expect((await desk.holders.list(page, desk.who)).rows[0]?.gaid).toBe(gaidOf(9));
  });

  it('keeps a holder who is being paid', async () => {
    const asset = desk.amp.addAsset('ACME');
    const { id } = desk.amp.addUser('Ann');
    await desk.sync.run({}, desk.who);
    const allocation = await desk.allocations.create({ name: 'May', assetUuid: asset.assetUuid }, desk.who);
    const row = await desk.allocations.addRow(
      { id: allocation.id, holderId: id, amount: 5n as never },
      desk.who,
    );
    desk.store.tx(() => desk.payments.markInOperation([row.id], 'op'));
    await expect(desk.holders.remove({ id, confirm: 'Ann' }, desk.who)).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  it('shows a holder with AMP’s balances, and takes over what changed at AMP', async () => {
    const asset = desk.amp.addAsset('ACME');
    const { id } = desk.amp.addUser('Ann');
    await desk.sync.run({}, desk.who);
    const held = desk.amp.users.get(id);
    if (held) held.user.name = 'Anna';
    const shown = await desk.holders.get({ id }, desk.who);
    expect(shown).toMatchObject({
      name: 'Anna',
      balances: [{ assetUuid: asset.assetUuid, balance: 7n, assigned: 0n, distributed: 7n }],
    });
    expect(await names()).toEqual(['Anna']);
  });

  it('says so when there is no such holder', async () => {
    await expect(desk.holders.get({ id: 12 }, desk.who)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(desk.holders.edit({ id: 12, name: 'x' }, desk.who)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('exporting holders', () => {
  it('writes a file that the import reads as nothing new', async () => {
    const { amp } = desk;
    const good = amp.addCategory('Accredited');
    const eu = amp.addCategory('EU');
    amp.addUser('=Ann "A"; Ltd, x', { isCompany: true, categories: [good.id, eu.id] });
    amp.addUser('Bob', { gaid: null });
    amp.addUser('Bob', { gaid: null });
    amp.addUser('Cid', { categories: [eu.id] });
    await desk.sync.run({}, desk.who);
    const { content } = await desk.holders.export({}, desk.who);
    expect(content).toContain(`"'=Ann ""A""; Ltd, x"`);
    const summary = await desk.holders.importPreview(
      { fileName: 'holders.csv', content: Buffer.from(content).toString('base64') },
      desk.who,
    );
    expect(summary.counts).toEqual({ total: 4, good: 4, wrong: 0, duplicate: 0 });
    expect(await desk.holders.importCommit({ id: summary.id }, desk.who)).toEqual({
      added: 0,
      alreadyThere: 4,
    });
    expect(amp.users.size).toBe(4);
  });

  it('follows the filters of the list', async () => {
    desk.amp.addUser('Ann', { gaid: null });
    desk.amp.addUser('Bob');
    await desk.sync.run({}, desk.who);
    const { content } = await desk.holders.export({ gaid: 'without' }, desk.who);
    expect(content).toContain('Ann');
    expect(content).not.toContain('Bob');
  });
});

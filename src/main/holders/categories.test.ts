import { beforeEach, describe, expect, it } from 'vitest';
import { openRegisters, type Registers } from '../../../test/support/registers.ts';

let desk: Registers;
beforeEach(() => {
  desk = openRegisters();
});

describe.each(['none', 'answer-lost'] as const)('categories, with fault: %s', (fault) => {
  const meet = (call: string) => {
    if (fault !== 'none') desk.amp.fail(call, fault);
  };

  it('are made, changed and deleted at AMP, each once', async () => {
    meet('categories.add');
    const made = await desk.categories.add({ name: 'EU', description: 'Lives in the EU' }, desk.who);
    expect(made).toEqual({ id: made.id, name: 'EU', description: 'Lives in the EU', holders: 0, assets: [] });
    meet('categories.edit');
    await desk.categories.edit({ id: made.id, name: 'EEA', description: '' }, desk.who);
    expect((await desk.categories.list({}, desk.who)).categories).toMatchObject([
      { name: 'EEA', description: '' },
    ]);
    meet('categories.remove');
    await expect(desk.categories.remove({ id: made.id, confirm: 'EU' }, desk.who)).rejects.toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    await desk.categories.remove({ id: made.id, confirm: 'EEA' }, desk.who);
    expect((await desk.categories.list({}, desk.who)).categories).toEqual([]);
    for (const call of ['add', 'edit', 'remove']) expect(desk.amp.count(`categories.${call}`)).toBe(1);
    expect(desk.amp.categories.size).toBe(0);
  });

  it('take holders in and let them go', async () => {
    const ids = ['Ann', 'Bob', 'Cid'].map((name) => desk.amp.addUser(name).id);
    const category = desk.amp.addCategory('EU');
    await desk.sync.run({}, desk.who);
    meet('categories.addUser');
    expect(
      await desk.categories.setMembers({ id: category.id, add: ids, remove: [] }, desk.who),
    ).toMatchObject({
      holders: 3,
    });
    meet('categories.removeUser');
    const [first = 0] = ids;
    expect(
      await desk.categories.setMembers({ id: category.id, add: [], remove: [first] }, desk.who),
    ).toMatchObject({ holders: 2 });
    expect(desk.amp.categories.get(category.id)?.registeredUsers).toEqual(ids.slice(1));
    expect((await desk.holders.list({ offset: 0, limit: 9, category: category.id }, desk.who)).total).toBe(2);
    expect(desk.amp.count('categories.addUser')).toBe(3);
  });
});

describe('changing members', () => {
  it('keeps what was done when AMP fails in between, and says how much', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => desk.amp.addUser(`Holder ${index}`).id);
    const category = desk.amp.addCategory('EU');
    await desk.sync.run({}, desk.who);
    desk.amp.fail('categories.addUser', 'unauthorized', 10);
    await expect(
      desk.categories.setMembers({ id: category.id, add: ids, remove: [] }, desk.who),
    ).rejects.toMatchObject({
      code: 'AMP_UNAUTHORIZED',
      message: expect.stringMatching(/^1[0-9] of 20 changes/),
    });
    const atAmp = desk.amp.categories.get(category.id)?.registeredUsers.length;
    expect((await desk.categories.list({}, desk.who)).categories[0]?.holders).toBe(atAmp);
  });

  it('refuses holders that do not exist or are named in both lists, before anything is sent', async () => {
    const { id: holder } = desk.amp.addUser('Ann');
    const category = desk.amp.addCategory('EU');
    await desk.sync.run({}, desk.who);
    const set = (add: number[], remove: number[]) =>
      desk.categories.setMembers({ id: category.id, add, remove }, desk.who);
    await expect(set([holder], [holder])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(set([holder, 4711], [])).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'add' });
    expect(desk.amp.count('categories.addUser')).toBe(0);
  });
});

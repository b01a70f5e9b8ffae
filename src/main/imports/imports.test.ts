import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { fileOf, openRegisters, type Registers } from '../../../test/support/registers.ts';
import { gaidOf } from '../../../test/support/register-amp.ts';

let desk: Registers;
beforeEach(() => {
  desk = openRegisters();
});

const page = { offset: 0, limit: 1000 };
const rowsOf = async (id: string, status?: 'good' | 'wrong' | 'duplicate') =>
  (await desk.imports.rows({ id, ...page, ...(status ? { status } : {}) }, desk.who)).rows;
const lines = async (id: string) => (await rowsOf(id)).map((row) => `${row.line} ${row.status}`);

/** An asset with two decimals that requires a category, three holders in it and one who is not. */
async function issuer() {
  const { amp } = desk;
  const category = amp.addCategory('EU');
  const options = { categories: [category.id] };
  const ann = amp.addUser('Ann', options);
  const bob = amp.addUser('Bob', options);
  const cid = amp.addUser('Cid', options);
  const dora = amp.addUser('Dora');
  const asset = amp.addAsset('ACME', { requirements: [category.id] });
  await desk.sync.run({}, desk.who);
  return { category, ann, bob, cid, dora, assetUuid: asset.assetUuid };
}

async function preview(assetUuid: string, text: string, fileName = 'may.csv') {
  return desk.allocations.importPreview({ assetUuid, fileName, content: fileOf(text) }, desk.who);
}

describe('an import under way', () => {
  it('tells what the file is and shows wrong rows first, each problem in its column', async () => {
    const { assetUuid } = await issuer();
    const summary = await preview(assetUuid, 'Recipient;Shares\nAnn;5\nEve;x\nAnn;6\nBob\n');
    expect(summary).toMatchObject({
      kind: 'allocation',
      fileName: 'may.csv',
      delimiter: ';',
      encoding: 'UTF-8',
      columns: ['Recipient', 'Shares'],
      counts: { total: 4, good: 1, wrong: 2, duplicate: 1 },
      importedBefore: null,
      committedAt: null,
    });
    expect(await rowsOf(summary.id)).toEqual([
      {
        line: 3,
        status: 'wrong',
        cells: { Recipient: 'Eve', Shares: 'x' },
        problems: [
          { column: 'Recipient', message: expect.stringContaining('There is no holder “Eve”') },
          { column: 'Shares', message: expect.stringContaining('“x” is no amount') },
        ],
      },
      {
        line: 5,
        status: 'wrong',
        cells: { Recipient: 'Bob', Shares: '' },
        problems: [{ column: null, message: expect.stringContaining('1 cell and the header 2') }],
      },
      {
        line: 4,
        status: 'duplicate',
        cells: { Recipient: 'Ann', Shares: '6' },
        problems: [{ column: null, message: expect.stringContaining('The same holder stands in line 2') }],
      },
      { line: 2, status: 'good', cells: { Recipient: 'Ann', Shares: '5' }, problems: [] },
    ]);
    expect(await rowsOf(summary.id, 'duplicate')).toHaveLength(1);
    expect(
      (await desk.imports.rows({ id: summary.id, status: 'wrong', offset: 1, limit: 1 }, desk.who)).total,
    ).toBe(2);
  });

  it('checks a corrected row again, and those that repeated it', async () => {
    const { assetUuid } = await issuer();
    const { id } = await preview(assetUuid, 'holder,amount\nAnn,5\nAnn,6\nAnn,7\nEve,8\n');
    expect(await lines(id)).toEqual(['5 wrong', '3 duplicate', '4 duplicate', '2 good']);
    const fixed = await desk.imports.fixRow({ id, line: 2, cells: { holder: 'Bob' } }, desk.who);
    expect(fixed.row).toMatchObject({ line: 2, status: 'good', cells: { holder: 'Bob', amount: '5' } });
    expect(await lines(id)).toEqual(['5 wrong', '4 duplicate', '2 good', '3 good']);
    const again = await desk.imports.fixRow({ id, line: 5, cells: { holder: 'bob' } }, desk.who);
    expect(again.row.status).toBe('duplicate');
    expect(again.summary.counts).toEqual({ total: 4, good: 2, wrong: 0, duplicate: 2 });
    await desk.imports.dropRow({ id, line: 2 }, desk.who);
    expect(await lines(id)).toEqual(['4 duplicate', '3 good', '5 good']);
    await desk.imports.dropRow({ id, line: 3 }, desk.who);
    expect(await lines(id)).toEqual(['4 good', '5 good']);
  });

  it('refuses corrections of what is not there', async () => {
    const { assetUuid } = await issuer();
    const { id } = await preview(assetUuid, 'holder,amount\nAnn,5\n');
    const fix = (line: number, cells: Record<string, string>) =>
      desk.imports.fixRow({ id, line, cells }, desk.who);
    await expect(fix(2, { Amount: '6' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'cells.Amount',
    });
    await expect(fix(9, { amount: '6' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(desk.imports.dropRow({ id, line: 9 }, desk.who)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(desk.imports.get({ id: 'other' }, desk.who)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('becomes right by itself when the registers do', async () => {
    const { assetUuid, category } = await issuer();
    const { id, counts } = await preview(assetUuid, 'holder,amount\nDora,5\nEve,6\n');
    expect(counts.wrong).toBe(2);
    const dora = (await desk.holders.list({ ...page, search: 'dora' }, desk.who)).rows[0]?.id ?? 0;
    await desk.categories.setMembers({ id: category.id, add: [dora], remove: [] }, desk.who);
    const eve = await desk.holders.add({ name: 'Eve', isCompany: false, gaid: gaidOf(400) }, desk.who);
    await desk.categories.setMembers({ id: category.id, add: [eve.id], remove: [] }, desk.who);
    expect((await desk.imports.get({ id }, desk.who)).counts).toMatchObject({ good: 2, wrong: 0 });
  });

  it('becomes wrong when a holder is removed before the commit', async () => {
    const { assetUuid, ann } = await issuer();
    const { id } = await preview(assetUuid, 'holder,amount\nAnn,5\nBob,6\n');
    await desk.holders.remove({ id: ann.id, confirm: 'Ann' }, desk.who);
    await expect(desk.allocations.importCommit({ id, name: 'May' }, desk.who)).rejects.toMatchObject({
      code: 'IMPORT_HAS_ERRORS',
      message: expect.stringMatching(/1 row is wrong.*line 2/),
    });
  });

  it('is handed back as a file that says what is wrong and can be imported once repaired', async () => {
    const { assetUuid } = await issuer();
    const { id } = await preview(
      assetUuid,
      'holder;amount;note\nAnn;5;=1+1\nEve;6;"a;b"\nAnn;7;-x\n',
      'a.b.csv',
    );
    const { fileName, content } = await desk.imports.annotated({ id }, desk.who);
    expect(fileName).toBe('a.b.checked.csv');
    const [header, ...body] = content.replace('\uFEFF', '').trimEnd().split('\r\n');
    expect(header).toBe('holder;amount;note;problem');
    expect(body[0]).toBe(`Ann;5;'=1+1;`);
    expect(body[1]).toMatch(/^Eve;6;"a;b";"There is no holder “Eve”\./);
    expect(body[2]).toMatch(/^Ann;7;'-x;The same holder stands in line 2/);
    const again = await preview(assetUuid, content.replace('Eve', 'Cid').replace('Ann;7', 'Bob;7'));
    expect(again.counts).toEqual({ total: 3, good: 3, wrong: 0, duplicate: 0 });
    const [first] = await rowsOf(again.id);
    expect(first?.cells['note']).toBe('=1+1');
    const twice = await desk.imports.annotated({ id: again.id }, desk.who);
    expect(twice.content.match(/problem/g)).toHaveLength(1);
  });

  it('can be thrown away until it is committed', async () => {
    const { assetUuid } = await issuer();
    const first = await preview(assetUuid, 'holder,amount\nAnn,5\n');
    await desk.imports.discard({ id: first.id }, desk.who);
    await expect(desk.imports.get({ id: first.id }, desk.who)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(desk.store.db.prepare('SELECT count(*) FROM import_row').pluck().get()).toBe(0n);
    const second = await preview(assetUuid, 'holder,amount\nAnn,5\n');
    await desk.allocations.importCommit({ id: second.id, name: 'May' }, desk.who);
    for (const call of [
      () => desk.imports.discard({ id: second.id }, desk.who),
      () => desk.imports.dropRow({ id: second.id, line: 2 }, desk.who),
      () => desk.imports.fixRow({ id: second.id, line: 2, cells: { amount: '6' } }, desk.who),
      () => desk.allocations.importCommit({ id: second.id, name: 'June' }, desk.who),
    ]) {
      await expect((async () => call())()).rejects.toMatchObject({ code: 'CONFLICT' });
    }
  });

  it('is recognised when the same bytes were committed before, for the same asset', async () => {
    const { assetUuid } = await issuer();
    const text = 'holder,amount\nAnn,5\n';
    const first = await preview(assetUuid, text);
    expect((await preview(assetUuid, text)).importedBefore).toBeNull();
    await desk.allocations.importCommit({ id: first.id, name: 'May' }, desk.who);
    const { committedAt } = await desk.imports.get({ id: first.id }, desk.who);
    expect(committedAt).toEqual(expect.any(Number));
    expect((await preview(assetUuid, text, 'other-name.csv')).importedBefore).toBe(committedAt);
    expect((await preview(assetUuid, `${text}\n`)).importedBefore).toBeNull();
  });

  it('is committed by its own kind only', async () => {
    const { assetUuid } = await issuer();
    const { id } = await preview(assetUuid, 'holder,amount\nAnn,5\n');
    await desk.holders.add({ name: 'Zed', isCompany: false }, desk.who);
    await expect(desk.holders.importCommit({ id }, desk.who)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(await lines(id)).toEqual(['2 good']);
  });

  it('stands after any corrections as if the file had been so from the start', async () => {
    const { assetUuid } = await issuer();
    const who = fc.constantFrom('Ann', 'Bob', 'Cid', 'Eve', '');
    const amount = fc.constantFrom('5', '6', 'x');
    const change = fc.record({
      at: fc.nat(9),
      holder: fc.option(who),
      amount: fc.option(amount),
      drop: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(who, amount), { minLength: 1, maxLength: 8 }),
        fc.array(change, { maxLength: 6 }),
        async (rows, changes) => {
          const text = (lines: readonly (readonly [string, string])[]) =>
            `holder,amount,note\n${lines.map(([holder, value]) => `${holder},${value},n`).join('\n')}\n`;
          const { id } = await preview(assetUuid, text(rows));
          const model = rows.map(([holder, value], index) => ({ line: index + 2, holder, value }));
          for (const { at, holder, amount: value, drop } of changes) {
            const row = model[at];
            if (!row) continue;
            if (drop && model.length > 1) {
              await desk.imports.dropRow({ id, line: row.line }, desk.who);
              model.splice(at, 1);
              continue;
            }
            const cells = {
              ...(holder === null ? {} : { holder }),
              ...(value === null ? {} : { amount: value }),
            };
            await desk.imports.fixRow({ id, line: row.line, cells }, desk.who);
            row.holder = holder ?? row.holder;
            row.value = value ?? row.value;
          }
          const fresh = await preview(assetUuid, text(model.map((row) => [row.holder, row.value] as const)));
          const inOrder = async (of: string) =>
            (await rowsOf(of))
              .toSorted((a, b) => a.line - b.line)
              .map((row) => [row.status, row.problems.length]);
          expect(await inOrder(id)).toEqual(await inOrder(fresh.id));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lets others have their turn while a long file is read, checked and committed', async () => {
    const { assetUuid } = await issuer();
    for (let index = 0; index < 6000; index += 1) desk.amp.addUser(`Holder ${index}`, { categories: [1] });
    await desk.sync.run({}, desk.who);
    let turns = 0;
    let running = true;
    const turn = () => {
      turns += 1;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    const body = Array.from({ length: 6000 }, (_, index) => `Holder ${index},1`).join('\n');
    const { id, counts } = await preview(assetUuid, `holder,amount\n${body}\n`);
    const read = turns;
    expect(counts.good).toBe(6000);
    await desk.allocations.importCommit({ id, name: 'Long' }, desk.who);
    running = false;
    expect(read).toBeGreaterThanOrEqual(6);
    expect(turns - read).toBeGreaterThanOrEqual(6);
  });

  it('leaves nothing behind when a file cannot be read or a crash interrupts it', async () => {
    const { assetUuid } = await issuer();
    await expect(preview(assetUuid, 'holder,amount\n"Ann,5')).rejects.toMatchObject({
      code: 'CSV_MALFORMED',
    });
    const { id } = await preview(assetUuid, 'holder,amount\nAnn,5\n');
    desk.store.db.exec(`UPDATE import SET state = 'reading'`);
    await expect(desk.imports.get({ id }, desk.who)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    desk = openRegisters({ store: desk.store, amp: desk.amp });
    expect(desk.store.db.prepare('SELECT count(*) FROM import').pluck().get()).toBe(0n);
  });
});

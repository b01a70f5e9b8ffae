import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { amount, MAX_AMOUNT } from '../../shared/money.ts';
import { gaidOf } from '../../../test/support/register-amp.ts';
import { fileOf, openRegisters, type Registers } from '../../../test/support/registers.ts';

let desk: Registers;
beforeEach(() => {
  desk = openRegisters();
});

const page = { offset: 0, limit: 1000 };
const codes = async (id: string) =>
  (await desk.allocations.rows({ id, ...page }, desk.who)).rows.map((row) =>
    row.problems.map((problem) => problem.code),
  );

async function issuer(precision = 2) {
  const category = desk.amp.addCategory('EU');
  const accredited = desk.amp.addCategory('Accredited');
  const both = { categories: [category.id, accredited.id] };
  const ann = desk.amp.addUser('Ann', both);
  const bob = desk.amp.addUser('Bob', both);
  const asset = desk.amp.addAsset('ACME', { precision, requirements: [category.id, accredited.id] });
  await desk.sync.run({}, desk.who);
  return { category, accredited, both, ann, bob, assetUuid: asset.assetUuid };
}

async function preview(assetUuid: string, text: string) {
  return desk.allocations.importPreview({ assetUuid, fileName: 'may.csv', content: fileOf(text) }, desk.who);
}

async function problemsOf(assetUuid: string, row: string, header = 'holder,amount,note') {
  const { id } = await preview(assetUuid, `${header}\n${row}\n`);
  const { rows } = await desk.imports.rows({ id, ...page }, desk.who);
  return rows.flatMap((found) => found.problems.map((problem) => problem.message)).join(' ');
}

describe('checking a file', () => {
  it('knows a holder by name, number and GAID, in one column or several', async () => {
    const { assetUuid, ann } = await issuer();
    for (const who of ['Ann', ' ann ', String(ann.id), ann.gaid ?? '']) {
      expect(await problemsOf(assetUuid, `${who},5,`)).toBe('');
    }
    const columns = 'name,id,gaid,amount';
    expect(await problemsOf(assetUuid, `Ann,${ann.id},${ann.gaid},5`, columns)).toBe('');
    expect(await problemsOf(assetUuid, `,,${ann.gaid},5`, columns)).toBe('');
    expect(await problemsOf(assetUuid, `Bob,${ann.id},,5`, columns)).toContain('means two holders');
    expect(await problemsOf(assetUuid, `,,,5`, columns)).toContain('The holder is missing');
    expect(await problemsOf(assetUuid, `,77,,5`, columns)).toContain('no holder number 77');
    expect(await problemsOf(assetUuid, `,,${gaidOf(999)},5`, columns)).toContain(
      'No holder receives at the GAID',
    );
  });

  it('does not choose between namesakes, unless another column does', async () => {
    const { both } = await issuer();
    const one = desk.amp.addUser('Eve', both);
    const two = desk.amp.addUser('Eve', both);
    const accent = desk.amp.addUser('Ève', both);
    await desk.sync.run({}, desk.who);
    const { assetUuid } = [...desk.amp.assets.values()][0] ?? { assetUuid: '' };
    expect(await problemsOf(assetUuid, 'Eve,5,')).toContain(`2 holders (numbers ${one.id}, ${two.id})`);
    expect(await problemsOf(assetUuid, `Eve,${two.id},5`, 'name,id,amount')).toBe('');
    expect(await problemsOf(assetUuid, `Ève,${two.id},5`, 'name,id,amount')).toContain('means two holders');
    const { id } = await preview(assetUuid, 'holder,amount\nève,5\n');
    const made = await desk.allocations.importCommit({ id, name: 'x' }, desk.who);
    expect((await desk.allocations.rows({ id: made.id, ...page }, desk.who)).rows[0]?.holderId).toBe(
      accent.id,
    );
  });

  it('finds who cannot receive: no GAID, and every requirement that is not met', async () => {
    const { assetUuid, category } = await issuer();
    desk.amp.addUser('Nogaid', { gaid: null, categories: [category.id] });
    await desk.sync.run({}, desk.who);
    const found = await problemsOf(assetUuid, 'Nogaid,5,');
    expect(found).toContain('has no GAID');
    expect(found).toContain('is not in the category “Accredited”, which');
  });

  it.each([
    ['0', 'zero'],
    ['-5', 'negative'],
    ['5.123', '3 decimals; this asset has 2'],
    ['21000000000000.01', 'more than the most'],
    ['"1,250"', 'can be 1250 or 1.250'],
    ['', 'missing'],
  ])('finds the amount %s', async (text, message) => {
    const { assetUuid } = await issuer();
    const found = await problemsOf(assetUuid, `Ann,${text},x`);
    // The sole figure of this file leaves open what its mark means.
    expect(found).toContain(text === '5.123' ? 'can be 5123 or 5.123' : message);
    expect(await problemsOf(assetUuid, `Ann,${text},x\nBob,7.5,y`)).toContain(
      text === '"1,250"' ? '' : message,
    );
  });

  it('lets the file’s own figures settle what a mark means', async () => {
    const { assetUuid } = await issuer();
    const { id } = await preview(assetUuid, 'holder,amount\nAnn,"1,250"\nBob,7.5\n');
    await desk.allocations.importCommit({ id, name: 'May' }, desk.who);
    const [allocation] = (await desk.allocations.list({}, desk.who)).allocations;
    expect(allocation?.total).toBe(125750n);
  });

  it('needs a column for holders and one for amounts', async () => {
    const { assetUuid } = await issuer();
    await expect(preview(assetUuid, 'amount,note\n5,x\n')).rejects.toMatchObject({
      code: 'CSV_MALFORMED',
      message: 'The file has no column for the holders.',
    });
    await expect(preview(assetUuid, 'holder,note\nAnn,x\n')).rejects.toMatchObject({
      code: 'CSV_MALFORMED',
      message: 'The file has no column for the amounts.',
    });
    await expect(
      preview('00000000-0000-4000-8000-000000000000', 'holder,amount\nAnn,5\n'),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('reads a note that is too long as a problem, and its own template', async () => {
    const { assetUuid } = await issuer();
    expect(await problemsOf(assetUuid, `Ann,5,${'x'.repeat(501)}`)).toContain('501 characters');
    const { content } = await desk.allocations.importTemplate({}, desk.who);
    expect((await preview(assetUuid, `${content}Ann,5,\r\n`)).counts.good).toBe(1);
  });
});

describe('an allocation', () => {
  it('is made of a checked import in one go, to the unit', async () => {
    const { assetUuid, ann } = await issuer();
    const { id } = await preview(assetUuid, 'holder;amount;note\nBob;1.250,50;Mai\nAnn;7;=x\n');
    const made = await desk.allocations.importCommit({ id, name: 'May' }, desk.who);
    expect(made).toMatchObject({
      name: 'May',
      assetUuid,
      rows: 2,
      total: 125750n,
      problems: 0,
      open: 2,
      paid: 0,
    });
    const { rows, total } = await desk.allocations.rows({ id: made.id, ...page }, desk.who);
    expect(total).toBe(2);
    expect(rows).toMatchObject([
      {
        holderName: 'Bob',
        amount: 125050n,
        note: 'Mai',
        state: 'open',
        problems: [],
        operationId: null,
        txid: null,
      },
      { holderId: ann.id, holderName: 'Ann', gaid: ann.gaid, amount: 700n, note: '=x' },
    ]);
    expect([...desk.store.auditAll()].at(-1)).toMatchObject({
      type: 'allocation.imported',
      actor: 'test',
      data: { rows: 2, total: '125750', name: 'May' },
    });
  });

  it('is not there at all when its import is cut off', async () => {
    const { assetUuid } = await issuer();
    const { id } = await preview(assetUuid, 'holder,amount\nAnn,5\nBob,6\n');
    desk.store.db.exec(
      `CREATE TEMP TRIGGER cut BEFORE UPDATE OF complete ON allocation BEGIN SELECT RAISE(ABORT, 'cut'); END`,
    );
    await expect(desk.allocations.importCommit({ id, name: 'May' }, desk.who)).rejects.toThrow('cut');
    expect((await desk.allocations.list({}, desk.who)).allocations).toEqual([]);
    expect(desk.store.db.prepare('SELECT count(*) FROM allocation_row').pluck().get()).toBe(0n);
    desk.store.db.exec('DROP TRIGGER cut');
    expect((await desk.allocations.importCommit({ id, name: 'May' }, desk.who)).rows).toBe(2);
  });

  it('hides what a crash left of an import, and lets the import be committed again', async () => {
    const { assetUuid } = await issuer();
    const { id } = await preview(assetUuid, 'holder,amount\nAnn,5\nBob,6\n');
    desk.store.db.exec(`UPDATE import SET state = 'committing'`);
    desk.store.db.exec(`INSERT INTO allocation VALUES ('half', 0, 'May', '${assetUuid}', '${id}', 0, 0, 0)`);
    expect((await desk.allocations.list({}, desk.who)).allocations).toEqual([]);
    desk = openRegisters({ store: desk.store, amp: desk.amp });
    expect(desk.store.db.prepare('SELECT count(*) FROM allocation').pluck().get()).toBe(0n);
    expect((await desk.allocations.importCommit({ id, name: 'May' }, desk.who)).rows).toBe(2);
  });

  it('is made, filled, changed and removed by hand, with every step in the audit trail', async () => {
    const { assetUuid, ann, bob } = await issuer();
    const { id } = await desk.allocations.create({ name: 'June', assetUuid }, desk.who);
    const row = await desk.allocations.addRow(
      { id, holderId: ann.id, amount: amount(5n), note: 'x' },
      desk.who,
    );
    await desk.allocations.addRow({ id, holderId: bob.id, amount: amount(6n) }, desk.who);
    expect(row).toMatchObject({ holderName: 'Ann', amount: 5n, note: 'x', problems: [] });
    const edited = await desk.allocations.editRow({ id, rowId: row.id, amount: amount(50n) }, desk.who);
    expect(edited).toMatchObject({ amount: 50n, note: 'x' });
    expect((await desk.allocations.editRow({ id, rowId: row.id, note: '' }, desk.who)).note).toBe('');
    expect(await desk.allocations.get({ id }, desk.who)).toMatchObject({ rows: 2, total: 56n, open: 2 });
    await desk.allocations.removeRow({ id, rowId: row.id }, desk.who);
    expect(await desk.allocations.get({ id }, desk.who)).toMatchObject({ rows: 1, total: 6n });
    await desk.allocations.remove({ id }, desk.who);
    await expect(Promise.resolve().then(() => desk.allocations.get({ id }, desk.who))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(desk.auditTypes().filter((type) => type.startsWith('allocation.'))).toEqual([
      'allocation.created',
      'allocation.row-added',
      'allocation.row-added',
      'allocation.row-edited',
      'allocation.row-edited',
      'allocation.row-removed',
      'allocation.removed',
    ]);
  });

  it('refuses amounts that cannot be paid and holders that do not exist', async () => {
    const { assetUuid, ann } = await issuer();
    const { id } = await desk.allocations.create({ name: 'June', assetUuid }, desk.who);
    const add = (holderId: number, value: bigint) =>
      Promise.resolve().then(() =>
        desk.allocations.addRow({ id, holderId, amount: amount(value) }, desk.who),
      );
    for (const value of [0n, -1n, MAX_AMOUNT + 1n]) {
      await expect(add(ann.id, value)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'amount' });
    }
    await expect(add(4711, 5n)).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'holderId' });
    expect((await add(ann.id, MAX_AMOUNT)).amount).toBe(MAX_AMOUNT);
  });

  it('judges its rows by the registers as they are now', async () => {
    const { assetUuid, ann, bob, category } = await issuer();
    const { id } = await desk.allocations.create({ name: 'June', assetUuid }, desk.who);
    for (const holder of [ann, bob, ann]) {
      await desk.allocations.addRow({ id, holderId: holder.id, amount: amount(5n) }, desk.who);
    }
    expect(await codes(id)).toEqual([[], [], ['duplicate']]);
    await desk.categories.setMembers({ id: category.id, add: [], remove: [ann.id] }, desk.who);
    expect(await codes(id)).toEqual([['category-missing'], [], ['category-missing', 'duplicate']]);
    Object.assign(desk.amp.users.get(bob.id)?.user ?? {}, { gaid: null });
    await desk.sync.run({}, desk.who);
    expect(await codes(id)).toEqual([['category-missing'], ['no-gaid'], ['category-missing', 'duplicate']]);
    await desk.holders.remove({ id: ann.id, confirm: 'Ann' }, desk.who);
    expect(await codes(id)).toEqual([['unknown-holder'], ['no-gaid'], ['unknown-holder', 'duplicate']]);
    expect((await desk.allocations.get({ id }, desk.who)).problems).toBe(3);
    const { rows } = await desk.allocations.rows({ id, ...page, onlyProblems: true }, desk.who);
    expect(rows[0]).toMatchObject({ holderId: null, holderName: 'Ann' });
    await desk.assets.setRequirement({ assetUuid, category: category.id, required: false }, desk.who);
    expect((await desk.allocations.list({}, desk.who)).allocations[0]?.problems).toBe(3);
  });

  it('lists, searches, sorts and pages its rows', async () => {
    const { assetUuid, ann, bob, both } = await issuer();
    const zoe = desk.amp.addUser('Zoë', both);
    await desk.sync.run({}, desk.who);
    const { id } = await desk.allocations.create({ name: 'June', assetUuid }, desk.who);
    for (const [holder, value, note] of [
      [zoe, 1n, 'first'],
      [ann, 30n, ''],
      [bob, 200n, '50% of it'],
    ] as const) {
      await desk.allocations.addRow({ id, holderId: holder.id, amount: amount(value), note }, desk.who);
    }
    const names = async (query: object) => {
      const { rows, total } = await desk.allocations.rows({ id, ...page, ...query }, desk.who);
      return [rows.map((row) => row.holderName).join(' '), total];
    };
    expect(await names({})).toEqual(['Zoë Ann Bob', 3]);
    expect(await names({ sort: { by: 'holderName', direction: 'asc' } })).toEqual(['Ann Bob Zoë', 3]);
    expect(await names({ sort: { by: 'amount', direction: 'desc' } })).toEqual(['Bob Ann Zoë', 3]);
    expect(await names({ sort: { by: 'amount', direction: 'asc' }, offset: 1, limit: 1 })).toEqual([
      'Ann',
      3,
    ]);
    expect(await names({ search: 'zoe' })).toEqual(['Zoë', 1]);
    expect(await names({ search: '50%' })).toEqual(['Bob', 1]);
    expect(await names({ search: (ann.gaid ?? '').slice(-8) })).toEqual(['Ann', 1]);
    expect(await names({ onlyProblems: true })).toEqual(['', 0]);
    await desk.holders.edit({ id: zoe.id, name: 'Alma' }, desk.who);
    expect(await names({ sort: { by: 'holderName', direction: 'asc' } })).toEqual(['Alma Ann Bob', 3]);
  });

  it('comes back the same when its export is imported, at every precision', async () => {
    const holders = Array.from({ length: 8 }, (_, index) => desk.amp.addUser(`=Holder, "${index}"`));
    const assets = Array.from({ length: 9 }, (_, precision) =>
      desk.amp.addAsset(`T${precision}`, { precision }),
    );
    await desk.sync.run({}, desk.who);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 8 }),
        fc.array(fc.tuple(fc.bigInt({ min: 1n, max: MAX_AMOUNT }), fc.string({ maxLength: 20 })), {
          minLength: 1,
          maxLength: 8,
        }),
        async (precision, entries) => {
          const assetUuid = assets[precision]?.assetUuid ?? '';
          const { id } = await desk.allocations.create({ name: 'x', assetUuid }, desk.who);
          for (const [index, [value, note]] of entries.entries()) {
            const holderId = holders[index]?.id ?? 0;
            await desk.allocations.addRow(
              { id, holderId, amount: amount(value), note: note.trim() },
              desk.who,
            );
          }
          const { content } = await desk.allocations.export({ id }, desk.who);
          const again = await preview(assetUuid, content);
          expect(again.counts.good).toBe(entries.length);
          const made = await desk.allocations.importCommit({ id: again.id, name: 'y' }, desk.who);
          const rows = async (of: string) =>
            (await desk.allocations.rows({ id: of, ...page }, desk.who)).rows.map((row) => [
              row.holderId,
              row.amount,
              row.note,
            ]);
          expect(await rows(made.id)).toEqual(await rows(id));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what the engine does with rows', () => {
  async function ready() {
    const { assetUuid, ann, bob } = await issuer();
    const { id } = await desk.allocations.create({ name: 'June', assetUuid }, desk.who);
    const one = await desk.allocations.addRow({ id, holderId: ann.id, amount: amount(5n) }, desk.who);
    const two = await desk.allocations.addRow({ id, holderId: bob.id, amount: amount(6n) }, desk.who);
    return { id, one, two, ann };
  }
  const tx = (work: () => void) => desk.store.tx(work);

  it('gives it open rows, takes them into an operation, and marks them paid', async () => {
    const { id, one, two, ann } = await ready();
    expect(desk.payments.rowsToPay(id)).toMatchObject([
      { rowId: one.id, holderId: ann.id, holderName: 'Ann', gaid: ann.gaid, amount: 5n },
      { rowId: two.id, amount: 6n },
    ]);
    tx(() => desk.payments.markInOperation([one.id, two.id], 'op'));
    expect(desk.payments.rowsToPay(id)).toEqual([]);
    tx(() => desk.payments.markPaid(one.id, 'f'.repeat(64)));
    tx(() => desk.payments.markPaid(one.id, 'f'.repeat(64)));
    expect(await desk.allocations.get({ id }, desk.who)).toMatchObject({ open: 0, paid: 1, rows: 2 });
    tx(() => desk.payments.release([one.id, two.id]));
    expect(desk.payments.rowsToPay(id).map((row) => row.rowId)).toEqual([two.id]);
    const { rows } = await desk.allocations.rows({ id, ...page }, desk.who);
    expect(rows).toMatchObject([
      { state: 'paid', operationId: 'op', txid: 'f'.repeat(64) },
      { state: 'open', operationId: null, txid: null },
    ]);
  });

  it('never lets a row into two operations or be paid by two transactions', async () => {
    const { id, one, two } = await ready();
    tx(() => desk.payments.markInOperation([one.id], 'op'));
    expect(() => tx(() => desk.payments.markInOperation([two.id, one.id], 'other'))).toThrow(
      /in another operation/,
    );
    expect(desk.payments.rowsToPay(id).map((row) => row.rowId)).toEqual([two.id]);
    tx(() => desk.payments.markPaid(one.id, 'a'.repeat(64)));
    expect(() => tx(() => desk.payments.markPaid(one.id, 'b'.repeat(64)))).toThrow(
      /cannot be marked as paid/,
    );
    expect(() => tx(() => desk.payments.markPaid(two.id, 'b'.repeat(64)))).toThrow(/it is open/);
    expect(() => desk.payments.release([one.id])).toThrow(/inside store.tx/);
  });

  it('leaves rows in an operation as they are, whoever asks', async () => {
    const { id, one } = await ready();
    tx(() => desk.payments.markInOperation([one.id], 'op'));
    for (const call of [
      () => desk.allocations.editRow({ id, rowId: one.id, amount: amount(9n) }, desk.who),
      () => desk.allocations.removeRow({ id, rowId: one.id }, desk.who),
    ]) {
      await expect((async () => call())()).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    await expect(
      Promise.resolve().then(() => desk.allocations.remove({ id }, desk.who)),
    ).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    expect(desk.payments.allocation(id)).toMatchObject({ name: 'June', problems: 0 });
  });
});

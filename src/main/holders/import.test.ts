import { beforeEach, describe, expect, it } from 'vitest';
import { gaidOf } from '../../../test/support/register-amp.ts';
import { fileOf, openRegisters, type Registers } from '../../../test/support/registers.ts';

let desk: Registers;
beforeEach(() => {
  desk = openRegisters();
});

const preview = (text: string) =>
  desk.holders.importPreview({ fileName: 'holders.csv', content: fileOf(text) }, desk.who);
const commit = async (id: string) => desk.holders.importCommit({ id }, desk.who);
const rowsOf = async (id: string) => (await desk.imports.rows({ id, offset: 0, limit: 1000 }, desk.who)).rows;
const problemsOf = async (text: string) => {
  const { id } = await preview(text);
  return (await rowsOf(id)).flatMap((row) =>
    row.problems.map((problem) => `${problem.column}: ${problem.message}`),
  );
};
const atAmp = () => [...desk.amp.users.values()].map((held) => held.user.name).sort();

/** A file of `count` holders in one category. */
const many = (count: number) =>
  `name,gaid,company,categories\n${Array.from({ length: count }, (_, index) => `Holder ${index},${gaidOf(1000 + index)},no,EU`).join('\n')}\n`;

describe('checking a file of holders', () => {
  beforeEach(async () => {
    desk.amp.addCategory('EU');
    desk.amp.addCategory('Accredited');
    await desk.sync.run({}, desk.who);
  });

  it('offers a template that reads as what it is', async () => {
    const { content } = await desk.holders.importTemplate({}, desk.who);
    const { counts, columns } = await preview(`${content}Ann,${gaidOf(7)},yes,eu | Accredited\r\n`);
    expect(columns).toEqual(['name', 'gaid', 'company', 'categories']);
    expect(counts).toEqual({ total: 1, good: 1, wrong: 0, duplicate: 0 });
  });

  it('needs a column of names', async () => {
    await expect(preview(`gaid\n${gaidOf(1)}\n`)).rejects.toMatchObject({
      code: 'CSV_MALFORMED',
      next: expect.stringContaining('Call one of the columns “name”'),
    });
  });

  it.each([
    ['a missing name', `,${gaidOf(1)},no,`, 'name: The name is missing.'],
    ['a name beyond AMP’s limit', `${'x'.repeat(256)},,,`, 'name: The name has 256 characters'],
    ['what is no GAID', 'Ann,GA0O,no,', 'gaid: “GA0O” is no GAID'],
    ['a company that is neither yes nor no', 'Ann,,perhaps,', 'company: “perhaps” is neither yes nor no.'],
    ['an unknown category', 'Ann,,,EU|Mars', 'categories: There is no category “Mars”'],
  ])('finds %s', async (_what, row, problem) => {
    const [found] = await problemsOf(`name,gaid,company,categories\n${row}\n`);
    expect(found).toContain(problem);
  });

  it('asks AMP about each new GAID once, a few at a time', async () => {
    desk.amp.invalidGaids.add(gaidOf(1001));
    const first = await preview(many(20));
    expect(first.counts).toMatchObject({ good: 19, wrong: 1 });
    expect((await rowsOf(first.id))[0]?.problems[0]?.message).toContain('GAID not found');
    expect(desk.amp.count('gaids.validate')).toBe(20);
    await preview(many(20));
    expect(desk.amp.count('gaids.validate')).toBe(20);
  });

  it('asks again about a GAID that AMP did not know a while ago', async () => {
    desk.amp.invalidGaids.add(gaidOf(1001));
    const { id } = await preview(many(3));
    desk.amp.invalidGaids.clear();
    const fix = () => desk.imports.fixRow({ id, line: 3, cells: { name: 'Renamed' } }, desk.who);
    expect((await fix()).row.status).toBe('wrong');
    desk.pass(10 * 60 * 1000);
    expect((await fix()).row.status).toBe('good');
    expect(desk.amp.count('gaids.validate')).toBe(4);
  });

  it('does not blame the file when AMP is away', async () => {
    for (let index = 0; index < 20; index += 1) desk.amp.fail('gaids.validate', 'request-lost');
    expect((await preview(many(3))).counts).toMatchObject({ good: 3 });
  });

  it('checks very long files by shape only', async () => {
    expect((await preview(many(1001))).counts).toMatchObject({ good: 1001 });
    expect(desk.amp.count('gaids.validate')).toBe(0);
  });

  it('finds rows that repeat each other', async () => {
    const gaid = gaidOf(50);
    const { id } = await preview(`name,gaid\nAnn,${gaid}\nAnna,${gaid}\nBob,\nBOB ,\nAnn,\n`);
    expect((await rowsOf(id)).map((row) => `${row.line} ${row.status}`)).toEqual([
      '3 duplicate',
      '5 duplicate',
      '2 good',
      '4 good',
      '6 good',
    ]);
  });

  describe('against holders that AMP has', () => {
    it('takes a GAID as proof, a name alone only as a hint', async () => {
      const ann = desk.amp.addUser('Ann');
      const bob = desk.amp.addUser('Bob', { gaid: null, isCompany: true });
      await desk.sync.run({}, desk.who);
      const status = async (row: string) => {
        const { id } = await preview(`id,name,gaid,company\n${row}\n`);
        const [found] = await rowsOf(id);
        return `${found?.status} ${found?.problems[0]?.message ?? ''}`;
      };
      expect(await status(`,ann,${ann.gaid},`)).toBe('good ');
      expect(await status(`,Eve,${ann.gaid},`)).toContain(
        `wrong This GAID belongs to “Ann” (number ${ann.id})`,
      );
      expect(await status(`,Ann,${gaidOf(80)},`)).toBe('good ');
      expect(await status(',Ann,,')).toMatch(/^duplicate A holder “Ann” is registered already/);
      expect(await status(`,Bob,${gaidOf(80)},`)).toMatch(/^duplicate .*without a GAID \(number/);
      expect(await status(`${bob.id},Bob,${gaidOf(80)},`)).toBe('good ');
      expect(await status(`${bob.id},Bobby,,`)).toContain('is called “Bob”');
      expect(await status(`${bob.id},Bob,,no`)).toContain('has this holder as a company');
      expect(await status(`${ann.id},Ann,${gaidOf(80)},`)).toContain('receives at another GAID');
      expect(await status('999,Ann,,')).toContain('no holder number 999');
    });
  });
});

describe('registering a file of holders', () => {
  let category: number;
  beforeEach(async () => {
    category = desk.amp.addCategory('EU').id;
    await desk.sync.run({}, desk.who);
  });
  const members = () => desk.amp.categories.get(category)?.registeredUsers.length;

  it('registers every row and puts it into its categories', async () => {
    const { id } = await preview(many(30));
    expect(await commit(id)).toEqual({ added: 30, alreadyThere: 0 });
    expect(desk.amp.users.size).toBe(30);
    expect(members()).toBe(30);
    expect((await desk.holders.list({ offset: 0, limit: 1, category }, desk.who)).total).toBe(30);
    expect((await desk.imports.get({ id }, desk.who)).committedAt).toEqual(expect.any(Number));
    expect(desk.auditTypes().filter((type) => type === 'holder.added')).toHaveLength(30);
  });

  it('gives an existing holder the GAID and the categories that it lacks', async () => {
    const bob = desk.amp.addUser('Bob', { gaid: null });
    await desk.sync.run({}, desk.who);
    const { id } = await preview(`id,name,gaid,categories\n${bob.id},Bob,${gaidOf(70)},EU\n`);
    expect(await commit(id)).toEqual({ added: 0, alreadyThere: 1 });
    expect(desk.amp.users.get(bob.id)).toMatchObject({
      gaids: [gaidOf(70)],
      user: { gaid: gaidOf(70), categories: [category] },
    });
    expect((await desk.holders.list({ offset: 0, limit: 1, category }, desk.who)).rows[0]?.gaid).toBe(
      gaidOf(70),
    );
  });

  it('refuses while a row is wrong or a duplicate, and sends nothing', async () => {
    const { id } = await preview('name,categories\nAnn,EU\nBob,Mars\nAnn,EU\n');
    await expect(commit(id)).rejects.toMatchObject({
      code: 'IMPORT_HAS_ERRORS',
      message: 'Nothing was imported: 1 row is wrong and 1 row is a duplicate. The first is in line 3.',
    });
    expect(desk.amp.users.size).toBe(0);
  });

  it.each([
    ['registeredUsers.add', 'answer-lost'],
    ['registeredUsers.add', 'request-lost'],
    ['registeredUsers.add', 'unauthorized'],
    ['categories.addUser', 'answer-lost'],
    ['categories.addUser', 'unauthorized'],
  ] as const)('carries on to the same end after %s: %s', async (call, fault) => {
    for (const after of [0, 3, 9]) desk.amp.fail(call, fault, after);
    const { id } = await preview(
      many(20).replaceAll(/,GA\w+,/g, (gaid, at: number) => (at % 2 ? gaid : ',,')),
    );
    let attempts = 0;
    for (;;) {
      attempts += 1;
      const result = await commit(id).catch((error: unknown) => error);
      if (!(result instanceof Error)) {
        expect(result).toEqual({ added: 20, alreadyThere: 0 });
        break;
      }
      expect(result.message).toMatch(/^The import stopped after \d+ of 20 rows\./);
      expect(attempts).toBeLessThan(6);
      // A stopped import can be seen, and carried on by another run of the desk.
      expect((await desk.imports.get({ id }, desk.who)).counts.good).toBe(20);
      desk = openRegisters({ store: desk.store, amp: desk.amp });
    }
    expect(atAmp()).toEqual(Array.from({ length: 20 }, (_, index) => `Holder ${index}`).sort());
    expect(members()).toBe(20);
  });

  it('adopts what AMP has when the desk was killed between request and answer', async () => {
    const { id } = await preview('name,gaid\nAnn,\nBob,\n');
    // The process dies here: the intent is on disk, AMP has Ann, the outcome is not written.
    desk.store.db
      .prepare(
        `UPDATE import_row SET journal = 'intent', data = json_set(data, '$.before', json('[]')) WHERE line = 2`,
      )
      .run();
    desk.store.db.exec(`UPDATE import SET state = 'committing'`);
    desk.amp.addUser('Ann', { gaid: null });
    desk = openRegisters({ store: desk.store, amp: desk.amp });
    await desk.sync.run({}, desk.who);
    expect(await commit(id)).toEqual({ added: 2, alreadyThere: 0 });
    expect(atAmp()).toEqual(['Ann', 'Bob']);
  });

  it('marks rows that AMP refuses, registers the others, and takes the corrected row later', async () => {
    const { id } = await preview(many(1001));
    desk.amp.invalidGaids.add(gaidOf(1500));
    await expect(commit(id)).rejects.toMatchObject({
      code: 'IMPORT_HAS_ERRORS',
      message: 'AMP refused 1 of 1001 rows; the other 1000 are registered.',
    });
    expect(desk.amp.users.size).toBe(1000);
    const [wrong] = await rowsOf(id);
    expect(wrong).toMatchObject({
      line: 502,
      status: 'wrong',
      problems: [{ message: expect.stringContaining('AMP refused this row') }],
    });
    await expect(desk.imports.dropRow({ id, line: 3 }, desk.who)).rejects.toMatchObject({ code: 'CONFLICT' });
    await desk.imports.fixRow({ id, line: 502, cells: { gaid: gaidOf(5000) } }, desk.who);
    expect(await commit(id)).toEqual({ added: 1001, alreadyThere: 0 });
    expect(desk.amp.users.size).toBe(1001);
    expect(members()).toBe(1001);
  });

  it('can be looked at while it runs, and is not started twice', async () => {
    const { id } = await preview(many(40));
    const both = Promise.allSettled([commit(id), commit(id)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await desk.imports.get({ id }, desk.who)).counts.total).toBe(40);
    expect(await both).toMatchObject([
      { value: { added: 40, alreadyThere: 0 } },
      { reason: { code: 'CONFLICT' } },
    ]);
    expect(desk.amp.users.size).toBe(40);
    expect(desk.events.filter((event) => event.name === 'sync.progress').length).toBeGreaterThanOrEqual(40);
  });
});

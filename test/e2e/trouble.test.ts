import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Amount } from '../../src/shared/money.ts';
import { Desk } from './support/desk.ts';
import {
  expectPaid,
  importAllocation,
  mineToTheEnd,
  operationNow,
  registerBeneficiaries,
  whenItRests,
} from './support/job.ts';
import { tellAsStory } from './support/story.ts';

const HOLDERS = 30;

let desk: Desk;
let due: ReadonlyMap<string, Amount>;
beforeAll(async () => {
  desk = await Desk.open();
  await desk.openSandbox();
  await desk.sandbox('POST', 'options', { blockSeconds: 0 });
});
afterAll(() => desk.close());

describe('a file that cannot be read as a list', () => {
  it.each([
    ['is empty', '', 'The file is empty.'],
    ['does not close a quotation mark', 'holder,amount\n"Anna Adler,5\n', /quotation mark/],
    ['has no amounts', 'holder,note\nAnna Adler,x\n', 'The file has no column for the amounts.'],
    ['is a picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'This is an image, not a CSV file.'],
  ])('because it %s says so, and the page goes on with a right one', async (_name, content, words) => {
    await importAllocation(desk, 'list.csv', content);
    await desk.page.getByRole('alert').getByText(words).first().waitFor();
    await desk.choose('Choose CSV file', 'list.csv', 'holder,amount\nAnna Adler,5\n');
    await desk.heading('list.csv');
    await desk.page.getByText('All 1 row are good.').or(desk.page.getByText('The row is good.')).waitFor();
    await desk.button('Discard import').click();
    await desk.heading('Allocations');
  });
});

describe('a desk that is killed while it pays', () => {
  tellAsStory('killed', () => desk);

  it('is found gone by its page', async () => {
    const { page } = desk;
    await desk.call('settings.set', { recipientsPerBatch: 10 });
    const { csv, amounts } = await registerBeneficiaries(desk, HOLDERS);
    due = amounts;
    await importAllocation(desk, 'dividend.csv', csv);
    await desk.heading('dividend.csv');
    await desk.button('Create allocation').click();
    await page.getByRole('link', { name: 'Review plan' }).click();
    await desk.button('Start distribution').click();
    const dialog = page.getByRole('alertdialog', { name: 'Start this distribution?' });
    await dialog.getByLabel('Type AG31 to confirm').fill('AG31');
    await dialog.getByRole('button', { name: 'Start distribution' }).click();
    await page.waitForURL(/operations\//);
    await page.getByText('Batch 1', { exact: true }).waitFor();
    await desk.host.kill();
    await page.getByText('The connection to the desk is lost.').first().waitFor();
  });

  it('comes back with the same operation and pays everybody once', async () => {
    const { page } = desk;
    await desk.restart('Sandbox');
    await desk.heading('Overview');
    await page.getByRole('link', { name: 'dividend' }).first().click();
    await desk.heading(/^Pay .* AG31 to 30 holders$/);
    const { batches } = await whenItRests(desk);
    expect(batches.some(({ txid }) => txid !== null)).toBe(true);
    await desk.host.kill();
    await desk.restart('Sandbox');
    await desk.heading('Overview');
    await mineToTheEnd(desk);
    expect((await operationNow(desk)).batches.map(({ step }) => step)).toEqual([
      'reported',
      'reported',
      'reported',
    ]);
    const { pending } = await desk.call('operations.pendingAtAmp', {});
    expect(pending).toEqual([]);
    await expectPaid(desk, due);
  });
});

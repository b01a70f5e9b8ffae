import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk } from './support/desk.ts';
import {
  CORRECTIONS,
  example,
  expectPaid,
  importAllocation,
  importHolders,
  meant,
  mineFromPalette,
  mineToTheEnd,
  operationNow,
  whenItRests,
} from './support/job.ts';
import { look } from './support/looks.ts';
import { tellAsStory } from './support/story.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

/** One story in the order in which a person lives it: each step begins where the one before it ended. */
describe('somebody who has never seen Sluice pays 200 holders from a CSV file, the node signing', () => {
  tellAsStory('hot-wallet', () => desk);

  it('opens the Sandbox with one press', async () => {
    await desk.heading('Welcome to Sluice');
    await look(desk, 'welcome');
    await desk.openSandbox();
    await desk.page.getByText('Simulated', { exact: true }).first().waitFor();
    // From here on a block comes when somebody asks for it.
    await desk.sandbox('POST', 'options', { blockSeconds: 0 });
  });

  it('finds an issuer with a past, whose books agree', async () => {
    await look(desk, 'overview-empty');
    await desk.visit('/allocations', 'Allocations');
    await look(desk, 'allocations-empty');
    await desk.visit('/operations', 'Operations');
    await look(desk, 'operations-empty');
    await desk.visit('/operations/pending', 'Pending at AMP');
    await look(desk, 'pending-empty');
    await desk.visit('/treasury', 'Treasury');
    await desk.page.getByText('Agrees', { exact: true }).first().waitFor();
    await look(desk, 'treasury-empty');
  });

  it('registers 200 holders from a file', async () => {
    await importHolders(desk);
    await desk.page.getByText('All 200 rows are good.').waitFor();
    await look(desk, 'import-holders');
    await desk.button('Register 200 holders').click();
    await desk.page.getByText('Registered 200 holders').waitFor();
    await desk.heading('Holders');
    const table = desk.page.getByRole('table', { name: 'Holders' });
    await expect.poll(() => table.getAttribute('aria-rowcount'), { timeout: 10_000 }).toBe('241');
    await look(desk, 'holders-full');
  });

  it('puts the three bad rows of an allocation right in the page, over a reload', async () => {
    const { page } = desk;
    await importAllocation(desk, 'allocation.csv', example('allocation.csv'));
    await desk.heading('allocation.csv');
    await page.getByText('200 rows: 197 good, 3 wrong.').waitFor();
    await look(desk, 'import-wrong-rows');
    let left = 3;
    for (const [line, { column, value, says }] of Object.entries(CORRECTIONS)) {
      await page.getByRole('button', { name: `Fix line ${line}`, exact: true }).click();
      const drawer = page.getByRole('complementary', { name: `Line ${line}` });
      await drawer.getByText(says).waitFor();
      if (left === 3) await look(desk, 'import-fix-row');
      await drawer.getByLabel(column, { exact: true }).fill(value);
      await drawer.getByRole('button', { name: 'Check row' }).click();
      await drawer.waitFor({ state: 'detached' });
      left -= 1;
      if (left === 1) await page.reload();
    }
    await page.getByText('All 200 rows are good.').waitFor();
    await page.getByLabel('Name of the allocation').fill('First subscription');
    await desk.button('Create allocation').click();
    await desk.heading('First subscription');
    await look(desk, 'allocation-open');
  });

  it('sees three batches before anything happens', async () => {
    const { page } = desk;
    await page.getByRole('link', { name: 'Review plan' }).click();
    await desk.heading('Pay 4,077,461.02 AG31 to 200 holders');
    const batches = page.getByRole('table', { name: 'Batches' });
    await expect.poll(() => batches.getAttribute('aria-rowcount'), { timeout: 10_000 }).toBe('4');
    await look(desk, 'plan');
    expect(await desk.call('operations.pendingAtAmp', {})).toEqual({ pending: [] });
  });

  it('starts it with the ticker only', async () => {
    const { page } = desk;
    await desk.button('Start distribution').click();
    const dialog = page.getByRole('alertdialog', { name: 'Start this distribution?' });
    const typed = dialog.getByLabel('Type AG31 to confirm');
    const start = dialog.getByRole('button', { name: 'Start distribution' });
    await typed.fill('AG13');
    await typed.blur();
    await dialog.getByText('This does not read “AG31”.').waitFor();
    expect(await start.isDisabled()).toBe(true);
    await look(desk, 'plan-confirm');
    // Nor does the desk take it from a page that does not ask.
    const { allocations } = await desk.call('allocations.list', {});
    const { id } = allocations[0] ?? { id: '' };
    const { fingerprint } = await desk.call('allocations.plan', { id });
    await expect(
      desk.call('operations.start', { allocationId: id, fingerprint, confirm: 'AG13' }),
    ).rejects.toMatchObject({ code: 'CONFIRMATION_MISMATCH' });
    expect(await desk.call('operations.list', { offset: 0, limit: 1 })).toMatchObject({ total: 0 });
    await typed.fill('AG31');
    await start.click();
    await page.waitForURL(/operations\//);
    await desk.heading('Pay 4,077,461.02 AG31 to 200 holders');
  });

  it('follows it over a reload until all is reported', async () => {
    const { page } = desk;
    await whenItRests(desk);
    await look(desk, 'operation-waiting');
    await page.reload();
    await desk.heading('Pay 4,077,461.02 AG31 to 200 holders');
    await mineFromPalette(desk);
    await mineToTheEnd(desk);
    await page.getByText('Every recipient is paid and AMP has the report.').waitFor();
    const steps = page.getByRole('list', { name: /^Steps of batch/ });
    expect(await steps.count()).toBe(3);
    const { batches } = await operationNow(desk);
    expect(batches.map(({ step, recipients }) => [step, recipients])).toEqual([
      ['reported', 75],
      ['reported', 75],
      ['reported', 50],
    ]);
    for (const { id } of batches) {
      const { rows } = await desk.call('operations.outputs', { batchId: id, offset: 0, limit: 200 });
      expect(rows.filter((row) => row.role !== 'fee' && !row.verified)).toEqual([]);
    }
    await desk.button('Batch 1: recipients and outputs').click();
    await page.getByRole('table').first().waitFor();
    await look(desk, 'operation-done');
  });

  it('leaves every holder, the node and AMP in agreement to the unit', async () => {
    await expectPaid(desk, meant());
    await look(desk, 'treasury-full');
    await desk.page.getByRole('link', { name: 'Alder Grove 4.25% Notes 2031' }).first().click();
    await desk.page.getByRole('complementary').waitFor();
    await look(desk, 'treasury-drawer');
  });

  it('shows each holder what it owns, and each asset who owns it', async () => {
    const { page } = desk;
    await desk.visit('/holders?search=Zo%C3%A9', 'Holders');
    await page.getByRole('link', { name: 'Zoé Urban' }).click();
    const holder = page.getByRole('complementary', { name: 'Zoé Urban' });
    await holder.getByText('1,250.12').first().waitFor();
    await look(desk, 'holder-drawer');
    await desk.visit('/assets', 'Assets');
    await page.getByRole('link', { name: 'Alder Grove 4.25% Notes 2031' }).click();
    const asset = page.getByRole('complementary', { name: 'Alder Grove 4.25% Notes 2031' });
    await look(desk, 'asset-drawer');
    await asset.getByRole('link', { name: /Ownership|Owner/ }).click();
    await asset.getByText('Treasury').first().waitFor();
    await look(desk, 'asset-ownerships');
  });
});

const FULL: readonly (readonly [name: string, address: string, heading: string | RegExp])[] = [
  ['overview-full', '/overview', 'Overview'],
  ['allocations-full', '/allocations', 'Allocations'],
  ['operations-full', '/operations', 'Operations'],
  ['audit-full', '/audit', 'Audit'],
  ['assets', '/assets', 'Assets'],
  ['categories', '/categories', 'Categories'],
  ['settings', '/settings', 'Settings'],
  ['settings-wallet-hot', '/settings?section=wallet', 'Settings'],
  ['settings-sandbox', '/settings?section=sandbox', 'Settings'],
  ['settings-connections', '/settings?section=connections', 'Settings'],
  ['settings-limits', '/settings?section=limits', 'Settings'],
  ['settings-backup', '/settings?section=backup', 'Settings'],
  ['profiles', '/profiles', 'Profiles'],
  ['profiles-new', '/profiles/new', 'New profile'],
];

describe('every page after it', () => {
  it.each(FULL)('%s can be read by everybody', async (name, address, heading) => {
    await desk.visit(address, heading);
    await look(desk, name);
  });

  it('never complained to the browser', () => {
    expect(desk.browser.complaints).toEqual([]);
  });
});

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
import { look } from './support/looks.ts';
import { tellAsStory } from './support/story.ts';

const PASSPHRASE = 'correct horse battery';
const HOLDERS = 200;

let desk: Desk;
let due: ReadonlyMap<string, Amount>;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

describe('the same with a treasury that the node only watches, its key in the passphrase vault', () => {
  tellAsStory('watch-only', () => desk);

  it('asks for a place for the key first, by a passphrase that was typed twice and is long enough', async () => {
    const { page } = desk;
    await desk.openSandbox();
    await desk.sandbox('POST', 'options', { blockSeconds: 0 });
    await desk.visit('/settings?section=wallet', 'Settings');
    await desk.button('Set up another wallet').click();
    const vault = page.getByRole('form', { name: 'Create vault' });
    await look(desk, 'wallet-set-up');
    await vault.getByLabel('Passphrase', { exact: true }).fill('short');
    await vault.getByRole('button', { name: 'Create vault' }).click();
    await vault.getByText('At least 8 characters.').first().waitFor();
    await vault.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await vault.getByLabel('Repeat passphrase').fill(`${PASSPHRASE}!`);
    await vault.getByRole('button', { name: 'Create vault' }).click();
    await vault.getByText('The two do not match.').first().waitFor();
    await vault.getByLabel('Repeat passphrase').fill(PASSPHRASE);
    await vault.getByRole('button', { name: 'Create vault' }).click();
    await vault.waitFor({ state: 'detached' });
  });

  it('makes the wallet, and the treasury follows to it', async () => {
    const { page } = desk;
    await page.getByLabel('Wallet name').fill('vaulted');
    await desk.button('Set up wallet').click();
    await page.getByText('Treasury wallet vaulted is ready').waitFor();
    await page.getByText('Watch-only: the node watches, the key is elsewhere').waitFor();
    await page.getByText('The desk has the key that signs.').waitFor();
    await look(desk, 'settings-wallet-watch-only');
    const { lines } = await desk.call('treasury.overview', {});
    for (const line of lines.filter(({ amp }) => amp !== null)) {
      expect(line.reconciliation, line.name).toMatchObject({ verdict: 'good', difference: 0n });
      expect(line.node.confirmed, line.name).toBeGreaterThan(0n);
    }
  });

  it('is locked by a press and opened by the right passphrase only', async () => {
    const { page } = desk;
    await desk.button('Lock').click();
    await desk.heading('The desk is locked');
    await look(desk, 'locked');
    await page.getByLabel('Passphrase').fill('wrong horse battery');
    await desk.button('Unlock').click();
    await page
      .getByRole('alert')
      .getByText(/passphrase/i)
      .first()
      .waitFor();
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    await desk.button('Unlock').click();
    await desk.heading('Profiles');
    await desk.button('Open').click();
    await desk.heading('Overview');
  });

  it('pays 200 holders in three batches, the desk signing', async () => {
    const { page } = desk;
    const { csv, amounts } = await registerBeneficiaries(desk, HOLDERS);
    due = amounts;
    await importAllocation(desk, 'coupon.csv', csv);
    await desk.heading('coupon.csv');
    await desk.button('Create allocation').click();
    await page.getByRole('link', { name: 'Review plan' }).click();
    await page.getByText('Signed by the key in this desk’s secret store.').waitFor();
    await desk.button('Start distribution').click();
    const dialog = page.getByRole('alertdialog', { name: 'Start this distribution?' });
    await dialog.getByLabel('Type AG31 to confirm').fill('AG31');
    await dialog.getByRole('button', { name: 'Start distribution' }).click();
    await page.waitForURL(/operations\//);
    await page.getByText('Key in this desk’s secret store').waitFor();

    await whenItRests(desk);
    // What is on its way is no difference that anybody has to look into.
    const { lines } = await desk.call('treasury.overview', {});
    for (const { name, reconciliation } of lines) {
      expect(['good', 'waiting'], `${name}: ${reconciliation.text}`).toContain(reconciliation.verdict);
    }
    await mineToTheEnd(desk);
    await page.getByText('Every recipient is paid and AMP has the report.').waitFor();
    const { batches } = await operationNow(desk);
    expect(batches.map(({ step, recipients }) => [step, recipients])).toEqual([
      ['reported', 75],
      ['reported', 75],
      ['reported', 50],
    ]);
  });

  it('leaves every holder, the node and AMP in agreement to the unit', () => expectPaid(desk, due));
});

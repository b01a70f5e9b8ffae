import { AxeBuilder } from '@axe-core/playwright';
import type { Page as BrowserPage } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserHost } from '../../src/main/browser-host/index.ts';
import type { Page } from '../../src/main/hosting/index.ts';
import { openBrowser, type Browser } from '../support/chromium.ts';
import { buildPage, startFixtureHost } from '../support/fixture-bridge/host.ts';
import { ACME } from '../support/fixture-bridge/world.ts';
import { sideways } from './support/looks.ts';

const HOLDERS = 100_000;

const asset = `asset=${ACME.assetUuid}`;
/** Every page and drawer with an address, and the heading by which a person knows it. */
const PLACES: readonly (readonly [address: string, heading: string])[] = [
  ['/overview', 'Overview'],
  ['/treasury', 'Treasury'],
  [`/treasury?asset=${ACME.assetId}`, ACME.name],
  ['/assets', 'Assets'],
  [`/assets?${asset}`, ACME.name],
  [`/assets?${asset}&tab=ownerships`, ACME.name],
  [`/assets?${asset}&tab=activities`, ACME.name],
  [`/assets?${asset}&tab=requirements`, ACME.name],
  ['/holders', 'Holders'],
  ['/holders?add=true', 'Add holder'],
  ['/holders/import', 'Import holders'],
  ['/categories', 'Categories'],
  ['/categories?category=11', 'Accredited investors'],
  ['/allocations', 'Allocations'],
  ['/allocations?add=true', 'New allocation'],
  [`/allocations/import?${asset}`, 'Import allocation'],
  ['/imports/im-1', 'dividend-november.csv'],
  ['/imports/im-1?line=88', 'Line 88'],
  ['/allocations/al-2', 'Share plan, second tranche'],
  ['/allocations/al-2?add=true', 'Add row'],
  ['/allocations/al-1/plan', 'Pay 12,500.00 ACME to 200 holders'],
  ['/operations', 'Operations'],
  ['/operations/op-1', 'Pay 12,500.00 ACME to 200 holders'],
  ['/operations/op-1?batch=batch-1', 'Pay 12,500.00 ACME to 200 holders'],
  ['/operations/op-2', 'Pay 310 ACM31 to 31 holders'],
  ['/operations/pending', 'Pending at AMP'],
  ['/operations/pending?distribution=c0ffee00-0000-4000-8000-000000000001', 'Pending distribution'],
  ['/operations/op-send', 'Send 0.00500000 L-BTC to 1 recipient'],
  ['/operations/op-send?batch=ops-b1', 'Send 0.00500000 L-BTC to 1 recipient'],
  ['/treasury/send', 'Send from the treasury'],
  ['/custody', 'Custody'],
  [`/custody?asset=${ACME.assetId}`, ACME.name],
  ['/custody?archived=true', 'Custody'],
  ...['payments', 'notices', 'issuer'].map((tab) => [`/custody?tab=${tab}`, 'Custody'] as const),
  ...['amp0', 'amp0-watch', 'amp2', 'amp2-import', 'single', 'single-watch'].map(
    (way) => [`/custody/new?way=${way}`, 'New wallet'] as const,
  ),
  ['/custody/setups/set-1', 'Fund of funds'],
  ['/custody/w-amp0', 'Clients of the venue'],
  ...['receive', 'history', 'coins', 'settings'].map(
    (tab) => [`/custody/w-amp0?tab=${tab}`, 'Clients of the venue'] as const,
  ),
  [`/custody/w-amp0?tab=history&tx=${'5a'.repeat(32)}`, '5a5a5a…5a5a5a'],
  ['/custody/w-amp2?tab=settings', 'Harbour Capital'],
  ['/custody/w-cold?tab=settings', 'Cold store'],
  ['/custody/w-watch', 'Auditor’s view'],
  ['/custody/w-amp0/send', 'Send'],
  ...['start', 'signer', 'jade', 'stuck', 'refused', 'done'].map(
    (state) => [`/custody/spends/sp-${state}`, 'Send'] as const,
  ),
  ['/audit', 'Audit'],
  ['/audit?entry=4990', 'Entry 4,990'],
  ['/settings', 'Settings'],
  ...['connections', 'wallet', 'custody', 'limits', 'appearance', 'backup', 'sandbox'].map(
    (section) => [`/settings?section=${section}`, 'Settings'] as const,
  ),
  ['/profiles', 'Profiles'],
  ['/profiles/new', 'New profile'],
];

let built: Page;
let browser: Browser;
let host: BrowserHost;
let page: BrowserPage;

beforeAll(async () => {
  built = await buildPage();
  host = await startFixtureHost(built, 'full', HOLDERS);
  browser = await openBrowser();
  page = browser.page;
  await page.goto(host.url);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await host.close();
});

async function visit(address: string, heading: string): Promise<void> {
  await page.goto(`${host.origin}/#${address}`);
  await page.getByRole('heading', { name: heading, exact: false }).first().waitFor();
  const loading = page.getByRole('status', { name: 'Loading' });
  await expect.poll(() => loading.count(), { timeout: 30_000 }).toBe(0);
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is between the page and somebody who cannot see it well; of the second theme only the contrast is new. */
async function violations(which: 'all' | 'contrast'): Promise<string[]> {
  // There are no frames here, so that no second tab has to put their findings together.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations: found } = await (
    which === 'all' ? axe.withTags(RULES) : axe.withRules(['color-contrast'])
  ).analyze();
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map((node) => node.html.slice(0, 160))
        .slice(0, 3)
        .join(' | ')}`,
  );
}

describe.each(['light', 'dark'] as const)('every page, %s', (colorScheme) => {
  beforeAll(() => page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

  it.each(PLACES)('%s can be linked, and read by everybody', async (address, heading) => {
    browser.complaints.length = 0;
    await visit(address, heading);
    expect(await violations(colorScheme === 'light' ? 'all' : 'contrast')).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});

describe('the keyboard', () => {
  it('goes to pages, moves in the list, opens, closes and comes back to the row', async () => {
    await visit('/overview', 'Overview');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.getByRole('heading', { level: 1, name: 'Holders' }).waitFor();
    const table = page.getByRole('table', { name: 'Holders' });
    await table.getByRole('link').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = (await page.locator(':focus').textContent()) ?? '';
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: second }).waitFor();
    expect(page.url()).toContain('holder=1002');
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    expect(await page.locator(':focus').textContent()).toBe(second);
  });

  it('reaches the last of 100,000 rows, and the table says how many there are', async () => {
    await visit('/holders', 'Holders');
    const table = page.getByRole('table', { name: 'Holders' });
    await table.getByRole('link').first().waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe(String(HOLDERS + 1));
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    const last = table.locator(`[aria-rowindex="${HOLDERS + 1}"]`);
    await last.getByRole('link').waitFor();
    expect(await table.getByRole('row').count()).toBeLessThan(80);
  });

  it('searches with a slash, and the address keeps the search', async () => {
    await visit('/holders', 'Holders');
    await page.keyboard.press('/');
    await page.keyboard.type('keiko');
    await page.waitForURL(/search=keiko/);
    await page.reload();
    await page.getByRole('heading', { name: 'Holders' }).waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search holders' }).inputValue()).toBe('keiko');
  });

  it('lists its keys and runs commands', async () => {
    await visit('/overview', 'Overview');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Search and commands' }).waitFor();
    await page.keyboard.type('verify');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('The chain is whole.').waitFor();
  });

  it('shows amounts in base units and back', async () => {
    await visit('/operations/op-1', 'Pay 12,500.00');
    await page.keyboard.press('b');
    await page.getByText('1,250,000').first().waitFor();
    await page.keyboard.press('b');
    await page.getByText('1,250,000').waitFor({ state: 'detached' });
  });
});

describe('what cannot be undone', () => {
  it('is started only when the ticker is typed and the ready assignments of others are decided', async () => {
    await visit('/allocations/al-1/plan', 'Pay 12,500.00 ACME');
    const start = page.getByRole('button', { name: 'Start distribution' });
    expect(await start.isDisabled()).toBe(true);
    await page.getByRole('radio', { name: 'Pay them too' }).check();
    await start.click();
    const dialog = page.getByRole('alertdialog', { name: 'Start this distribution?' });
    const confirm = dialog.getByRole('button', { name: 'Start distribution' });
    const typed = dialog.getByRole('textbox', { name: 'Type ACME to confirm' });
    await typed.fill('ACM');
    expect(await confirm.isDisabled()).toBe(true);
    await typed.fill('ACME');
    await confirm.click();
    await page.waitForURL(/operations\/op-1/);
  });

  it('takes amounts as a person writes them and refuses what the asset cannot hold', async () => {
    await visit('/allocations/al-2?add=true', 'Add row');
    const amount = page.getByRole('textbox', { name: 'Amount' });
    await amount.fill('12,500.5');
    await page.getByText('= 1,250,050 base units').waitFor();
    await amount.fill('1.505');
    await amount.blur();
    await page.getByText('This asset has 2 decimal places; the amount has more.').waitFor();
  });
});

describe('a small window', () => {
  it.each([
    ['1024 × 700', 1024, 700],
    ['1024 × 700 at 200 %', 512, 350],
  ])('%s loses nothing sideways', async (_name, width, height) => {
    await page.setViewportSize({ width, height });
    try {
      for (const [address, heading] of PLACES) {
        await visit(address, heading);
        expect(await sideways(page), address).toEqual([]);
      }
      expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').count()).toBe(11);
    } finally {
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });
});

describe.each([
  ['empty', '/holders', 'No holders yet. Import them from a CSV file or add them one by one.'],
  ['failing', '/holders', 'Make the data folder writable and try again. Nothing was changed.'],
  ['empty', '/custody', 'No custody wallet yet.'],
  ['empty', '/custody/new?way=amp2', 'The AMP2 server is not entered yet.'],
  ['failing', '/custody', 'Make the data folder writable and try again. Nothing was changed.'],
  ['first-run', '/', 'Open the sandbox'],
  ['first-run', '/profiles/new', 'This machine has no Secret Service (keyring).'],
  ['locked', '/', 'The desk is locked'],
] as const)('a desk that is %s', (scene, address, words) => {
  it('says so, and what to do', async () => {
    const other = await startFixtureHost(built, scene, 0);
    try {
      await page.goto(other.url);
      await page.getByRole('main').waitFor();
      await page.goto(`${other.origin}/#${address}`);
      await page.getByText(words).first().waitFor();
      expect(await violations('all')).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

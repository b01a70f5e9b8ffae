import { AxeBuilder } from '@axe-core/playwright';
import type { Page as BrowserPage } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrowserHost } from '../../src/main/browser-host/index.ts';
import type { Page } from '../../src/main/hosting/index.ts';
import { openBrowser, type Browser } from '../support/chromium.ts';
import { buildPage, startFixtureHost } from '../support/fixture-bridge/host.ts';
import { sideways } from './support/looks.ts';

/** Every page of a signer with an address, and the heading by which a person knows it. */
const PLACES: readonly (readonly [address: string, heading: string])[] = [
  ['/overview', 'Overview'],
  ['/requests', 'Requests'],
  ['/requests?receive=true', 'Requests'],
  ['/requests/rq-1', 'Pay 200 holders of Acme'],
  ['/requests/rq-2', '(altered)'],
  ['/requests/rq-3', 'October'],
  ['/requests/rq-4', 'correction'],
  ['/requests/rq-5', 'September'],
  ['/requests/rq-6', 'Redemption 114'],
  ['/requests/logins/lg-1', 'AMP0 login for “Fund of funds”'],
  ['/requests/logins/lg-2', 'AMP0 login for “Fund of funds”'],
  ['/treasuries', 'Treasuries'],
  ['/key', 'Key'],
  ['/key/new', 'New key'],
  ['/key/restore', 'Restore key'],
  ['/pairing', 'Pairing'],
  ['/pairing?add=true', 'Pairing'],
  ['/pairing?bundle=bundle-1', 'Answer'],
  ['/audit', 'Audit'],
  ...['profile', 'seal', 'secrets', 'appearance', 'backup'].map(
    (section) => [`/settings?section=${section}`, 'Settings'] as const,
  ),
  ['/profiles', 'Profiles'],
  ['/profiles/new?role=signer', 'New profile'],
];

let built: Page;
let browser: Browser;
let host: BrowserHost;
let fresh: BrowserHost;
let page: BrowserPage;

beforeAll(async () => {
  built = await buildPage();
  host = await startFixtureHost(built, 'signer');
  fresh = await startFixtureHost(built, 'new-signer');
  browser = await openBrowser();
  page = browser.page;
  await page.goto(fresh.url);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goto(host.url);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
});

afterAll(async () => {
  await browser.close();
  await host.close();
  await fresh.close();
});

async function visit(address: string, heading: string, at = host): Promise<void> {
  await page.goto(`${at.origin}/#${address}`);
  await page.getByRole('heading', { name: heading, exact: false }).first().waitFor();
  const loading = page.getByRole('status', { name: 'Loading' });
  await expect.poll(() => loading.count(), { timeout: 30_000 }).toBe(0);
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(which: 'all' | 'contrast' = 'all'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).exclude('[data-live-announcer]').setLegacyMode(true);
  const { violations: found } = await (
    which === 'all' ? axe.withTags(RULES) : axe.withRules(['color-contrast'])
  ).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

describe.each(['light', 'dark'] as const)('every page of a signer, %s', (colorScheme) => {
  beforeAll(() => page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

  it.each(PLACES)('%s can be linked, and read by everybody', async (address, heading) => {
    browser.complaints.length = 0;
    await visit(address, heading);
    expect(await violations(colorScheme === 'light' ? 'all' : 'contrast')).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});

describe('a signer', () => {
  it('has no page of a desk, and says so', async () => {
    for (const address of ['/holders', '/treasury', '/operations', '/allocations/import']) {
      await visit(address, 'No such page');
    }
    const names = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents();
    expect(names.map((name) => name.replace(/\d+$/, ''))).toEqual([
      'Overview',
      'Requests',
      'Treasuries',
      'Key',
      'Pairing',
      'Audit',
      'Settings',
    ]);
  });

  it('is walked through by keyboard alone: to a request, to its decision, and back', async () => {
    await visit('/overview', 'Overview');
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.getByRole('heading', { level: 1, name: 'Requests' }).waitFor();
    await page.getByRole('table', { name: 'Requests' }).getByRole('link').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Pay 200 holders' }).waitFor();
    await page.getByRole('button', { name: /^Sign payment of/ }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('alertdialog', { name: 'Sign this payment?' });
    await dialog.waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('take in a');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Choose file or pictures' }).waitFor();
  });

  it('warns of a network, a missing key and a missing desk, each with the one action', async () => {
    await visit('/overview', 'Overview', fresh);
    await page.getByText('This machine is connected to a network.').waitFor();
    await page.getByRole('link', { name: /^Set up key/ }).waitFor();
    await page.getByRole('link', { name: /^Pair with a desk/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Pairing' }).waitFor();
  });
});

describe('a request', () => {
  it('shows its checks worst first, and cannot be signed while one stops it', async () => {
    await visit('/requests/rq-2', '(altered)');
    const checks = page.getByRole('list', { name: 'Checks' }).getByRole('listitem');
    expect(await checks.first().textContent()).toMatch(/^Stops it.*90\.00 ACME is approved/);
    expect(await page.getByRole('button', { name: /^Sign payment of/ }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Refuse request' }).click();
    const dialog = page.getByRole('dialog', { name: 'Refuse this request?' });
    expect(await dialog.getByRole('textbox', { name: 'Reason' }).inputValue()).toContain('90.00 ACME');
    await dialog.getByRole('button', { name: 'Refuse request' }).click();
    await page.getByText('This was refused.').waitFor();
    await page.getByRole('heading', { name: 'Answer to Acme treasury desk' }).waitFor();
  });

  it('shows addresses in groups of four, searches and orders its recipients', async () => {
    await visit('/requests/rq-1', 'Pay 200 holders');
    const table = page.getByRole('table', { name: 'Recipients' });
    expect(await table.getAttribute('aria-rowcount')).toBe('201');
    const tip = await table.locator('code[data-tip]').first().getAttribute('data-tip');
    expect(tip).toMatch(/^(\S{4} )+\S{1,4}$/);
    await page.keyboard.press('/');
    await page.keyboard.type('keiko');
    await expect.poll(() => table.getAttribute('aria-rowcount'), { timeout: 20_000 }).not.toBe('201');
    await table.getByText('Keiko').first().waitFor();
  });

  it('is signed once the ticker is typed; the answer is a file or codes', async () => {
    await visit('/requests/rq-1', 'Pay 200 holders');
    await page.getByRole('button', { name: /^Sign payment of [\d,.]+ ACME to 200 holders$/ }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Sign this payment?' });
    const sign = dialog.getByRole('button', { name: /^Sign payment of/ });
    await dialog.getByRole('textbox', { name: 'Type ACME to confirm' }).fill('ACM');
    expect(await sign.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Type ACME to confirm' }).fill('ACME');
    await sign.click();
    await page.getByText('You signed this.').waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save file' }).click();
    expect((await saved).suggestedFilename()).toBe('pay-ACME-200-signed.sluice');
    await page.getByRole('button', { name: 'Show QR codes' }).click();
    await page.getByRole('img', { name: /^Animated QR code/ }).waitFor();
    // Little motion is asked for, so the codes wait; they can be gone through one by one.
    await page.getByText('Frame 1 of 48').waitFor();
    await page.getByRole('button', { name: 'Next code' }).click();
    await page.getByText('Frame 2 of 48').waitFor();
    await page.getByRole('button', { name: 'Play' }).click();
    const frame = page.getByText(/^Frame \d+ of 48$/);
    await expect.poll(() => frame.textContent()).not.toBe('Frame 2 of 48');
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await violations()).toEqual([]);
  });
});

describe('what is carried in', () => {
  const give = async (name: string, content: string): Promise<void> => {
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose file or pictures' }).click();
    await (
      await asked
    ).setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  };

  // First, for what is said in passing after a bundle would lie before the codes.
  it('is read from pictures of codes, some of which show none', async () => {
    await visit('/pairing?bundle=bundle-1', 'Answer');
    await page.getByRole('button', { name: 'Show QR codes' }).click();
    const code = page.getByRole('img', { name: /^Animated QR code/ });
    const pictures: Buffer[] = [];
    for (let frame = 1; frame <= 3; frame += 1) {
      await page.getByText(`Frame ${frame} of`).waitFor();
      pictures.push(await code.screenshot());
      await page.getByRole('button', { name: 'Next code' }).click();
    }
    const nothing = await page.getByRole('heading', { name: 'Pairing' }).screenshot();
    await visit('/overview', 'Overview');
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose file or pictures' }).click();
    const [first, second, third] = pictures;
    const files = [nothing, first, second].map((buffer, index) => ({
      name: `${index}.png`,
      mimeType: 'image/png',
      buffer: buffer ?? Buffer.alloc(0),
    }));
    await (await asked).setFiles(files);
    await page.getByText('2 of about 3 codes read.').waitFor();
    await page.getByText('No QR code could be read in 1 picture.').waitFor();
    await pastePicture(third ?? Buffer.alloc(0));
    await page.waitForURL(/requests\/rq-1/);
  });

  it('opens what it is about', async () => {
    await visit('/overview', 'Overview');
    await give('request.sluice', 'a bundle');
    await page.waitForURL(/requests\/rq-1/);
  });

  it('is refused in words', async () => {
    await visit('/overview', 'Overview');
    await give('request.sluice', 'altered');
    await page.getByText('A byte of this bundle was changed on its way.').waitFor();
    await give('text.txt', 'cHNldP8BAgQC');
    await page.getByText('This is a bare PSET, for which nobody vouches.').waitFor();
  });

  it('is taken in after one that never arrived only when a person says so', async () => {
    await visit('/overview', 'Overview');
    await give('request.sluice', 'gap');
    await page.getByText('comes after 6, which never arrived here').waitFor();
    await page.getByRole('button', { name: 'Take it in anyway' }).click();
    await page.waitForURL(/requests\/rq-1/);
  });

  it('says in words why there is no camera', async () => {
    await visit('/overview', 'Overview');
    await page.getByRole('button', { name: 'Use camera' }).click();
    await page.getByText(/This machine shows no camera|The camera may not be used/).waitFor();
    expect(await violations()).toEqual([]);
  });
});

/** What a person does with a picture in the clipboard: Ctrl V, which a test may not do with pictures. */
async function pastePicture(picture: Buffer): Promise<void> {
  const base64 = picture.toString('base64');
  await page.evaluate(`(() => {
    const bytes = Uint8Array.from(atob(${JSON.stringify(base64)}), (c) => c.charCodeAt(0));
    const clipboard = new DataTransfer();
    clipboard.items.add(new File([bytes], 'screenshot.png', { type: 'image/png' }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: clipboard, bubbles: true }));
  })()`);
}

describe('a key', () => {
  it('is kept only when the words asked for were given back', async () => {
    await visit('/key/new', 'New key', fresh);
    await page.getByRole('radio', { name: /^12 words/ }).check();
    await page.getByRole('button', { name: 'Show the words' }).click();
    const grid = page.getByRole('list', { name: 'The words of the key' });
    const words = (await grid.getByRole('listitem').allTextContents()).map((text) =>
      text.replace(/^\d+/, ''),
    );
    expect(words).toHaveLength(12);
    expect(await grid.evaluate((list) => getComputedStyle(list).userSelect)).toBe('none');
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'I have written them down' }).click();
    await page.getByRole('textbox', { name: 'Word 3' }).fill('wrong');
    await page.getByRole('textbox', { name: 'Word 7' }).fill(words[6] ?? '');
    await page.getByText('This is not word 3. Look at your paper again.').waitFor();
    await page.getByRole('textbox', { name: 'Word 3' }).fill(words[2] ?? '');
    await page.getByRole('textbox', { name: 'Word 12' }).fill(words[11] ?? '');
    await page.getByRole('checkbox', { name: /Protect the words/ }).check();
    await page.getByRole('textbox', { name: 'Key passphrase', exact: true }).fill('a');
    await page.getByRole('button', { name: 'Keep this key' }).click();
    await page.getByText('The two do not match.').waitFor();
    await page.getByRole('textbox', { name: 'Repeat key passphrase' }).fill('a');
    await page.getByRole('button', { name: 'Keep this key' }).click();
    await page.getByRole('heading', { level: 1, name: 'Key', exact: true }).waitFor();
    await page.getByText('4a2f10c8').first().waitFor();
    expect(await page.content()).not.toContain('sausage');
  });

  it('is removed when its fingerprint is typed, and restored from its words', async () => {
    await page.getByRole('button', { name: 'Remove key' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Remove the key of this signer?' });
    await dialog.getByRole('textbox', { name: 'Type 4a2f10c8 to confirm' }).fill('4a2f10c8');
    await dialog.getByRole('button', { name: 'Remove key' }).click();
    await page.getByRole('link', { name: 'Restore from words' }).click();
    const words = page.getByRole('textbox', { name: 'Words' });
    await words.fill('legal winner thankk ');
    await page.getByText('Word 3 (“thankk”) is not in the list').waitFor();
    await words.fill('legal winner thank year wave sausage worth useful legal winner thank');
    await page.getByText('11 words so far.').waitFor();
    await words.blur();
    await page.getByText('These are 11 words').waitFor();
    await words.fill('legal winner thank year wave sausage worth useful legal winner thank yellow');
    await page.getByRole('button', { name: 'Restore key' }).click();
    await page.getByText('4a2f10c8').first().waitFor();
  });
});

describe('pairing', () => {
  it('needs a person who says that the words are the same', async () => {
    await visit('/pairing', 'Pairing', fresh);
    await page.getByRole('textbox', { name: 'Card as text' }).fill('sluice2:nothing');
    await page.getByRole('button', { name: 'Read card' }).click();
    await page.getByText('A card begins with').waitFor();
    await page.getByRole('button', { name: 'Read another card' }).click();
    await page.getByRole('textbox', { name: 'Card as text' }).fill('sluice1:abcdef');
    await page.getByRole('button', { name: 'Read card' }).click();
    const words = page.getByRole('list', { name: 'Words of Acme treasury desk' }).getByRole('listitem');
    await expect.poll(() => words.count()).toBe(8);
    const rows = new Set(
      await words.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top)),
    );
    expect(rows.size).toBe(2);
    const pair = page.getByRole('button', { name: 'Pair with Acme treasury desk' });
    expect(await pair.isDisabled()).toBe(true);
    expect(await violations()).toEqual([]);
    await page.getByRole('checkbox', { name: /The same eight words stand on both screens/ }).check();
    await pair.click();
    await page.getByRole('list', { name: 'Paired with' }).getByText('Acme treasury desk').waitFor();
  });

  it('reads the card from a picture of its code', async () => {
    await visit('/pairing?add=true', 'Pairing');
    const card = await page.getByRole('img', { name: 'QR code: card of Vault room' }).screenshot();
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose card or picture' }).click();
    await (await asked).setFiles({ name: 'card.png', mimeType: 'image/png', buffer: card });
    await page.getByText('You are paired with it already.').waitFor();
  });
});

describe('an address', () => {
  it('is found among the treasuries or not, in words', async () => {
    await visit('/treasuries', 'Treasuries');
    const field = page.getByRole('textbox', { name: 'Address' });
    await field.fill('tlq1 qqabc defg');
    await page.getByRole('button', { name: 'Check address' }).click();
    await page.getByText('This address is the treasury’s.').waitFor();
    await field.fill('ex1q');
    await page.getByRole('button', { name: 'Check address' }).click();
    await page.getByText('No treasury of this signer has this address.').waitFor();
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
    } finally {
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import type { Page as BrowserPage } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBrowserHost, type BrowserHost } from '../../src/main/browser-host/index.ts';
import type { Page } from '../../src/main/hosting/index.ts';
import { openBrowser, type Browser } from '../support/chromium.ts';
import { fakeDesk } from '../support/fake-desk.ts';
import { buildPage } from '../support/fixture-bridge/host.ts';
import { signingHandlers, type Made, type SigningScene } from '../support/fixture-bridge/signing-world.ts';
import { sideways } from './support/looks.ts';

/** Every page of a desk whose keys are elsewhere, what is pressed on it first, and what it then shows. */
const PLACES: readonly (readonly [
  address: string,
  heading: string,
  press: readonly (readonly ['button' | 'radio', string])[],
])[] = [
  ['/overview', 'Overview', []],
  ['/operations/op-9', 'Signatures', []],
  ['/operations/op-9', 'Sign with Jade', [['button', 'Sign with Jade']]],
  ['/operations/op-9', 'Load signed answer', [['button', 'Load signed answer']]],
  ['/operations/op-9', 'Other wallets', [['button', 'Other wallets']]],
  ['/operations/op-9', 'Request for Vault room', [['button', 'Save request for Vault room']]],
  ['/operations/op-9/review', 'Review before signing', []],
  ['/signers', 'Air-gapped signers', []],
  ['/signers?add=true', 'The other card', []],
  ['/signers?bundle=bundle-1', 'Answer', []],
  ['/settings?section=wallet', 'Register on Jade', []],
  [
    '/settings?section=wallet',
    'Set up the treasury wallet',
    [
      ['button', 'Set up another wallet'],
      ['radio', 'Keys elsewhere'],
    ],
  ],
];

let built: Page;
let browser: Browser;
let page: BrowserPage;
let host: BrowserHost;
let desk: ReturnType<typeof fakeDesk>;
const made: Made[] = [];

/** Calls that are held back until somebody lets them go, by name. */
const held = new Map<string, Promise<void>>();

/** Holds back the next calls of a command, as a person in front of a Jade does. Returns what lets them go. */
function hold(name: 'signing.withJade' | 'jade.unlock'): () => void {
  let go = (): void => undefined;
  held.set(
    name,
    new Promise((resolve) => {
      go = () => {
        held.delete(name);
        resolve();
      };
    }),
  );
  return go;
}

async function open(scene: SigningScene): Promise<void> {
  const answers = signingHandlers(scene, made);
  const { 'signing.withJade': sign, 'jade.unlock': unlock } = answers as Required<typeof answers>;
  desk = fakeDesk({
    ...answers,
    'signing.withJade': async (args, context) => {
      await held.get('signing.withJade');
      return sign(args, context);
    },
    'jade.unlock': async (args, context) => {
      await held.get('jade.unlock');
      return unlock(args, context);
    },
  });
  host = await startBrowserHost({ desk, page: built, port: 0 });
  await page.goto(host.url);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
}

beforeAll(async () => {
  built = await buildPage();
  browser = await openBrowser();
  page = browser.page;
  await open({});
});

beforeEach(() => {
  made.length = 0;
});

afterAll(async () => {
  await browser.close();
  await host.close();
});

async function visit(
  address: string,
  heading: string,
  press: (typeof PLACES)[number][2] = [],
): Promise<void> {
  // The page itself is asked anew, so that nothing of the last test is left open.
  await page.goto(`${host.origin}/#/profiles`);
  await page.getByRole('heading', { level: 1, name: 'Profiles' }).waitFor();
  await page.goto(`${host.origin}/#${address}`);
  for (const [role, name] of press) {
    const control = page.getByRole(role, { name, exact: false }).first();
    await (role === 'radio' ? control.check() : control.click());
  }
  await page.getByRole('heading', { name: heading, exact: false }).first().waitFor();
  const loading = page.getByRole('status', { name: 'Loading' });
  await expect.poll(() => loading.count(), { timeout: 30_000 }).toBe(0);
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(which: 'all' | 'contrast'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).exclude('[data-live-announcer]').setLegacyMode(true);
  const { violations: found } = await (
    which === 'all' ? axe.withTags(RULES) : axe.withRules(['color-contrast'])
  ).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

describe.each(['light', 'dark'] as const)('signing at a desk, %s', (colorScheme) => {
  beforeAll(() => page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));

  it.each(PLACES)('%s: %s can be read by everybody', async (address, heading, press) => {
    browser.complaints.length = 0;
    await visit(address, heading, press);
    expect(await violations(colorScheme === 'light' ? 'all' : 'contrast')).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});

describe('an operation that waits for signatures', () => {
  it('waits on the Overview, with the one action that answers it', async () => {
    await visit('/overview', 'Overview');
    await page.getByRole('link', { name: /^Get signatures/ }).click();
    await page.getByRole('region', { name: 'Signatures' }).waitFor();
  });

  it('says who has signed and who is missing, and shows the fingerprint', async () => {
    await visit('/operations/op-9', 'Signatures');
    await page
      .getByText('3 batches wait for 1 signature each, by any of Jade of the CFO and Vault room.')
      .waitFor();
    const first = page.getByRole('listitem', { name: 'Signatures of batch 1' });
    expect(await first.getByText('has not signed').count()).toBe(2);
    await page.getByRole('img', { name: '0F3A 9C21 77B0 D4E5 8812 6AFC 1E90 B3C7' }).waitFor();
  });

  it('gives the request as a file and, if wanted, as codes; then the answer comes first', async () => {
    await visit('/operations/op-9', 'Signatures');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save request for Vault room' }).click();
    expect((await saved).suggestedFilename()).toBe('pay-ACME-200-unsigned.sluice');
    expect(made).toEqual([{ name: 'signing.request', args: { operationId: 'op-9', peerId: 'peer-1' } }]);
    await page.getByRole('button', { name: 'Show QR codes' }).click();
    await page.getByRole('img', { name: /^Animated QR code/ }).waitFor();
    // A notice that comes now goes beneath the code that a camera reads.
    const layer = (element: Element) => Number(getComputedStyle(element).zIndex);
    const code = await page.locator('[data-qr]').evaluate(layer);
    expect(await page.locator('[role="status"][aria-live="polite"]').first().evaluate(layer)).toBeLessThan(
      code,
    );
  });

  it('takes the answer as a file and shows the new signatures', async () => {
    await visit('/operations/op-9', 'Signatures');
    await page.getByRole('button', { name: 'Load signed answer' }).click();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose file or pictures' }).click();
    await (
      await chooser
    ).setFiles({
      name: 'pay-ACME-200-signed.sluice',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from('made up'),
    });
    await page.getByText('Every signature is here.').first().waitFor();
    expect(made.map(({ name }) => name)).toEqual(['bundles.receive']);
  });

  it('can be read to the end before it goes out: totals, checks, recipients largest first', async () => {
    await visit('/operations/op-9/review', 'Review before signing');
    const table = page.getByRole('table', { name: 'Recipients' });
    await table.getByRole('row').nth(1).waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe('201');
    await page.keyboard.press('/');
    await page.keyboard.type('keiko');
    await expect
      .poll(async () => Number(await table.getAttribute('aria-rowcount')), { timeout: 10_000 })
      .toBeLessThan(100);
  });
});

describe('a Jade', () => {
  beforeAll(async () => {
    await host.close();
    await open({});
  });

  it('signs what its key is missing, says why it was sent so, and can be left', async () => {
    const go = hold('signing.withJade');
    await visit('/operations/op-9', 'Sign with Jade', [['button', 'Sign with Jade']]);
    await page.getByRole('button', { name: 'Sign 3 batches on Jade Plus 1F9A33' }).click();
    const sentence = 'Batch 2 of 3: confirm recipient 4 of 75 on the Jade.';
    desk.tell({ name: 'jade.changed', data: { port: 'sandbox:jade', sentence } });
    await page.getByText(sentence).waitFor();

    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await page.getByRole('heading', { level: 1, name: 'Signers' }).waitFor();
    await page.goBack();
    await page.getByText(sentence).waitFor();
    go();
    await page.getByText(sentence).waitFor({ state: 'detached' });
    expect(made).toEqual([{ name: 'signing.withJade', args: { operationId: 'op-9', port: 'sandbox:jade' } }]);
  });

  it('is not waited for any longer when somebody says so', async () => {
    const go = hold('jade.unlock');
    await visit('/signers', 'Air-gapped signers');
    await page.getByRole('button', { name: 'Unlock Jade 77AB01' }).click();
    await page.getByRole('button', { name: 'Stop waiting' }).click();
    await expect.poll(() => made.map(({ name }) => name)).toEqual(['jade.release']);
    go();
    await page.getByRole('button', { name: 'Stop waiting' }).waitFor({ state: 'detached' });
  });

  it('that is simulated is held in the hand here: confirm, lock, PIN, plug', async () => {
    await visit('/signers', 'Air-gapped signers');
    await page.getByRole('button', { name: 'Approve on the Jade' }).click();
    await page.getByRole('button', { name: 'Approve on the Jade' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Lock it' }).click();
    await page.getByRole('textbox', { name: 'PIN, six digits' }).fill('123456');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Lock it' }).waitFor();
    await page.getByRole('button', { name: 'Unplug it' }).click();
    await page.getByRole('button', { name: 'Plug it in' }).waitFor();
    expect(made.map(({ args }) => (args as { action: string }).action)).toEqual([
      'approve',
      'lock',
      'pin',
      'unplug',
    ]);
  });
});

describe('a treasury of several keys', () => {
  it('is made by choosing keys and how many have to sign', async () => {
    await visit('/settings?section=wallet', 'Set up the treasury wallet', [
      ['button', 'Set up another wallet'],
      ['radio', 'Keys elsewhere'],
    ]);
    const make = page.getByRole('button', { name: 'Make treasury' });
    await make.click();
    await page.getByRole('alert').getByText('Choose the keys that sign.').waitFor();
    for (const name of ['Key of this desk', 'Vault room', 'Jade Plus 1F9A33']) {
      await page.getByRole('checkbox', { name }).check();
    }
    await page.getByText('2 of 3 keys have to sign each payment.').waitFor();
    await page.getByRole('textbox', { name: 'Name of Vault room in this treasury' }).fill('Vault');
    await make.click();
    await expect
      .poll(() => made)
      .toEqual([
        {
          name: 'arrangement.create',
          args: {
            wallet: 'treasury-keys',
            name: 'treasury',
            threshold: 2,
            cosigners: [
              { kind: 'keychain', name: 'This desk' },
              { kind: 'signer', name: 'Vault', peerId: 'peer-1', fingerprint: '4a2f10c8' },
              { kind: 'jade', name: 'Jade Plus 1F9A33', port: 'sandbox:jade' },
            ],
          },
        },
      ]);
  });

  it('goes to its signer, is taught to the Jade, and has its addresses confirmed', async () => {
    await visit('/settings?section=wallet', 'Register on Jade');
    await page.getByRole('button', { name: 'Send treasury to Vault room' }).click();
    await page.getByRole('heading', { name: 'Treasury for Vault room' }).waitFor();
    await page.getByRole('button', { name: 'Register on Jade Plus 1F9A33' }).click();
    await page.getByRole('button', { name: 'New receive address' }).click();
    await page.getByRole('button', { name: 'Show on Jade Plus 1F9A33' }).click();
    await page.getByText('The Jade shows the same address.').waitFor();
    expect(made.map(({ name }) => name)).toEqual([
      'arrangement.send',
      'arrangement.registerOnJade',
      'arrangement.address',
      'arrangement.verifyOnJade',
    ]);
  });
});

describe('a small window', () => {
  it.each([
    ['1024 × 700', 1024, 700],
    ['1024 × 700 at 200 %', 512, 350],
  ])('%s loses nothing sideways', async (_name, width, height) => {
    await page.setViewportSize({ width, height });
    try {
      for (const [address, heading, press] of PLACES) {
        await visit(address, heading, press);
        expect(await sideways(page), `${address} ${heading}`).toEqual([]);
        const cut = await page.evaluate<string[]>(
          `[...document.querySelectorAll('main section, main form')].filter((each) => each.scrollWidth > each.clientWidth + 1 && !each.closest('[data-table]')).map((each) => each.getAttribute('aria-label'))`,
        );
        expect(cut, `${address} ${heading}`).toEqual([]);
      }
    } finally {
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });
});

describe('a desk whose review a check stops', () => {
  beforeAll(async () => {
    await host.close();
    await open({ stopped: true });
  });

  it('says which, and lets nothing out to be signed', async () => {
    await visit('/operations/op-9', 'Signatures');
    await page.getByText('Amount and asset of every payment are proven').first().waitFor();
    await page.getByRole('button', { name: 'Load signed answer' }).waitFor();
    expect(await page.getByRole('button', { name: 'Save request for Vault room' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Sign with Jade' }).count()).toBe(0);
  });
});

describe('a desk on its first day', () => {
  beforeAll(async () => {
    await host.close();
    await open({ fresh: true });
  });

  it('pairs with a signer when a person has seen the same words on both screens', async () => {
    await visit('/signers?add=true', 'The other card');
    await page.getByRole('textbox', { name: 'Card as text' }).fill('sluice1:abc');
    await page.getByRole('button', { name: 'Read card' }).click();
    const pair = page.getByRole('button', { name: 'Pair with Vault room' });
    await pair.waitFor();
    expect(await pair.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'The same eight words stand on both screens' }).check();
    await pair.click();
    await page.getByRole('list', { name: 'Paired with' }).getByText('Vault room').waitFor();
    expect(made).toEqual([
      {
        name: 'pairing.add',
        args: { card: 'sluice1:abc', words: 'chest copper dune exile fabric glide harbor ivory' },
      },
    ]);
  });

  it('helps whose Jade is not found, and hands out the rule that lets it be opened', async () => {
    await visit('/signers', 'Air-gapped signers');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the udev rule' }).click();
    expect((await saved).suggestedFilename()).toBe('51-sluice-jade.rules');
    expect(await violations('all')).toEqual([]);
  });
});

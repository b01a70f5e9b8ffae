import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Amount } from '../../src/shared/money.ts';
import { Desk } from './support/desk.ts';
import {
  expectPaid,
  importAllocation,
  mineToTheEnd,
  operationNow,
  registerBeneficiaries,
} from './support/job.ts';
import { look } from './support/looks.ts';
import { tellAsStory } from './support/story.ts';

const PASSPHRASE = 'correct horse battery';
const WORDS = `${'zoo '.repeat(11)}wrong`;
const HOLDERS = 5;
/** One picture in so many is lost, as a shaking hand would lose it. */
const LOST = 6;

let desk: Desk;
let signer: Desk;
let due: ReadonlyMap<string, Amount>;
beforeAll(async () => {
  [desk, signer] = await Promise.all([Desk.open(), Desk.open()]);
});
afterAll(async () => {
  await desk.close();
  await signer.close();
});

/** Photographs the codes that a page shows, frame by frame, some of them badly enough to be lost. */
async function film({ page }: Desk): Promise<Buffer[]> {
  await page.getByRole('button', { name: 'Show QR codes' }).click();
  const code = page.getByRole('img', { name: /QR code:/ });
  await code.waitFor();
  const position = page.getByText(/^Frame [\d,]+ of [\d,]+$/);
  const words = (await position.count()) === 0 ? 'Frame 1 of 1' : ((await position.textContent()) ?? '');
  const frames = Number(/of ([\d,]+)$/.exec(words)?.[1]?.replaceAll(',', ''));
  const pictures: Buffer[] = [];
  for (let frame = 1; frame <= frames; frame += 1) {
    if (frames === 1 || frame % LOST !== 0) pictures.push(await code.screenshot());
    if (frame < frames) await page.getByRole('button', { name: 'Next code' }).click();
  }
  return pictures;
}

/** Gives pictures to a page that asks for something carried in. */
async function show(page: Page, button: string, pictures: readonly Buffer[]): Promise<void> {
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (
    await asked
  ).setFiles(
    pictures.map((buffer, index) => ({ name: `frame-${index}.png`, mimeType: 'image/png', buffer })),
  );
}

async function words(page: Page, list: string): Promise<string[]> {
  const items = page.getByRole('list', { name: list }).getByRole('listitem');
  await items.first().waitFor();
  return (await items.allTextContents()).map((text) => text.replace(/^\d/, ''));
}

/** Reads the card that another screen shows, compares the words, and pairs. */
async function pairWith(other: Desk, name: string, own: Desk): Promise<void> {
  const card = await other.page.getByRole('img', { name: `QR code: card of ${name}` }).screenshot();
  await show(own.page, 'Choose card or picture', [card]);
  expect(await words(own.page, `Words of ${name}`)).toEqual(await words(other.page, 'Your words'));
  await own.page.getByRole('checkbox', { name: /The same eight words/ }).check();
  await own.button(`Pair with ${name}`).click();
}

const fingerprint = async ({ page }: Desk): Promise<string | null> =>
  page.getByRole('figure').getByRole('img').first().getAttribute('aria-label');

describe('5 holders are paid, and nothing but pictures of a screen crosses the gap', () => {
  tellAsStory('qr', () => signer);

  it('sets up a signer on its first run, with a key from its words', async () => {
    const { page } = signer;
    await page.getByRole('link', { name: 'Set up a signer' }).click();
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await page.getByLabel('Repeat passphrase').fill(PASSPHRASE);
    await signer.button('Create vault').click();
    await page.getByLabel('Profile name').fill('Vault room');
    await signer.button(/Network/).click();
    await page.getByRole('option', { name: /Sandbox/ }).click();
    await signer.button('Create profile').click();
    await signer.heading('Overview');
    await page.getByRole('link', { name: /^Set up key/ }).click();
    await page.getByRole('link', { name: 'Restore from words' }).click();
    await page.getByRole('textbox', { name: 'Words' }).fill(WORDS);
    await signer.button('Restore key').click();
    await signer.heading('Key');
    await signer.button('Remove key').waitFor();
    await look(signer, 'signer-key');
  });

  it('opens the desk’s sandbox', async () => {
    await desk.call('secrets.createVault', { passphrase: PASSPHRASE });
    await desk.page.reload();
    await desk.openSandbox();
    await desk.sandbox('POST', 'options', { blockSeconds: 0 });
  });

  it('pairs the two by their cards, each photographed from the other’s screen', async () => {
    await desk.visit('/signers?add=true', 'Signers');
    await signer.visit('/pairing?add=true', 'Pairing');
    await pairWith(desk, 'Sandbox', signer);
    await signer.page.getByRole('list', { name: 'Paired with' }).getByText('Sandbox').waitFor();
    await signer.visit('/pairing?add=true', 'Pairing');
    await pairWith(signer, 'Vault room', desk);
    await desk.page.getByRole('list', { name: 'Paired with' }).getByText('Vault room').waitFor();
  });

  it('carries the signer’s keys to the desk, which makes the treasury and tells the signer', async () => {
    await signer.visit('/treasuries', 'Treasuries');
    await signer.button('Make bundle of keys').click();
    const keys = await film(signer);
    await desk.visit('/signers', 'Signers');
    await show(desk.page, 'Choose file or pictures', keys);
    await expect
      .poll(async () => (await desk.call('arrangement.candidates', {})).keys.map(({ name }) => name), {
        timeout: 30_000,
      })
      .toContain('Vault room');
    const { peers } = await desk.call('pairing.peers', {});
    const peerId = peers[0]?.id ?? '';
    await desk.call('arrangement.create', {
      wallet: 'vault',
      name: 'Vault',
      threshold: 1,
      cosigners: [{ kind: 'signer', name: 'Vault room', peerId }],
    });
    // The profile is opened anew with its other treasury; who asks meanwhile waits for it.
    expect((await desk.call('profiles.current', {})).profile?.signer).toBe('signer');
    await desk.call('arrangement.send', { peerId });
    const { rows } = await desk.call('bundles.list', { offset: 0, limit: 1 });
    await desk.visit(`/signers?bundle=${rows[0]?.id ?? ''}`, 'Signers');
    const treasury = await film(desk);
    await signer.visit('/overview', 'Overview');
    await show(signer.page, 'Choose file or pictures', treasury);
    await signer.heading('Treasuries');
    await signer.page.getByRole('heading', { name: 'Vault', exact: true }).waitFor();
    await look(signer, 'signer-treasuries');
  });

  it('shows the request as codes, reads it from their pictures, and finds the same fingerprint', async () => {
    const { csv, amounts } = await registerBeneficiaries(desk, HOLDERS);
    due = amounts;
    await importAllocation(desk, 'coupon.csv', csv);
    await desk.heading('coupon.csv');
    await desk.button('Create allocation').click();
    await desk.page.getByRole('link', { name: 'Review plan' }).click();
    await desk.button('Start distribution').click();
    const dialog = desk.page.getByRole('alertdialog');
    await dialog.getByRole('textbox').fill('AG31');
    await dialog.getByRole('button', { name: 'Start distribution' }).click();
    await desk.button('Save request for Vault room').click();
    const request = await film(desk);
    const meant = await fingerprint(desk);
    await signer.visit('/overview', 'Overview');
    await show(signer.page, 'Choose file or pictures', request);
    await signer.page.waitForURL(/requests\//);
    await signer.button(/^Sign payment of .* AG31 to 5 holders$/).waitFor();
    expect(await fingerprint(signer)).toBe(meant);
    const checks = await signer.page
      .getByRole('list', { name: 'Checks' })
      .getByRole('listitem')
      .allTextContents();
    expect(checks.filter((text) => !text.startsWith('Passed'))).toEqual([]);
    await look(signer, 'signer-request');
  });

  it('signs, and carries the answer back the same way', async () => {
    await signer.button(/^Sign payment of/).click();
    const dialog = signer.page.getByRole('alertdialog');
    await dialog.getByRole('textbox', { name: 'Type AG31 to confirm' }).fill('AG31');
    await dialog.getByRole('button', { name: /^Sign payment of/ }).click();
    await signer.page.getByText('You signed this.').waitFor();
    const answer = await film(signer);
    await desk.button('Load signed answer').click();
    await show(desk.page, 'Choose file or pictures', answer);
    await expect.poll(async () => (await operationNow(desk)).state, { timeout: 60_000 }).not.toBe('signing');
  });

  it('finishes on the desk, and everybody agrees on who was paid', async () => {
    await mineToTheEnd(desk);
    await expectPaid(desk, due);
    expect(await signer.call('signer.status', {})).toMatchObject({ sealed: true, stopped: 0, waiting: 0 });
    expect(await signer.call('audit.verify', {})).toMatchObject({ ok: true });
    expect([...desk.browser.complaints, ...signer.browser.complaints]).toEqual([]);
  });
});

import { readFile } from 'node:fs/promises';
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
import { deskAndSigner } from './support/pair.ts';
import { tellAsStory } from './support/story.ts';

const HOLDERS = 30;

let desk: Desk;
let signer: Desk;
let due: ReadonlyMap<string, Amount>;
beforeAll(async () => {
  desk = await Desk.open();
  signer = await Desk.open();
});
afterAll(async () => {
  await desk.close();
  await signer.close();
});

/** A fingerprint as the pages show it. */
function groupsOf(fingerprint: string): string {
  return (
    fingerprint
      .replace(/[^0-9a-f]/gi, '')
      .toUpperCase()
      .match(/.{4}/g) ?? []
  ).join(' ');
}

/** Presses what saves a file, and returns the file: its name and its bytes. */
async function saved(button: string): Promise<{ name: string; bytes: Buffer }> {
  const asked = desk.page.waitForEvent('download');
  await desk.button(button).click();
  const file = await asked;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

describe('a treasury whose one key is at an air-gapped signer', () => {
  tellAsStory('offline-signing', () => desk);

  it('begins with a signer that has a key and knows the card of the desk', async () => {
    await deskAndSigner(desk, signer);
  });

  it('pairs by the card as text, once the words on both screens were compared', async () => {
    const { page } = desk;
    const { card, words } = await signer.call('pairing.identity', {});
    await desk.visit('/signers?add=true', 'Signers');
    await page.getByRole('textbox', { name: 'Card as text' }).fill(card);
    await desk.button('Read card').click();
    const shown = page.getByRole('list', { name: 'Words of Vault room' });
    await shown.waitFor();
    expect((await shown.getByRole('listitem').locator('strong').allTextContents()).join(' ')).toBe(words);
    await page.getByRole('checkbox', { name: 'The same eight words stand on both screens' }).check();
    await desk.button('Pair with Vault room').click();
    await page.getByRole('list', { name: 'Paired with' }).getByText('Vault room').waitFor();
  });

  it('takes in the signer’s public keys and makes the treasury of them', async () => {
    const { page } = desk;
    const [peer] = (await signer.call('pairing.peers', {})).peers;
    const keys = await signer.call('signer.sendKeys', { peerId: peer?.id ?? '' });
    await desk.choose('Choose file or pictures', keys.fileName, Buffer.from(keys.content, 'base64'));
    await page.getByText('Taken in').first().waitFor();
    await desk.visit('/settings?section=wallet', 'Settings');
    await desk.button('Set up another wallet').click();
    await page.getByRole('radio', { name: 'Keys elsewhere' }).check();
    await page.getByRole('checkbox', { name: /Vault room/ }).check();
    await page.getByText('signs alone.').waitFor();
    await desk.button('Make treasury').click();
    await page.getByText('Fingerprint of this treasury').waitFor();
    await page.getByText('Payments are signed by an air-gapped signer.').waitFor();
    await look(desk, 'settings-treasury-of-signer');
    await desk.button('Send treasury to Vault room').click();
    const treasury = await saved('Save file');
    await signer.call('bundles.receive', { content: treasury.bytes.toString('base64') });
    const [known] = (await signer.call('signer.status', {})).treasuries;
    await page
      .getByRole('img', { name: groupsOf(known?.fingerprint ?? 'none') })
      .first()
      .waitFor();
  });

  it('shows an address that the signer finds among its own', async () => {
    const { page } = desk;
    await desk.button('New receive address').click();
    const shown = page.getByRole('region', { name: 'Receive address' }).locator('code').first();
    const address = ((await shown.textContent()) ?? '').replace(/\s/g, '');
    expect((await signer.call('signer.findAddress', { address })).found).toMatchObject({ address, chain: 0 });
  });

  it('prepares a payment and waits for the signature, with the one action on the Overview', async () => {
    const { page } = desk;
    const { csv, amounts } = await registerBeneficiaries(desk, HOLDERS);
    due = amounts;
    await importAllocation(desk, 'coupon.csv', csv);
    await desk.heading('coupon.csv');
    await desk.button('Create allocation').click();
    await page.getByRole('link', { name: 'Review plan' }).click();
    await page.getByText('Signed by an air-gapped signer.').waitFor();
    await desk.button('Start distribution').click();
    const dialog = page.getByRole('alertdialog', { name: 'Start this distribution?' });
    await dialog.getByLabel('Type AG31 to confirm').fill('AG31');
    await dialog.getByRole('button', { name: 'Start distribution' }).click();
    await page.waitForURL(/operations\//);
    await page.getByText('1 batch waits for 1 signature, by Vault room.').waitFor();
    await look(desk, 'operation-waits-for-signer');
    await desk.visit('/overview', 'Overview');
    await page.getByRole('link', { name: /^Get signatures/ }).click();
    await page.getByRole('region', { name: 'Signatures' }).waitFor();
  });

  it('is read to the end before it goes out, and the signer sees the same fingerprint', async () => {
    const { page } = desk;
    await page.getByRole('link', { name: 'Read the whole review' }).click();
    await desk.heading('Review before signing');
    const table = page.getByRole('table', { name: 'Recipients' });
    await expect
      .poll(() => table.getAttribute('aria-rowcount'), { timeout: 60_000 })
      .toBe(String(HOLDERS + 1));
    await look(desk, 'review-before-signing');
    const sheet = await saved('Save approval sheet');
    await desk.button('Save request for Vault room').click();
    await page.getByRole('heading', { name: 'Request for Vault room' }).waitFor();
    const request = await saved('Save file');
    const taken = await signer.call('bundles.receive', { content: request.bytes.toString('base64') });
    const { review } = await signer.call('signer.request', { id: taken.goTo?.id ?? '' });
    expect(review.ok).toBe(true);
    expect(sheet.bytes.toString()).toContain(review.fingerprint);
    await page.getByRole('img', { name: groupsOf(review.fingerprint) }).waitFor();

    const answer = await signer.call('signer.sign', { id: taken.goTo?.id ?? '', confirm: 'AG31' });
    await desk.button('Load signed answer').click();
    await desk.choose('Choose file or pictures', answer.fileName, Buffer.from(answer.content, 'base64'));
    await expect
      .poll(async () => (await operationNow(desk)).batches.every(({ step }) => step !== 'built'), {
        timeout: 60_000,
      })
      .toBe(true);
  });

  it('is paid, and every witness agrees to the unit', async () => {
    const { id } = await operationNow(desk);
    await desk.visit(`/operations/${id}`, /^Pay/);
    await mineToTheEnd(desk);
    await desk.page.getByText('Every recipient is paid and AMP has the report.').waitFor();
    await expectPaid(desk, due);
  });
});

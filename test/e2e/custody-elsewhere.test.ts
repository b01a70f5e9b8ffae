import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import { Desk } from './support/desk.ts';
import { whenItRests } from './support/job.ts';
import { look } from './support/looks.ts';
import { deskAndSigner } from './support/pair.ts';
import { tellAsStory } from './support/story.ts';

let desk: Desk;
let signer: Desk;
beforeAll(async () => {
  desk = await Desk.open();
  signer = await Desk.open();
});
afterAll(async () => {
  await desk.close();
  await signer.close();
});

interface Carried {
  name: string;
  bytes: Buffer;
}

/** What a page gives out under a heading, as the file that it saves. */
async function saved(at: Desk, title: string): Promise<Carried> {
  const asked = at.page.waitForEvent('download');
  await at.page.getByRole('region', { name: title }).getByRole('button', { name: 'Save file' }).click();
  const file = await asked;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** Into the page of the other side that asks for a file. */
async function takeIn({ name, bytes }: Carried, at: Desk): Promise<void> {
  await at.choose('Choose file or pictures', name, bytes);
}

async function makeWallet(
  kind: RegExp,
  name: string,
  place: RegExp,
  key: () => Promise<void>,
): Promise<void> {
  const { page } = desk;
  await desk.visit('/custody/new', 'New wallet');
  await page.getByRole('radio', { name: kind }).check();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('radio', { name: place }).check();
  await key();
}

async function chooseSigner(): Promise<void> {
  await desk.page.getByRole('button', { name: /Signer$/ }).click();
  await desk.page.getByRole('option', { name: 'Vault room' }).click();
}

async function idOf(name: string): Promise<string> {
  const { wallets } = await desk.call('custody.wallets', {});
  return wallets.find((wallet) => wallet.name === name)?.id ?? '';
}

/** L-BTC from the treasury, two blocks deep. */
async function fund(name: string): Promise<void> {
  const id = await idOf(name);
  const { address } = await desk.call('custody.newAddress', { id });
  const { lines } = await desk.call('treasury.overview', {});
  const assetId = lines.find(({ ticker }) => ticker === 'L-BTC')?.assetId ?? '';
  const recipients = [{ address, amount: amount(100_000n) }];
  const { fingerprint } = await desk.call('treasury.planSend', { assetId, recipients });
  await desk.call('treasury.send', { assetId, recipients, fingerprint, confirm: 'L-BTC' });
  await whenItRests(desk);
  await desk.call('sandbox.mine', { blocks: 2 });
  await desk.call('custody.scan', { id });
}

/** Fills the page “Send” and goes to the payment that was prepared. */
async function prepare(from: string): Promise<void> {
  const { page } = desk;
  const { address } = await desk.call('treasury.newAddress', {});
  await desk.visit(`/custody/${await idOf(from)}/send`, 'Send');
  await page.getByLabel('Address or payment link').fill(address);
  await page.getByLabel('Amount').fill('0.0003');
  await page.getByLabel('Label').fill('Treasury');
  await desk.button('Prepare payment').click();
  await page.waitForURL(/custody\/spends\//);
}

/** AMP2 cosigns first, once that was decided on the desk. */
async function decide(): Promise<void> {
  await desk.page.getByRole('region', { name: 'Decide' }).getByRole('button').last().click();
  const dialog = desk.page.getByRole('alertdialog', { name: 'Go on with this payment?' });
  await dialog.getByRole('textbox').fill('L-BTC');
  await dialog.getByRole('button', { name: /^Go on with payment/ }).click();
}

async function confirmTwice(): Promise<void> {
  await desk.page.getByText('Broadcast; it waits for its first confirmation.').waitFor();
  await desk.call('sandbox.mine', { blocks: 2 });
  await desk.page.getByRole('status').getByText('Done', { exact: true }).waitFor();
}

describe('custody wallets whose keys are at an air-gapped signer or in a Jade', () => {
  tellAsStory('custody-elsewhere', () => desk);

  it('begin with a signer that is paired and has sent its keys', async () => {
    const { deskAtSigner } = await deskAndSigner(desk, signer);
    const { card, words } = await signer.call('pairing.identity', {});
    await desk.call('pairing.add', { card, words });
    const { content } = await signer.call('signer.sendKeys', { peerId: deskAtSigner });
    await desk.call('bundles.receive', { content });
  });

  it('an AMP0 account is made with a login that the signer signs', async () => {
    await makeWallet(/^AMP0 account/, 'Cold', /^Air-gapped signer/, chooseSigner);
    await desk.button('Make AMP0 account').click();
    await desk.heading('AMP0 account “Cold”');
    await look(desk, 'custody-setup');
    await signer.visit('/overview', 'Overview');
    await takeIn(await saved(desk, 'Login for Vault room'), signer);
    await signer.heading('AMP0 login for “Cold”');
    await signer.button('Sign login').click();
    await takeIn(await saved(signer, 'Answer to'), desk);
    await expect.poll(() => idOf('Cold'), { timeout: 60_000 }).not.toBe('');
  });

  it('the signer is told of the account, and signs its payments', async () => {
    await desk.visit(`/custody/${await idOf('Cold')}?tab=settings`, 'Cold');
    await desk.button('Send wallet to Vault room').click();
    await signer.visit('/overview', 'Overview');
    await takeIn(await saved(desk, 'Wallet Cold for Vault room'), signer);
    await signer.page.getByText('Cold').first().waitFor();

    await fund('Cold');
    await prepare('Cold');
    await desk.button('Save request for Vault room').click();
    const request = await saved(desk, 'Request for Vault room');
    await signer.visit('/requests', 'Requests');
    await takeIn(request, signer);
    await signer.button(/^Sign payment of/).click();
    const dialog = signer.page.getByRole('alertdialog', { name: 'Sign this payment?' });
    await dialog.getByRole('textbox').fill('L-BTC');
    await dialog.getByRole('button', { name: /^Sign payment/ }).click();
    await signer.page.getByText('You signed this.').waitFor();
    await takeIn(await saved(signer, 'Answer to'), desk);
    await confirmTwice();
    await look(desk, 'custody-spend-signer');
  });

  it('an AMP2 wallet is made with a Jade, registered on it, and paid from', async () => {
    const { page } = desk;
    await desk.sandbox('POST', 'jade', { action: 'script', afterwards: 'approve' });
    await makeWallet(/^AMP2 wallet/, 'CFO', /^Jade/, async () => {
      await desk.button(/^Unlock /).click();
      await desk.button(/^Use /).click();
    });
    await page.getByLabel('Account of the key').fill('twenty');
    await desk.button('Make and register wallet').click();
    await page.getByText('An account is a number from 0 to 19.').first().waitFor();
    await look(desk, 'custody-new-jade');
    await page.getByLabel('Account of the key').fill('3');
    await desk.button('Make and register wallet').click();
    await desk.heading('CFO');
    expect((await desk.call('custody.wallet', { id: await idOf('CFO') })).publicDescriptor).toContain(
      "/87'/1'/3']",
    );
    await desk.visit(`/custody/${await idOf('CFO')}?tab=settings`, 'CFO');
    await desk.button(/^Register on /).click();
    await page.getByText(/knows the wallet CFO/).waitFor();
    await fund('CFO');
    await prepare('CFO');
    await decide();
    await desk.button(/^Sign on /).click();
    await confirmTwice();
    await look(desk, 'custody-spend-jade');
  });
});

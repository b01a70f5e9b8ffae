import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import { Desk } from './support/desk.ts';
import { mineFromPalette, operationNow, whenItRests } from './support/job.ts';
import { look } from './support/looks.ts';
import { tellAsStory } from './support/story.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

/** Categories that AG31 asks its holders for. */
const CATEGORIES = 'KYC verified | EU professional';
const ids = new Map<string, string>();
const idOf = (name: string): string => ids.get(name) ?? '';

async function makeWallet(kind: RegExp, name: string, purpose: RegExp, make: string): Promise<void> {
  const { page } = desk;
  await desk.visit('/custody', 'Custody');
  await page.getByRole('link', { name: 'New wallet' }).first().click();
  await desk.heading('New wallet');
  await page.getByRole('radio', { name: kind }).check();
  await page.getByRole('radio', { name: purpose }).check();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await desk.button(make).click();
  await desk.heading(name);
  const { wallets } = await desk.call('custody.wallets', {});
  ids.set(name, wallets.find((wallet) => wallet.name === name)?.id ?? '');
}

/** Mines until the newest operation is over. */
async function untilPaid(): Promise<void> {
  for (let blocks = 0; blocks < 8; blocks += 1) {
    const { state, problem } = await whenItRests(desk);
    expect(problem).toBeNull();
    if (state === 'done') return;
    await desk.call('sandbox.mine', { blocks: 1 });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`Not paid: ${(await operationNow(desk)).sentence}`);
}

/** What a wallet holds for good, by ticker, in base units. */
async function holdings(name: string): Promise<Record<string, bigint>> {
  const { balances } = await desk.call('custody.wallet', { id: idOf(name) });
  return Object.fromEntries(balances.map(({ asset, confirmed }) => [asset.ticker, confirmed]));
}

/** Fills the page “Send” of a wallet and goes to the payment that was prepared. */
async function prepare(from: string, ticker: string, to: string, figure: string): Promise<void> {
  const { page } = desk;
  await desk.visit(`/custody/${idOf(from)}`, from);
  await page.getByRole('link', { name: 'Send', exact: true }).click();
  await desk.heading('Send');
  await page.getByRole('button', { name: /Asset$/ }).click();
  await page.getByRole('option', { name: new RegExp(`^${ticker}`) }).click();
  await desk.button('Own wallet').click();
  await page.getByRole('menuitem', { name: to, exact: true }).click();
  await page.getByText(`An address of your wallet ${to}.`).waitFor();
  await page.getByLabel('Amount').fill(figure);
  await page.getByLabel('Label').fill(to);
  await desk.button('Prepare payment').click();
  await page.waitForURL(/custody\/spends\//);
  await page.getByRole('region', { name: 'Decide' }).waitFor();
}

/** Reads to the end and signs, by typing the ticker. */
async function decide(ticker: string): Promise<void> {
  const { page } = desk;
  await page.getByRole('region', { name: 'Decide' }).getByRole('button').last().click();
  const dialog = page.getByRole('alertdialog', { name: 'Sign and send this payment?' });
  await dialog.getByRole('textbox').fill(ticker);
  await dialog.getByRole('button', { name: /^Sign payment/ }).click();
}

async function confirmTwice(): Promise<void> {
  await desk.page.getByText('Broadcast; it waits for its first confirmation.').waitFor();
  await mineFromPalette(desk);
  await mineFromPalette(desk);
  await desk.page.getByRole('status').getByText('Done', { exact: true }).waitFor();
}

/** Who owns an asset of AMP’s by the issuer's own view, base units by GAID. */
async function ownershipOf(ticker: string): Promise<Map<string | null, bigint>> {
  const { assets } = await desk.call('assets.list', {});
  const assetUuid = assets.find((asset) => asset.ticker === ticker)?.assetUuid ?? '';
  const { rows } = await desk.call('assets.ownerships', { assetUuid });
  return new Map(rows.map((row) => [row.gaid, row.amount]));
}

describe('a venue takes AMP0 and AMP2 assets into custody, and moves them on', () => {
  tellAsStory('custody', () => desk);

  it('opens the Sandbox, which has no wallet in custody', async () => {
    await desk.openSandbox();
    await desk.sandbox('POST', 'options', { blockSeconds: 0 });
    await desk.visit('/custody', 'Custody');
    await look(desk, 'custody-empty');
  });

  it('says where the keys will be kept, before there is one', async () => {
    const { page } = desk;
    await page.getByRole('link', { name: 'New wallet' }).first().click();
    await page.getByLabel('Passphrase', { exact: true }).fill('correct horse battery staple');
    await page.getByLabel('Repeat passphrase').fill('correct horse battery staple');
    await desk.button('Create vault').click();
    await page.getByLabel('Name', { exact: true }).waitFor();
    await look(desk, 'custody-new-amp0');
  });

  it('makes two AMP0 accounts and two AMP2 wallets', async () => {
    await makeWallet(/^AMP0 account/, 'Venue', /^Omnibus/, 'Make AMP0 account');
    await makeWallet(/^AMP0 account/, 'Client', /^Per user/, 'Make AMP0 account');
    await makeWallet(/^AMP2 wallet/, 'Bonds', /^Hot/, 'Make and register wallet');
    await makeWallet(/^AMP2 wallet/, 'Bonds vault', /^Cold/, 'Make and register wallet');
    await desk.visit(`/custody/${idOf('Venue')}?tab=receive`, 'Venue');
    await desk.button('New address').click();
    await desk.page.getByText(/^Issued by Green, the AMP0 server/).waitFor();
    await desk.page.getByRole('status', { name: 'Receive address' }).waitFor();
    await look(desk, 'custody-receive');
  });

  it('gets L-BTC for fees from the treasury, three wallets in one payment', async () => {
    const { page } = desk;
    await desk.visit('/treasury', 'Treasury');
    await page.getByRole('link', { name: 'Send' }).click();
    for (const [index, name] of ['Venue', 'Bonds', 'Bonds vault'].entries()) {
      if (index > 0) await desk.button('Add recipient').click();
      const recipient = page.getByRole('group', { name: `Recipient ${index + 1}`, exact: true });
      await recipient.getByRole('button', { name: /^Own wallet/ }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
      await recipient.getByText(`An address of your wallet ${name}.`).waitFor();
      await recipient.getByLabel(/^Amount/).fill('0.001');
    }
    await desk.button('Check payment').click();
    const pay = desk.button('Send 0.00300000 L-BTC to 3 recipients').first();
    await pay.waitFor();
    await look(desk, 'treasury-send');
    await pay.click();
    const dialog = page.getByRole('alertdialog', { name: 'Send this payment?' });
    await dialog.getByRole('textbox').fill('L-BTC');
    await dialog.getByRole('button', { name: /^Send 0.003/ }).click();
    await page.waitForURL(/operations\//);
    await untilPaid();
    await page.getByText('Paid and confirmed twice.').first().waitFor();
    await look(desk, 'operation-send');
  });

  it('is paid by a distribution and by a plain payment, and sees both', async () => {
    const { page } = desk;
    const { wallets } = await desk.call('custody.wallets', {});
    const isNamed = (name: string) => (wallet: { name: string }) => wallet.name === name;
    const gaidOf = (name: string) => wallets.find(isNamed(name))?.ampId ?? '';
    const people = ['Venue', 'Client'].map((name) => `${name},${gaidOf(name)},${CATEGORIES}`);
    const { id } = await desk.call('holders.importPreview', {
      fileName: 'accounts.csv',
      content: Buffer.from(['name,gaid,categories', ...people].join('\n')).toString('base64'),
    });
    await desk.call('holders.importCommit', { id });
    const { assets } = await desk.call('assets.list', {});
    const assetUuid = assets.find(({ ticker }) => ticker === 'AG31')?.assetUuid ?? '';
    const allocation = await desk.call('allocations.create', { name: 'To the venue', assetUuid });
    const { rows } = await desk.call('holders.list', { search: 'Venue', offset: 0, limit: 1 });
    await desk.call('allocations.addRow', {
      id: allocation.id,
      holderId: rows[0]?.id ?? 0,
      amount: amount(250_000n),
    });
    const { fingerprint } = await desk.call('allocations.plan', { id: allocation.id });
    await desk.call('operations.start', { allocationId: allocation.id, fingerprint, confirm: 'AG31' });
    await untilPaid();

    await desk.visit('/custody?tab=issuer', 'Custody');
    await desk.button('Admit Bonds').first().click();
    await desk.button('Put out Bonds').first().waitFor();
    await desk.visit('/treasury', 'Treasury');
    await page.getByRole('link', { name: 'Send' }).click();
    // What the holder of the wallet would send: the link says asset and amount.
    const bonds = await desk.call('custody.newAddress', { id: wallets.find(isNamed('Bonds'))?.id ?? '' });
    const { lines } = await desk.call('treasury.overview', {});
    const assetId = lines.find(({ ticker }) => ticker === 'MB31')?.assetId ?? '';
    await page
      .getByLabel('Address or payment link')
      .fill(`liquidtestnet:${bonds.address}?amount=5000&assetid=${assetId}&label=Bonds`);
    await page.getByText('An address of your wallet Bonds.').waitFor();
    await desk.button('Check payment').click();
    await desk.button('Send 5,000.00 MB31 to 1 recipient').first().click();
    const dialog = page.getByRole('alertdialog', { name: 'Send this payment?' });
    await dialog.getByRole('textbox').fill('MB31');
    await dialog.getByRole('button', { name: /^Send 5,000/ }).click();
    await page.waitForURL(/operations\//);
    await untilPaid();

    await desk.visit('/custody', 'Custody');
    await expect.poll(() => holdings('Venue'), { timeout: 60_000 }).toMatchObject({ AG31: 250_000n });
    await expect.poll(() => holdings('Bonds'), { timeout: 60_000 }).toMatchObject({ MB31: 500_000n });
    await page.getByText('2,500.00').first().waitFor();
    await page.getByText('5,000.00').first().waitFor();
    await look(desk, 'custody-full');
  });

  it('sends part of the AMP0 asset on, cosigned by Green', async () => {
    await prepare('Venue', 'AG31', 'Client', '1,000.00');
    await look(desk, 'custody-spend-review');
    await decide('AG31');
    await confirmTwice();
    await look(desk, 'custody-spend-done');
    await expect.poll(() => holdings('Client'), { timeout: 60_000 }).toMatchObject({ AG31: 100_000n });
    expect(await holdings('Venue')).toMatchObject({ AG31: 150_000n });
  });

  it('is refused by Green once the receiver is out of a category, and told so', async () => {
    const { page } = desk;
    const { rows } = await desk.call('holders.list', { search: 'Client', offset: 0, limit: 1 });
    const [client] = rows;
    await desk.call('categories.setMembers', {
      id: client?.categories[0]?.id ?? 0,
      add: [],
      remove: [client?.id ?? 0],
    });
    await prepare('Venue', 'AG31', 'Client', '1.00');
    await decide('AG31');
    await page.getByRole('status').getByText('Refused', { exact: true }).waitFor();
    await page.getByText(/Nothing was sent\./).waitFor();
    await look(desk, 'custody-spend-refused');
    expect(await holdings('Venue')).toMatchObject({ AG31: 150_000n });
  });

  it('is refused by AMP2 outside the group, then sends to a wallet that was admitted', async () => {
    const { page } = desk;
    await prepare('Bonds', 'MB31', 'Bonds vault', '1,200.00');
    await decide('MB31');
    await page.getByRole('status').getByText('Refused', { exact: true }).waitFor();
    await page
      .getByText(/not in restriction group/)
      .first()
      .waitFor();
    await desk.visit('/custody?tab=issuer', 'Custody');
    await desk.button('Admit Bonds vault').first().click();
    await desk.button('Put out Bonds vault').first().waitFor();
    await prepare('Bonds', 'MB31', 'Bonds vault', '1,200.00');
    await decide('MB31');
    await confirmTwice();
    await expect.poll(() => holdings('Bonds vault'), { timeout: 60_000 }).toMatchObject({ MB31: 120_000n });
    expect(await holdings('Bonds')).toMatchObject({ MB31: 380_000n });
  });

  it('agrees with what both issuers see', async () => {
    const { wallets } = await desk.call('custody.wallets', {});
    const wallet = (name: string) => wallets.find((each) => each.name === name);
    const owned = await ownershipOf('AG31');
    expect(owned.get(wallet('Venue')?.ampId ?? '')).toBe(150_000n);
    expect(owned.get(wallet('Client')?.ampId ?? '')).toBe(100_000n);
    const { assets } = await desk.call('sandbox.amp2', {});
    const bond = assets.find(({ ticker }) => ticker === 'MB31');
    const seen = new Map(bond?.ownership.map(({ wid, amount: each }) => [wid, each]));
    expect(seen.get(wallet('Bonds')?.wid ?? '')).toBe(380_000n);
    expect(seen.get(wallet('Bonds vault')?.wid ?? '')).toBe(120_000n);
    await desk.visit('/custody?tab=issuer', 'Custody');
    await desk.page.getByText('3,800.00').first().waitFor();
    await look(desk, 'custody-issuer');
  });
});

describe('every page of custody', () => {
  it.each([
    ['custody-payments', () => '/custody?tab=payments', 'Custody'],
    ['custody-notices', () => '/custody?tab=notices', 'Custody'],
    ['custody-new-amp2', () => '/custody/new?way=amp2', 'New wallet'],
    ['custody-new-attach', () => '/custody/new?way=amp0-watch', 'New wallet'],
    ['custody-wallet', () => `/custody/${idOf('Venue')}`, 'Venue'],
    ['custody-history', () => `/custody/${idOf('Venue')}?tab=history`, 'Venue'],
    ['custody-coins', () => `/custody/${idOf('Bonds')}?tab=coins`, 'Bonds'],
    ['custody-settings', () => `/custody/${idOf('Bonds')}?tab=settings`, 'Bonds'],
    ['settings-custody', () => '/settings?section=custody', 'Settings'],
  ])('%s can be read by everybody', async (name, address, heading) => {
    await desk.visit(address(), heading);
    await look(desk, name);
  });

  it('never complained to the browser', () => {
    expect(desk.browser.complaints).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { amount, formatDecimal, parseDecimal, type Amount } from '../../../src/shared/money.ts';
import type { Result } from '../../../src/shared/contract/index.ts';
import type { Truth } from '../../support/test-sandbox.ts';
import type { Desk } from './desk.ts';

/** The CSV files that the documentation names; they fit the world of a Sandbox as it is made on the first run. */
export function example(name: 'holders.csv' | 'allocation.csv'): string {
  return readFileSync(path.join(import.meta.dirname, '../../../docs/examples', name), 'utf8');
}

/** What allocation.csv gets wrong, by line, and what was meant. */
export const CORRECTIONS: Readonly<Record<number, { column: string; value: string; says: string }>> = {
  18: { column: 'holder', value: 'Nora Urban', says: 'There is no holder “Nora Urbann”' },
  77: { column: 'amount', value: '2400.00', says: 'The amount is zero.' },
  143: { column: 'amount', value: '1250.12', says: 'has 3 decimals; this asset has 2.' },
};

const PRECISION = 2;

/** Who is to get how much by the corrected file, base units by GAID. */
export function meant(): Map<string, Amount> {
  const gaids = new Map<string, string>();
  for (const line of records(example('holders.csv'))) gaids.set(line[0] ?? '', line[1] ?? '');
  const due = new Map<string, Amount>();
  for (const [index, [holder = '', figure = '']] of records(example('allocation.csv')).entries()) {
    const correction = CORRECTIONS[index + 2];
    const name = correction?.column === 'holder' ? correction.value : holder;
    const text = correction?.column === 'amount' ? correction.value : figure;
    due.set(gaids.get(name) ?? name, parseDecimal(text, PRECISION));
  }
  return due;
}

function records(csv: string): string[][] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line) => line.split(','));
}

export async function importHolders(desk: Desk): Promise<void> {
  await desk.visit('/holders', 'Holders');
  await desk.page.getByRole('link', { name: 'Import' }).click();
  await desk.heading('Import holders');
  await desk.choose('Choose CSV file', 'holders.csv', example('holders.csv'));
  await desk.heading('holders.csv');
}

/** Takes the allocation's file up to the review of its rows. */
export async function importAllocation(desk: Desk, name: string, content: string | Buffer): Promise<void> {
  await desk.visit('/allocations/import', 'Import allocation');
  await desk.button(/^Choose an asset/).click();
  await desk.page.getByRole('option', { name: /AG31/ }).click();
  await desk.choose('Choose CSV file', name, content);
}

/**
 * Registers holders at GAIDs that the Sandbox has to spare, past the page, and returns an allocation for them: as a file
 * with semicolons and decimal commas, and as what is due, base units by GAID.
 */
export async function registerBeneficiaries(
  desk: Desk,
  count: number,
): Promise<{ csv: string; amounts: Map<string, Amount> }> {
  const { gaids } = await desk.call('sandbox.gaids', { count });
  const holders = gaids.map(
    (gaid, index) => `Beneficiary ${index + 1},${gaid},KYC verified | EU professional`,
  );
  const { id } = await desk.call('holders.importPreview', {
    fileName: 'beneficiaries.csv',
    content: Buffer.from(['name,gaid,categories', ...holders].join('\n')).toString('base64'),
  });
  expect(await desk.call('holders.importCommit', { id })).toEqual({ added: count, alreadyThere: 0 });
  const amounts = new Map(gaids.map((gaid, index) => [gaid, amount(BigInt(10_001 + index))]));
  const rows = [...amounts].map(
    ([gaid, due]) => `${gaid};${formatDecimal(due, PRECISION).replace('.', ',')}`,
  );
  return { csv: ['GAID;Betrag', ...rows].join('\r\n'), amounts };
}

export async function operationNow(desk: Desk): Promise<Result<'operations.get'>> {
  const { rows } = await desk.call('operations.list', { offset: 0, limit: 1 });
  if (!rows[0]) throw new Error('There is no operation.');
  return rows[0];
}

/** Lets the engine come to where only a block helps, or to the end. */
export async function whenItRests(desk: Desk): Promise<Result<'operations.get'>> {
  for (const until = Date.now() + 240_000; Date.now() < until;) {
    const operation = await operationNow(desk);
    const resting =
      operation.batches.every((batch) => batch.state !== 'running') &&
      operation.batches.every((batch) => batch.state === 'done' || batch.sentence.includes('confirmation'));
    if (resting || ['done', 'cancelled', 'attention'].includes(operation.state)) return operation;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('The operation does not come to rest.');
}

/** Mines by the palette, as a person at the Sandbox would, and stays on the page. */
export async function mineFromPalette(desk: Desk): Promise<void> {
  const { page } = desk;
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  await palette.waitFor();
  await page.keyboard.type('mine a block');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await palette.waitFor({ state: 'detached' });
}

/** Mines whenever only a block helps, until the operation is over; returns the blocks that took. */
export async function mineToTheEnd(desk: Desk): Promise<number> {
  for (let blocks = 0; blocks < 12; blocks += 1) {
    const operation = await whenItRests(desk);
    if (operation.state === 'done') return blocks;
    expect(operation.problem).toBeNull();
    await mineFromPalette(desk);
    await whenBlockIsSeen(
      desk,
      operation.batches.reduce((sum, batch) => sum + batch.confirmations, 0),
    );
  }
  throw new Error(`Not over after 12 blocks: ${(await operationNow(desk)).sentence}`);
}

async function whenBlockIsSeen(desk: Desk, before: number): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until;) {
    const { batches, state } = await operationNow(desk);
    if (state === 'done' || batches.reduce((sum, batch) => sum + batch.confirmations, 0) > before) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * That three witnesses agree to the unit on who was paid what: AMP's books, the chain as its holders' own keys open it,
 * and the node's wallet; and that the desk's own page says so.
 */
export async function expectPaid(desk: Desk, due: ReadonlyMap<string, Amount>): Promise<void> {
  const { assets } = await desk.call('assets.list', {});
  const asset = assets.find(({ ticker }) => ticker === 'AG31');
  if (!asset) throw new Error('The asset is gone.');
  const [{ rows }, { lines }, truth] = await Promise.all([
    desk.call('assets.ownerships', { assetUuid: asset.assetUuid }),
    desk.call('treasury.overview', {}),
    desk.sandbox('GET', 'truth') as Promise<Truth>,
  ]);
  const owned = new Map(rows.map(({ gaid, amount }) => [gaid, amount]));
  const chain = truth.assets[asset.assetId];
  const wrong = [...due].filter(
    ([gaid, amount]) => owned.get(gaid) !== amount || chain?.holders[gaid] !== amount.toString(),
  );
  expect(wrong).toEqual([]);
  expect(truth).toMatchObject({ unreadable: [] });
  const line = lines.find(({ assetId }) => assetId === asset.assetId);
  expect(line?.reconciliation).toMatchObject({ verdict: 'good', difference: 0n });
  expect(line?.amp).toMatchObject({ assigned: 0n });
  expect(line?.node).toMatchObject({ pending: 0n, reserved: 0n });
  expect(chain?.treasury).toBe(line?.node.confirmed.toString());

  await desk.visit('/treasury', 'Treasury');
  const row = desk.page.getByRole('row', { name: /Notes 2031/ });
  await row.getByText('Agrees', { exact: true }).waitFor();
  const shown = formatDecimal(line?.node.confirmed ?? 0n, PRECISION).replace(/\B(?=(\d{3})+(?=\.))/g, ',');
  await row.getByText(shown).first().waitFor();

  expect(await desk.call('audit.verify', {})).toMatchObject({ ok: true });
}

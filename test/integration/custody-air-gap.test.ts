import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../../src/shared/money.ts';
import type { CustodySpend, Outgoing } from '../../src/shared/contract/index.ts';
import { commandLine, PASSPHRASE, type CommandLine } from '../support/command-line.ts';
import { custodyDesk, type CustodyDesk } from '../support/custody-desk.ts';
import { SEEDS } from '../support/treasury-pset.ts';

/**
 * Custody wallets whose keys are elsewhere: at a signer with a data folder of its own, which nothing but bundles reaches,
 * or in a Jade.
 */
const LONG = 180_000;
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-custody-signer-'));
let desk: CustodyDesk;
let call: CustodyDesk['call'];
let signer: CommandLine;
let peerId: string;

beforeAll(async () => {
  desk = await custodyDesk({ pace: 1000 });
  ({ call } = desk);
  mkdirSync(folder, { recursive: true });
  signer = commandLine(folder);
  await signer.call('secrets.createVault', { passphrase: PASSPHRASE });
  await signer.call('profiles.create', { name: 'Vault room', network: 'sandbox', role: 'signer' });
  await signer.call('signer.restoreKey', { mnemonic: SEEDS.legal });
  const [ours, theirs] = [await call('pairing.identity', {}), await signer.call('pairing.identity')];
  ({ id: peerId } = await call('pairing.add', { card: theirs.card, words: theirs.words }));
  const { id: deskId } = await signer.call('pairing.add', { card: ours.card, words: ours.words });
  await back(await signer.call('signer.sendKeys', { peerId: deskId }));
}, LONG);
afterAll(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

/** From the desk to the signer, as a file. */
async function there({ fileName, content }: Outgoing): Promise<{ goTo: { page: string; id: string } }> {
  return (await signer.call('bundles.receive', { content: signer.carry(fileName, content) })) as never;
}
/** And from the signer to the desk. */
async function back({ content }: Pick<Outgoing, 'content'>) {
  return call('bundles.receive', { content });
}

async function fund(id: string): Promise<void> {
  const { address } = await call('custody.newAddress', { id });
  await desk.pay(address, 100_000n);
  await desk.mine();
  await desk.scanned(id);
}

async function prepared(walletId: string, value = 30_000n): Promise<CustodySpend> {
  const { address } = await call('treasury.newAddress', {});
  return call('custody.prepare', {
    walletId,
    assetId: desk.lbtc,
    recipients: [{ address, amount: amount(value), label: 'Treasury' }],
  });
}

/** One trip to the signer: it checks for itself, sees what the desk sees, and signs. */
async function carried(spend: CustodySpend): Promise<void> {
  const { goTo } = await there(await call('custody.request', { id: spend.id, peerId }));
  expect(goTo.page).toBe('request');
  const { review, request } = await signer.call('signer.request', { id: goTo.id });
  expect(review.checks.filter(({ verdict }: { verdict: string }) => verdict !== 'good')).toEqual([]);
  expect(review.fingerprint).toBe((await call('custody.review', { id: spend.id })).fingerprint);
  expect(request).toMatchObject({ kind: 'send', ticker: 'L-BTC' });
  const answer = await signer.call('signer.sign', { id: goTo.id, confirm: 'L-BTC' });
  expect(await back(answer)).toMatchObject({ goTo: { page: 'spend', id: spend.id } });
}

/** What the desk goes on with by itself. */
async function until(id: string, wanted: (spend: CustodySpend) => boolean): Promise<CustodySpend> {
  for (let tries = 0; tries < 600; tries += 1) {
    const spend = await call('custody.spend', { id });
    if (wanted(spend)) return spend;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It does not settle: ${JSON.stringify(await call('custody.spend', { id }))}`);
}

async function confirmed(spend: CustodySpend): Promise<void> {
  await desk.mine(2);
  await desk.scanned(spend.walletId);
  expect(await call('custody.spend', { id: spend.id })).toMatchObject({ state: 'done' });
}

describe('an AMP0 account whose key is at a signer', () => {
  let id: string;

  it(
    'is made with a login that is signed there',
    async () => {
      const { setupId } = await call('custody.createAmp0', {
        name: 'Cold',
        purpose: 'cold',
        key: { kind: 'signer', peerId },
      });
      const setup = (await call('custody.setups', {})).setups.find((each) => each.id === setupId);
      if (!setup?.request) throw new Error('The login has no request.');
      const { goTo } = await there(setup.request);
      expect(goTo).toMatchObject({ page: 'login' });
      expect((await signer.call('signer.logins')).logins).toMatchObject([{ state: 'waiting', name: 'Cold' }]);
      await back(await signer.call('signer.answerLogin', { id: goTo.id }));
      for (let tries = 0; tries < 200; tries += 1) {
        const { wallets } = await call('custody.wallets', {});
        id = wallets.find(({ name }) => name === 'Cold')?.id ?? '';
        if (id !== '') break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(await call('custody.wallet', { id })).toMatchObject({ kind: 'amp0', key: { kind: 'signer' } });
    },
    LONG,
  );

  it(
    'is sent to the signer, and its payments are signed there',
    async () => {
      const { goTo } = await there(await call('custody.sendWallet', { id }));
      const { wallets } = await signer.call('signer.wallets');
      const { fingerprint } = await call('custody.wallet', { id });
      expect(wallets).toMatchObject([{ id: goTo.id, kind: 'amp0', name: 'Cold', fingerprint }]);
      await fund(id);
      const spend = await prepared(id);
      expect(spend).toMatchObject({ waitsFor: 'signer', canAsk: [{ peerId }], order: ['user', 'server'] });
      await carried(spend);
      await confirmed(await until(spend.id, ({ state }) => state === 'sent'));
    },
    LONG,
  );

  it(
    'is told of a refusal, and the payment can be given up',
    async () => {
      const spend = await prepared(id, 1000n);
      const { goTo } = await there(await call('custody.request', { id: spend.id, peerId }));
      const answer = await signer.call('signer.refuse', { id: goTo.id, reason: 'Nobody told me.' });
      expect(await back(answer)).toMatchObject({ sentence: expect.stringContaining('Nobody told me.') });
      expect(await call('custody.spend', { id: spend.id })).toMatchObject({
        problem: { code: 'SIGNING_FAILED' },
        cancellable: true,
      });
      expect(await call('custody.cancel', { id: spend.id })).toMatchObject({ state: 'cancelled' });
    },
    LONG,
  );
});

describe('an AMP2 wallet whose key is at a signer', () => {
  let id: string;
  beforeAll(async () => {
    const key = { kind: 'signer', peerId } as const;
    ({ id } = await call('custody.createAmp2', { name: 'Shared', purpose: 'hot', key }));
    await there(await call('custody.sendWallet', { id }));
    await fund(id);
  }, LONG);

  it.each(['server', 'user'] as const)(
    'is paid from with the signature of the %s first',
    async (first) => {
      const spend = await prepared(id);
      if (first === 'user') await call('custody.carryOut', { id: spend.id, confirm: 'L-BTC', first });
      await carried(spend);
      const sent = await until(spend.id, ({ state }) => state === 'sent');
      const steps = sent.steps.map(({ step }) => step);
      expect(steps.indexOf('signed') < steps.indexOf('cosigned')).toBe(first === 'user');
      await confirmed(sent);
    },
    LONG,
  );

  it(
    'is one of several: the next one is of the next account of the same key',
    async () => {
      const key = { kind: 'signer', peerId } as const;
      const place = { name: 'Client 7', purpose: 'user', key } as const;
      await expect(call('custody.createAmp2', { ...place, account: 0 })).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('registered with AMP2 already') as string,
      });
      const second = await call('custody.createAmp2', place);
      expect(second.publicDescriptor).toContain("/87'/1'/1']");
      await there(await call('custody.sendWallet', { id: second.id }));
      await fund(second.id);
      const spend = await prepared(second.id);
      await carried(spend);
      await confirmed(await until(spend.id, ({ state }) => state === 'sent'));
      const { wallets } = await call('custody.wallets', {});
      expect(wallets.map(({ name }) => name)).toContain('Client 7');
    },
    LONG,
  );
});

describe('an AMP2 wallet whose key is in a Jade', () => {
  it.each([
    ['Jade of the CFO', 0, 'Jade-of-the-CFO'],
    // Alike in all that a Jade keeps of a name.
    ['Jade of the CFO, cold', 1, 'Jade-of-the-C~2'],
  ])(
    '“%s” is registered there and signed for',
    async (name, account, nameThere) => {
      await desk.control('POST', '/jade', { action: 'script', afterwards: 'approve' });
      const { devices } = await call('jade.devices', {});
      const port = devices[0]?.port ?? '';
      expect(await call('jade.unlock', { port })).toMatchObject({ state: 'ready' });
      const wallet = await call('custody.createAmp2', {
        name,
        purpose: 'hot',
        key: { kind: 'jade', port },
      });
      expect(wallet).toMatchObject({ blinding: 'slip77', key: { kind: 'jade' } });
      expect(wallet.publicDescriptor).toContain(`/87'/1'/${account}']`);
      expect(await call('custody.registerOnJade', { id: wallet.id, port })).toEqual({ name: nameThere });
      await fund(wallet.id);
      const spend = await prepared(wallet.id);
      expect(spend.order).toEqual(['server', 'user']);
      const before = ((await desk.control('GET', '/jade')) as { shown: string[][] }).shown.length;
      expect(await call('custody.withJade', { id: spend.id, port })).toMatchObject({ state: 'sent' });
      // The recipient and the fee: change of a registered multisig is not asked about.
      const shown = ((await desk.control('GET', '/jade')) as { shown: string[][] }).shown.slice(before);
      expect(shown).toHaveLength(2);
      await confirmed(spend);
    },
    LONG,
  );

  it('is none of AMP0, and the desk says so', async () => {
    const { devices } = await call('jade.devices', {});
    await expect(
      call('custody.createAmp0', {
        name: 'No',
        purpose: 'hot',
        key: { kind: 'jade', port: devices[0]?.port ?? '' },
      }),
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

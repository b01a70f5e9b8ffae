import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyDesk, type CustodyDesk } from '../support/custody-desk.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';

/** Words that every test knows: nothing of value is ever kept with them. */
const WORDS = `${'zoo '.repeat(11)}wrong`;
const OTHER_WORDS = `${'legal winner thank year wave sausage worth useful '.repeat(1)}legal winner thank yellow`;

let sandbox: TestSandbox;
let desk: CustodyDesk;
let call: CustodyDesk['call'];
beforeAll(async () => {
  sandbox = await testSandbox();
  desk = await custodyDesk({ sandbox });
  ({ call } = desk);
});
afterAll(async () => {
  await desk.close();
  await sandbox.close();
});

const wallets = async () => (await call('custody.wallets', { archived: true })).wallets;

describe('wallets of a desk', () => {
  it('asks nobody for a desk without wallets', async () => {
    expect(await call('custody.wallets', {})).toEqual({ wallets: [], unread: 0 });
    const { steps } = await call('custody.testServices', {});
    expect(steps.map(({ service, verdict }) => [service, verdict])).toEqual([
      ['chain', 'good'],
      ['amp0', 'good'],
      ['amp2', 'good'],
    ]);
  });

  it('is paid into a plain wallet, and hears of it once when it comes and once when it is confirmed', async () => {
    const wallet = await call('custody.createSingle', {
      name: 'Fees',
      purpose: 'fees',
      key: { kind: 'keychain' },
    });
    const { id } = wallet;
    expect(wallet).toMatchObject({ kind: 'single', balances: [], blinding: 'slip77' });
    const first = await call('custody.newAddress', { id, label: 'from the treasury' });
    const second = await call('custody.newAddress', { id });
    expect(second.address).not.toBe(first.address);
    expect(first).toMatchObject({ from: 'derived', index: 0, used: false });
    expect(first.grouped.replaceAll(' ', '')).toBe(first.address);

    const txid = await desk.pay(first.address, 40_000n);
    expect((await desk.scanned(id)).balances).toMatchObject([{ pending: 40_000n, confirmed: 0n }]);
    await desk.mine();
    expect((await desk.scanned(id)).balances).toMatchObject([{ pending: 0n, confirmed: 40_000n }]);
    await desk.scanned(id);
    const { rows } = await call('custody.notices', { offset: 0, limit: 10 });
    expect(rows.map(({ text }) => text)).toEqual([
      '0.00040000 L-BTC in “Fees” is confirmed.',
      '“Fees” received 0.00040000 L-BTC, not confirmed yet.',
    ]);

    const history = await call('custody.history', { id, offset: 0, limit: 10 });
    expect(history.rows).toMatchObject([{ txid, type: 'incoming', confirmations: 1 }]);
    const entry = await call('custody.entry', { id, txid });
    expect(entry.outputs.filter(({ own }) => own)).toMatchObject([
      { amount: 40_000n, address: first.address, label: 'from the treasury' },
    ]);
    const { rows: coins } = await call('custody.coins', { id, offset: 0, limit: 10 });
    expect(coins).toMatchObject([{ amount: 40_000n, address: first.address, label: 'from the treasury' }]);
    const { rows: given } = await call('custody.addresses', { id, search: 'treasury', offset: 0, limit: 10 });
    expect(given).toMatchObject([{ address: first.address, used: true }]);
  });

  it('reads what others pay to, and knows its own', async () => {
    const [fees] = await wallets();
    if (!fees) throw new Error('no wallet');
    const { address } = await call('custody.newAddress', { id: fees.id });
    const read = await call('custody.readPayment', {
      text: `liquidtestnet:${address}?amount=0.5&label=Rent`,
    });
    expect(read).toMatchObject({
      amount: 50_000_000n,
      assetId: desk.lbtc,
      label: 'Rent',
      ownWallet: { name: 'Fees' },
    });
    await expect(
      call('custody.readPayment', { text: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080' }),
    ).rejects.toThrow(/is no address/);
  });

  it('takes labels out and in again as BIP 329, and the history as a table', async () => {
    const [fees] = await wallets();
    if (!fees) throw new Error('no wallet');
    const { rows } = await call('custody.history', { id: fees.id, offset: 0, limit: 1 });
    await call('custody.label', { id: fees.id, type: 'tx', ref: rows[0]?.txid ?? '', label: '=SUM(1)' });
    const { content } = await call('custody.exportLabels', { id: fees.id });
    expect(
      content
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { label: string }).label),
    ).toEqual(['from the treasury', '=SUM(1)']);
    expect(
      await call('custody.importLabels', { id: fees.id, content: `${content}{"type":"input"}\n` }),
    ).toMatchObject({
      set: 2,
      skipped: 1,
    });
    const table = await call('custody.exportHistory', { id: fees.id });
    expect(table.content).toContain(`,L-BTC,${desk.lbtc},0.00040000,40000,,'=SUM(1)`);
  });
});

describe('an AMP0 account', () => {
  let id: string;
  let ampId: string;

  it('is created, and is paid at an address that Green issued', async () => {
    const made = await call('custody.createAmp0', {
      name: 'Omnibus',
      purpose: 'omnibus',
      key: { kind: 'keychain', words: WORDS },
    });
    expect(made.sentence).toMatch(/^Created the account GA/);
    id = made.walletId ?? '';
    const given = await call('custody.newAddress', { id });
    expect(given.from).toBe('amp0');
    await desk.pay(given.address, 50_000n);
    await desk.mine();
    expect(await desk.scanned(id)).toMatchObject({ verdict: 'good', balances: [{ confirmed: 50_000n }] });
    ampId = (await call('custody.wallet', { id })).ampId ?? '';
  });

  it('is taken up by another desk with the same words, and shows what it holds', async () => {
    const other = await custodyDesk({ sandbox });
    try {
      const { walletId, sentence } = await other.call('custody.createAmp0', {
        name: 'The same',
        purpose: 'own',
        key: { kind: 'keychain', words: WORDS.toUpperCase() },
      });
      expect(sentence).toMatch(/^Took up the account/);
      const wallet = await other.scanned(walletId ?? '');
      expect(wallet).toMatchObject({ ampId, balances: [{ confirmed: 50_000n }] });
      // What was there before is no news.
      expect((await other.call('custody.notices', { offset: 0, limit: 10 })).total).toBe(0);
      await expect(
        other.call('custody.createAmp0', {
          name: 'A third',
          purpose: 'own',
          key: { kind: 'keychain', words: OTHER_WORDS },
          ampId,
        }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    } finally {
      await other.close();
    }
  });

  it('says that its login was replaced, goes on looking at the chain, and has the login renewed', async () => {
    await desk.reopen();
    await expect(call('custody.newAddress', { id })).rejects.toMatchObject({
      code: 'COSIGNER_UNAUTHORIZED',
      next: expect.stringContaining('renews the login') as string,
    });
    expect(await desk.scanned(id)).toMatchObject({
      verdict: 'attention',
      balances: [{ confirmed: 50_000n }],
    });
    const renewed = await call('custody.createAmp0', {
      name: 'Not used',
      purpose: 'own',
      key: { kind: 'keychain', words: WORDS },
      ampId,
    });
    expect(renewed).toMatchObject({ walletId: id });
    expect(await call('custody.newAddress', { id })).toMatchObject({ from: 'amp0' });
    expect(await desk.scanned(id)).toMatchObject({ verdict: 'good', name: 'Omnibus' });
  });

  it('is refused for a Jade, with what to do instead', async () => {
    await expect(
      call('custody.createAmp0', { name: 'Jade', purpose: 'cold', key: { kind: 'jade', port: 'any' } }),
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('sees a payment after 1,000 addresses in a row that nobody paid to', { timeout: 300_000 }, async () => {
    let last = '';
    for (let count = 0; count < 1000; count += 1) last = (await call('custody.newAddress', { id })).address;
    await desk.pay(last, 7_000n);
    await desk.mine();
    expect((await desk.scanned(id)).balances).toMatchObject([{ confirmed: 57_000n }]);
    const { total } = await call('custody.addresses', { id, offset: 0, limit: 1 });
    expect(total).toBe(1002);
  });
});

describe('an AMP2 wallet', () => {
  it('is made with keys of its own for the server, registered, and paid', async () => {
    const wallet = await call('custody.createAmp2', {
      name: 'Hot',
      purpose: 'hot',
      key: { kind: 'keychain', words: WORDS },
    });
    expect(wallet).toMatchObject({ kind: 'amp2', blinding: 'view' });
    const { wallets: known } = (await call('custody.services', {})).simulated
      ? await call('sandbox.amp2', {})
      : ((await sandbox.control('GET', '/amp2')) as { wallets: { wid: string }[] });
    expect(known.map(({ wid }) => wid)).toContain(wallet.wid);
    const { address } = await call('custody.newAddress', { id: wallet.id });
    await desk.pay(address, 60_000n);
    await desk.mine();
    expect((await desk.scanned(wallet.id)).balances).toMatchObject([{ confirmed: 60_000n }]);
  });

  it('is taken up by its exact descriptor on another desk, watched only', async () => {
    const [hot] = (await wallets()).filter(({ kind }) => kind === 'amp2');
    const { content } = await call('custody.descriptor', { id: hot?.id ?? '' });
    const other = await custodyDesk({ sandbox });
    try {
      const wallet = await other.call('custody.importAmp2', {
        name: 'Watched',
        purpose: 'hot',
        descriptor: content,
      });
      expect(wallet).toMatchObject({ wid: hot?.wid, key: { kind: 'none' } });
      expect((await other.scanned(wallet.id)).balances).toMatchObject([{ confirmed: 60_000n }]);
      await expect(
        other.call('custody.importAmp2', { name: 'Again', purpose: 'hot', descriptor: content }),
      ).rejects.toMatchObject({ code: 'CONFLICT' });
    } finally {
      await other.close();
    }
  });

  it('is not taken up when the server answers another id', async () => {
    const before = (await wallets()).length;
    await desk.spoil({ target: 'amp2', mode: 'wrongwid', times: 1 });
    await expect(
      call('custody.createAmp2', { name: 'Wrong', purpose: 'hot', key: { kind: 'keychain' } }),
    ).rejects.toMatchObject({ code: 'WALLET_ID_DIFFERS' });
    await desk.heal();
    expect(await wallets()).toHaveLength(before);
  });

  it('is refused when the same descriptor is registered with other blinding keys', async () => {
    const { id } = await call('custody.createAmp2', {
      name: 'Shared',
      purpose: 'cold',
      key: { kind: 'keychain', words: WORDS },
      form: 'slip77',
    });
    const { content } = await call('custody.descriptor', { id });
    const reblinded = content
      .trim()
      .replace(/slip77\([0-9a-f]{64}\)/, `slip77(${'ab'.repeat(32)})`)
      .replace(/#.*$/, '');
    await expect(
      call('custody.importAmp2', { name: 'Other', purpose: 'cold', descriptor: reblinded }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is refused for a descriptor that is not of this server, this network, or two keys', async () => {
    const [hot] = (await wallets()).filter(({ kind }) => kind === 'amp2');
    const { content } = await call('custody.descriptor', { id: hot?.id ?? '' });
    const body = content.trim().replace(/#.*$/, '');
    const keys = /multi\(2,(.*),(.*)\)\)\)$/.exec(body)?.slice(1) ?? [];
    const imported = (descriptor: string) =>
      call('custody.importAmp2', { name: 'X', purpose: 'hot', descriptor });
    const [single] = await wallets();
    const { content: plain } = await call('custody.descriptor', { id: single?.id ?? '' });
    await expect(imported(plain)).rejects.toMatchObject({ code: 'DESCRIPTOR_INVALID' });
    await expect(imported(body.slice(0, -5))).rejects.toMatchObject({ code: 'DESCRIPTOR_INVALID' });
    const foreign = /elwpkh\((.*)\)\)/.exec(plain)?.[1] ?? '';
    await expect(imported(body.replace(keys[0] ?? '', foreign))).rejects.toMatchObject({
      code: 'DESCRIPTOR_FOREIGN',
    });
  });

  it('waits for its registration while the server is away, and gives no address before', async () => {
    await desk.spoil({ target: 'amp2', mode: 'refuse' });
    const { id, verdict } = await call('custody.createAmp2', {
      name: 'Later',
      purpose: 'user',
      owner: 'Ann',
      key: { kind: 'keychain' },
    });
    expect(verdict).toBe('waiting');
    await expect(call('custody.newAddress', { id })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await desk.heal();
    await desk.reopen();
    await expect
      .poll(async () => (await call('custody.newAddress', { id })).index, { timeout: 30_000 })
      .toBe(0);
  });

  it('keeps the server’s key pinned while wallets are made with it', async () => {
    const { amp2 } = await call('custody.services', {});
    if (!amp2) throw new Error('no server');
    const other = amp2.serverKey.replace(/^\[[0-9a-f]{8}/, '[00000001');
    await expect(call('custody.setServices', { amp2: { ...amp2, serverKey: other } })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    const services = await call('custody.setServices', { amp2: { ...amp2, api: 'proxy' } });
    expect(services.amp2).toMatchObject({ api: 'proxy', serverKey: amp2.serverKey });
  });
});

describe('all of them together', () => {
  it('are seen in one overview, those put away included', async () => {
    const [fees] = await wallets();
    await call('custody.editWallet', { id: fees?.id ?? '', archived: true, name: 'Old fees' });
    const { assets } = await call('custody.overview', {});
    const line = assets.find(({ asset }) => asset.kind === 'lbtc');
    expect(line?.wallets.map(({ name }) => name)).toEqual(['Old fees', 'Omnibus', 'Hot']);
    expect(line?.confirmed).toBe(40_000n + 57_000n + 60_000n);
    expect((await call('custody.wallets', {})).wallets.map(({ name }) => name)).not.toContain('Old fees');
  });

  it(
    'are on the screen from disk while no service answers, and catch up when one does',
    { timeout: 120_000 },
    async () => {
      await desk.spoil({ target: 'esplora', mode: 'refuse' });
      await desk.spoil({ target: 'green', mode: 'refuse' });
      await desk.spoil({ target: 'amp2', mode: 'refuse' });
      await desk.reopen();
      const shown = (await wallets()).flatMap(({ balances }) => balances.map(({ confirmed }) => confirmed));
      expect(shown).toEqual([40_000n, 57_000n, 60_000n]);
      await expect.poll(async () => (await wallets())[0]?.verdict, { timeout: 60_000 }).toBe('wrong');
      await desk.heal();
      await call('custody.scan', {});
      expect((await wallets())[0]).toMatchObject({ verdict: 'good' });
    },
  );
});

describe('services that fail', () => {
  let id: string;
  beforeAll(async () => {
    id = (await wallets()).find(({ kind }) => kind === 'amp0')?.id ?? '';
  });

  it.each([
    ['closes', 'drop', ['COSIGNER_UNREACHABLE']],
    ['refuses', 'refuse', ['COSIGNER_UNREACHABLE']],
    ['answers too much', 'oversize', ['COSIGNER_ANSWER_INVALID', 'COSIGNER_UNREACHABLE']],
    ['says nothing', 'silent', ['COSIGNER_TIMEOUT']],
  ])(
    'Green that %s gives no address, and the next try does',
    { timeout: 200_000 },
    async (_how, mode, codes) => {
      await desk.spoil({ target: 'green', mode });
      const failure = await call('custody.newAddress', { id }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: expect.stringMatching(new RegExp(codes.join('|'))) as string });
      expect((await wallets()).length).toBeGreaterThan(3);
      await desk.heal();
      expect(await call('custody.newAddress', { id })).toMatchObject({ from: 'amp0' });
    },
  );

  it.each([429, 503])(
    'an Esplora that answers %i for too long is busy, and the wallet keeps what it shows',
    { timeout: 120_000 },
    async (status) => {
      const [wallet] = await wallets();
      await desk.spoil({ target: 'esplora', mode: 'error', status });
      await expect(call('custody.scan', { id: wallet?.id ?? '' })).rejects.toMatchObject({
        code: 'CHAIN_BUSY',
      });
      expect((await wallets())[0]).toMatchObject({ verdict: 'wrong', balances: [{ confirmed: 40_000n }] });
      await desk.heal();
      expect(await desk.scanned(wallet?.id ?? '')).toMatchObject({ verdict: 'good' });
    },
  );
});

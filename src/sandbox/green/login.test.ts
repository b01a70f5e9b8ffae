import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { p2sh, p2wsh, hash160, toHex } from '../crypto/index.ts';
import { Client, Refused, TestAccount, TestOwner, expectedScript, openWorld } from './testkit/index.ts';
import type { LoginData, World } from './testkit/index.ts';

const ZERO = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const XPUB =
  'tpubD6NzVbkrYhZ4XYa9MoLt4BiMZ4gkt2faZ4BcmKu2a9te4LDpQmvEz2L2yDERivHxFPnxXXhqDRkUNnQCpZggCyEZLBktV7VaSmwayqMJy1s';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(async () => {
  await world.close();
});

const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof Refused ? error.message : `not a refusal: ${String(error)}`),
  );

describe('a connection', () => {
  it('speaks WAMP and nothing else', async () => {
    const client = await Client.open(world);
    expect(await client.exchange([1, 'realm1', {}])).toEqual([2, expect.any(Number), expect.any(Object)]);
    expect(await client.exchange([48, 7, {}, 'com.greenaddress.no.such', []])).toEqual([
      8,
      48,
      7,
      {},
      'wamp.error.no_such_procedure',
      expect.any(Array),
    ]);
    expect(await client.exchange([6, {}, 'wamp.close.close_realm'])).toEqual([
      6,
      {},
      'wamp.close.goodbye_and_out',
    ]);
  });

  it('is ended for what is no WAMP', async () => {
    for (const message of [
      '[48,1,{},"com.greenaddress.login.register",[]]',
      '[1,"other",{}]',
      '{}',
      'no JSON',
    ]) {
      const client = await Client.open(world);
      const [code] = JSON.parse(await client.text(message)) as unknown[];
      expect(code, message).toBe(3);
      await expect(client.text('[1,"realm1",{}]')).rejects.toThrow('closed');
    }
  });

  it('is at its own address, with a slash at the end or without', async () => {
    (await Client.open(world, 'wamp.2.json', '/')).close();
    await expect(Client.open(world, 'wamp.2.json', '/else')).rejects.toThrow('404');
  });

  it('needs the subprotocol', async () => {
    await expect(Client.open(world, 'wamp.2.msgpack')).rejects.toThrow();
  });
});

describe('a login', () => {
  it('takes the owner’s signature over the challenge, once', async () => {
    const owner = new TestOwner();
    const client = await Client.welcomed(world);
    expect(await owner.register(client)).toBe(true);
    expect(await owner.register(client)).toBe(true);
    const challenge = await client.call<string>('login.get_trezor_challenge', owner.loginAddress, true);
    expect(challenge).toMatch(/^[0-9A-Za-z]{5}$/);
    const rest = [true, 'GA', '', 'test'];
    const data = await client.call<LoginData>('login.authenticate', owner.answer(challenge), ...rest);
    expect(data).toEqual({
      gait_path: expect.stringMatching(/^[0-9a-f]{128}$/) as string,
      subaccounts: [],
      client_blob_hmac: ZERO,
    });
    expect(await refusal(client.call('login.authenticate', owner.answer(challenge), ...rest))).toContain(
      'No challenge',
    );
  });

  it('is false for a signature by another key, over another challenge, or for none at all', async () => {
    const owner = new TestOwner();
    const client = await Client.welcomed(world);
    await owner.register(client);
    const attempt = async (sign: (challenge: string) => string) => {
      const challenge = await client.call<string>('login.get_trezor_challenge', owner.loginAddress, true);
      return client.call('login.authenticate', sign(challenge), true, 'GA', '', 'test');
    };
    expect(await attempt((challenge) => new TestOwner().answer(challenge))).toBe(false);
    expect(await attempt(() => owner.answer('other'))).toBe(false);
    expect(await attempt(() => '')).toBe(false);
    expect(await attempt(() => 'ff'.repeat(70))).toBe(false);
    expect(await refusal(client.call('vault.fund', 1, true, 'p2wsh'))).toContain('log in');
    expect(await attempt((challenge) => owner.answer(challenge))).not.toBe(false);
  });

  it('knows only who is registered, and addresses of this chain', async () => {
    const client = await Client.welcomed(world);
    const ask = (address: string) => refusal(client.call('login.get_trezor_challenge', address, true));
    expect(await ask(new TestOwner().loginAddress)).toBe('User not found');
    // Of Liquid's test network.
    expect(await ask('FfwkUY3PzsiswkK6vQDkDvmaHR2NmYCT5d')).toBe('Invalid address');
    expect(await ask('')).toBe('Invalid address');
  });

  it('takes no nonsense for a registration', async () => {
    const client = await Client.welcomed(world);
    const good = [toHex(new TestOwner().pubkey), '11'.repeat(32), 'test', '22'.repeat(64)];
    for (const at of [0, 1, 3]) {
      for (const wrong of ['', '00'.repeat(33), 'zz', 7, null]) {
        const args = good.map((one, index) => (index === at ? wrong : one));
        expect(await refusal(client.call('login.register', ...args)), `${at} ${wrong}`).toMatch(/^Invalid/);
      }
    }
    expect(await client.call('login.register', ...good)).toBe(true);
  });
});

describe('the blob', () => {
  it('is replaced by whoever knows the hash of the present one', async () => {
    const owner = new TestOwner();
    const first = await Client.welcomed(world);
    const second = await Client.welcomed(world);
    await owner.login(first);
    await owner.login(second);
    expect(await first.call('login.get_client_blob', 0)).toEqual({ blob: '', hmac: ZERO, sequence: 0 });
    expect(await first.call('login.set_client_blob', 'one', 0, 'h1', ZERO)).toBe(true);
    expect(await second.call('login.set_client_blob', 'two', 0, 'h2', ZERO)).toEqual({
      blob: 'one',
      hmac: 'h1',
      sequence: 1,
    });
    expect(await second.call('login.set_client_blob', 'two', 0, 'h2', 'h1')).toBe(true);
    expect(await first.call('login.get_client_blob', 0)).toEqual({ blob: 'two', hmac: 'h2', sequence: 2 });
    expect((await owner.login(await Client.welcomed(world))).client_blob_hmac).toBe('h2');
  });
});

describe('an account', () => {
  it('has addresses of both keys, numbered from one without a gap', async () => {
    const account = await TestAccount.create(world);
    const { gait_path: gaitPath, subaccounts } = await account.owner.login(await Client.welcomed(world));
    expect(subaccounts).toEqual([
      expect.objectContaining({
        pointer: 1,
        type: '2of2_no_recovery',
        receiving_id: account.gaid,
        required_ca: 20,
      }),
    ]);
    for (let index = 1; index <= 5; index++) {
      const address = await account.address();
      expect(address.index).toBe(index);
      const expected = expectedScript(world.green, gaitPath, account, index);
      expect(toHex(address.witnessScript)).toBe(toHex(expected));
      expect(toHex(address.script)).toBe(toHex(p2sh(hash160(p2wsh(expected)))));
    }
  });

  it('lists its addresses by pages from the newest down', async () => {
    const account = await TestAccount.create(world);
    const list = (before: number) =>
      account.client.call<{ pointer: number; ad: string; script: string; num_tx: number }[]>(
        'addressbook.get_my_addresses',
        1,
        before,
      );
    expect(await list(0)).toEqual([]);
    for (let index = 1; index <= 12; index++) await account.address();
    const newest = account.addresses.at(-1);
    await world.backend.faucet(newest?.address ?? '', 1_000n);
    await world.mine(1);
    await world.amp.context.follower.catchUp();
    const first = await list(0);
    expect(first.map(({ pointer }) => pointer)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(first[0]).toMatchObject({ script: toHex(newest?.witnessScript ?? new Uint8Array(0)), num_tx: 1 });
    const known = await world.amp.context.chain.address(first[0]?.ad ?? '');
    expect(known?.script).toBe(toHex(newest?.script ?? new Uint8Array(0)));
    expect((await list(3)).map(({ pointer }) => pointer)).toEqual([2, 1]);
    expect(await list(1)).toEqual([]);
  });

  it('is known to AMP as a valid GAID, which others of its range are not', async () => {
    const { gaid } = await TestAccount.create(world);
    const { amp, context } = { amp: world.scene.amp, context: world.amp.context };
    expect(await amp.must('GET', `/gaids/${gaid}/validate`)).toEqual({ is_valid: true });
    const none = context.green.gaids.of(4_000_000_000);
    expect(await amp.must('GET', `/gaids/${none}/validate`)).toMatchObject({ is_valid: false });
    expect(await amp.must('GET', `/gaids/${none}/address`)).toMatchObject({ address: '' });
  });

  it('is one of several, of several owners', async () => {
    const one = await TestAccount.create(world);
    const two = await TestAccount.create(world);
    const three = await TestAccount.create(world, one.owner, 2);
    expect(new Set([one.gaid, two.gaid, three.gaid]).size).toBe(3);
    const { subaccounts } = await one.owner.login(await Client.welcomed(world));
    expect(subaccounts.map(({ pointer, receiving_id }) => [pointer, receiving_id])).toEqual([
      [1, one.gaid],
      [2, three.gaid],
    ]);
    const scripts = await Promise.all([one, two, three].map(async (each) => (await each.address()).script));
    expect(new Set(scripts.map(toHex)).size).toBe(3);
    expect(await refusal(two.client.call('vault.fund', 2, true, 'p2wsh'))).toBe('Subaccount not found');
  });

  it('is refused with a pointer, type or key that cannot be', async () => {
    const { client, owner } = await TestAccount.create(world);
    const create = (pointer: unknown, type: unknown, xpubs: unknown) =>
      refusal(client.call('txs.create_subaccount_v2', pointer, '', type, xpubs, ['']));
    expect(await create(1, '2of2_no_recovery', [owner.xpub(1)])).toBe('Subaccount 1 already exists');
    expect(await create(0, '2of2_no_recovery', [XPUB])).toBe('Invalid subaccount pointer');
    expect(await create(-1, '2of2_no_recovery', [XPUB])).toBe('Invalid subaccount pointer');
    expect(await create(2, '2of3', [XPUB])).toContain('type');
    for (const xpubs of [[], ['tpub'], [XPUB.replace('tpub', 'xpub')], 'x', [XPUB, XPUB]]) {
      expect(await create(2, '2of2_no_recovery', xpubs)).toBe('Invalid xpub');
    }
    expect(await create(2, '2of2_no_recovery', [XPUB])).toBe('done');
  });

  it('takes confidential addresses of its own only, each once, all or none', async () => {
    const account = await TestAccount.create(world);
    const other = await TestAccount.create(world);
    const upload = (...addresses: unknown[]) =>
      refusal(
        account.client.call('txs.upload_authorized_assets_confidential_address', account.pointer, addresses),
      );
    const wanted = async () =>
      (await account.owner.login(await Client.welcomed(world))).subaccounts[0]?.required_ca;
    const good = await account.address();
    const treasury = await world.scene.wallet.call<string>('getnewaddress');
    expect(await upload(good.address, (await other.address()).address)).toContain('was not issued');
    expect(await upload(good.address, treasury)).toContain('Invalid confidential address');
    expect(await upload(good.address, 7)).toContain('Invalid');
    expect(await upload()).toContain('Invalid');
    expect(await wanted()).toBe(20);
    expect(await upload(good.address)).toBe('done');
    expect(await upload(good.address)).toContain('already uploaded');
    expect(await wanted()).toBe(19);
    await account.upload(19);
    expect(await wanted()).toBe(0);
    const { amp } = world.scene;
    expect(await amp.must('GET', `/gaids/${account.gaid}/address`)).toEqual({
      address: good.address,
      error: '',
    });
    expect(await wanted()).toBe(1);
  });
});

describe('watch-only credentials', () => {
  it('allow to look and to issue addresses, not to change anything', async () => {
    const account = await TestAccount.create(world);
    await account.client.call('login.set_client_blob', 'blob', 0, 'h1', ZERO);
    expect(await account.client.call('addressbook.sync_custom', 'user-a', 'pass', 'key')).toBe(true);
    const watcher = await Client.welcomed(world);
    const login = (username: string, password: string) =>
      watcher.call<LoginData>(
        'login.watch_only_v2',
        'custom',
        { username, password, minimal: 'true' },
        'x',
        true,
      );
    expect(await refusal(login('user-a', 'wrong'))).toBe('User not found or invalid password');
    expect(await refusal(login('nobody', 'pass'))).toBe('User not found or invalid password');
    expect(await login('user-a', 'pass')).toMatchObject({
      wo_blob_key: 'key',
      client_blob_hmac: 'h1',
      subaccounts: [{ receiving_id: account.gaid }],
    });
    expect(await watcher.call('login.get_client_blob', 0)).toMatchObject({ blob: 'blob' });
    const watching = new TestAccount(account.owner, 1, account.gaid, watcher);
    await watching.upload(3);
    for (const [procedure, ...args] of [
      ['login.set_client_blob', 'x', 0, 'h2', 'h1'],
      ['txs.create_subaccount_v2', 2, '', '2of2_no_recovery', [XPUB], ['']],
      ['addressbook.sync_custom', 'user-b', 'pass', 'key'],
    ] as const) {
      expect(await refusal(watcher.call(procedure, ...args))).toContain('watch-only');
    }
  });

  it('replace those before, and cannot take somebody else’s name', async () => {
    const one = await TestAccount.create(world);
    const two = await TestAccount.create(world);
    await one.client.call('addressbook.sync_custom', 'user-c', 'p', 'k');
    expect(await refusal(two.client.call('addressbook.sync_custom', 'user-c', 'q', 'k'))).toBe(
      'Username not available',
    );
    await one.client.call('addressbook.sync_custom', 'user-d', 'p', 'k');
    const watcher = await Client.welcomed(world);
    const login = (username: string) =>
      watcher.call('login.watch_only_v2', 'custom', { username, password: 'p' }, 'x', true);
    expect(await refusal(login('user-c'))).toBe('User not found or invalid password');
    await login('user-d');
  });
});

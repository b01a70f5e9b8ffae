import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, Refused, TestAccount, cosign, openWorld, prepare } from './testkit/index.ts';
import type { LoginData, World } from './testkit/index.ts';

let world: World;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'green-'));
  world = await openWorld(join(folder, 'amp.sqlite'));
});

afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

describe('a restart', () => {
  it('leaves owners, accounts, blobs, credentials, addresses and what was signed', async () => {
    const account = await TestAccount.create(world);
    const { gaid, owner } = account;
    await account.client.call('login.set_client_blob', 'blob', 0, 'h1', `${'A'.repeat(43)}=`);
    await account.client.call('addressbook.sync_custom', 'user', 'pass', 'key');
    const [first, second] = await account.upload(2);
    const { amp } = world.scene;
    expect(await amp.must('GET', `/gaids/${gaid}/address`)).toMatchObject({ address: first?.address });
    const paid = await world.backend.faucet(second?.address ?? '', 50_000n);
    const coins = await account.received(world, paid);
    const form = await prepare(world, account, coins, [
      { to: first?.address ?? '', asset: world.backend.policyAsset, value: 20_000n },
    ]);
    const answer = await cosign(world, form);
    expect(answer.result).toBe(true);
    const { serverPubkey, serverChainCode } = world.green;

    await world.restart();

    expect(world.green).toMatchObject({ serverPubkey, serverChainCode });
    await expect(account.client.call('vault.fund', 1, true, 'p2wsh')).rejects.toThrow('closed');
    const watcher = await Client.welcomed(world);
    const credentials = { username: 'user', password: 'pass', minimal: 'true' };
    expect(
      await watcher.call<LoginData>('login.watch_only_v2', 'custom', credentials, 'x', true),
    ).toMatchObject({
      wo_blob_key: 'key',
      client_blob_hmac: 'h1',
      subaccounts: [{ receiving_id: gaid, required_ca: 19 }],
    });
    const again = new TestAccount(owner, 1, gaid, watcher);
    expect((await again.address()).index).toBe(account.addresses.length + 1);
    expect(await world.scene.amp.must('GET', `/gaids/${gaid}/address`)).toMatchObject({
      address: second?.address,
    });
    expect(await cosign(world, form)).toEqual(answer);
    await world.backend.client.call('sendrawtransaction', [answer.tx]);
  });
});

describe('faults of the connection', () => {
  const fault = (call: string, mode: World['faults'][number]['mode'], more: object = {}): void => {
    world.faults.push({ call, mode, ms: 0, ...more });
  };

  it('meet the opening of it', async () => {
    fault('connect', 'refuse');
    await expect(Client.open(world)).rejects.toThrow();
    fault('connect', 'error', { status: 429 });
    await expect(Client.open(world)).rejects.toThrow('429');
    (await Client.open(world)).close();
  });

  it('meet one call, and the next connection is well', async () => {
    const account = await TestAccount.create(world);
    const login = async (): Promise<TestAccount> => {
      const client = await Client.welcomed(world);
      await account.owner.login(client);
      return new TestAccount(account.owner, 1, account.gaid, client);
    };
    fault('vault.fund', 'error', { message: 'Not today' });
    await expect(account.address()).rejects.toThrow(new Refused('Not today'));
    for (const mode of ['html', 'garble'] as const) {
      fault('vault.fund', mode);
      await expect((await login()).address(), mode).rejects.toThrow(SyntaxError);
    }
    for (const mode of ['refuse', 'drop'] as const) {
      fault('vault.fund', mode);
      await expect((await login()).address(), mode).rejects.toThrow('closed');
    }
    fault('vault.fund', 'oversize');
    const long = await login();
    const text = await long.client.text(
      JSON.stringify([48, 99, {}, 'com.greenaddress.vault.fund', [1, true, 'p2wsh']]),
    );
    expect(text.length).toBeGreaterThan(16 * 1024 * 1024);
    fault('login.get_trezor_challenge', 'delay', { ms: 20 });
    const well = await login();
    // One each was issued for what was dropped, cut and drowned; none for what was refused.
    expect((await well.address()).index).toBe(4);
  });

  it('include silence, which ends with the server', async () => {
    const account = await TestAccount.create(world);
    fault('vault.fund', 'silent');
    const never = account.address();
    const ended = expect(never).rejects.toThrow('closed');
    const other = await TestAccount.create(world, account.owner, 2);
    expect((await other.address()).index).toBe(1);
    await world.restart();
    await ended;
  });
});

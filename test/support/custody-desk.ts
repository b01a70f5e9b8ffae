import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDesk, type Desk } from '../../src/main/desk/index.ts';
import type { CustodyWallet, Operation } from '../../src/shared/contract/index.ts';
import { amount } from '../../src/shared/money.ts';
import { callsOf, type Call } from './desk-calls.ts';
import type { TestSandbox } from './test-sandbox.ts';

const PASSPHRASE = 'correct horse battery staple';

/** A desk with an open Sandbox profile of its own, blocks on demand only, and the levers of its world. */
export interface CustodyDesk {
  call: Call;
  dataDir: string;
  profileId: string;
  lbtc: string;
  /** What the desk told while it was open, newest last. */
  told: string[];
  mine(blocks?: number): Promise<void>;
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Runs into one fault after the other until they are cleared. */
  spoil(fault: Record<string, unknown>): Promise<void>;
  heal(): Promise<void>;
  /** Pays from the treasury and leaves it unconfirmed. */
  pay(address: string, value: bigint, assetId?: string): Promise<string>;
  /** Looks at the chain and shows the wallet. */
  scanned(walletId: string): Promise<CustodyWallet>;
  /** Confirmed base units of an asset; L-BTC unless told. */
  confirmed(walletId: string, assetId?: string): Promise<bigint>;
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** @param sandbox a world that outlives the desk: then the services are set as those of a test network are */
export async function custodyDesk(
  options: { seed?: number; pace?: number; sandbox?: TestSandbox } = {},
): Promise<CustodyDesk> {
  const { sandbox } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-custody-'));
  const told: string[] = [];
  let desk: Desk;
  async function open(): Promise<void> {
    process.env['SLUICE_SECRETS'] = 'vault';
    desk = await openDesk({ dataDir, host: 'cli', pace: options.pace ?? 1 });
    desk.onEvent(({ name }) => told.push(name));
  }
  const call: Call = (name, args) => callsOf(desk)(name, args);
  await open();
  await call('secrets.createVault', { passphrase: PASSPHRASE });
  const { id: profileId } = await call(
    'profiles.create',
    sandbox
      ? { name: 'Issuer', network: 'regtest', connection: sandbox.connection }
      : { name: 'Sandbox', network: 'sandbox', sandbox: { blockSeconds: 0, seed: options.seed ?? 1 } },
  );
  await call('profiles.open', { id: profileId });
  if (sandbox) {
    await call('custody.setServices', {
      chain: { kind: 'esplora', url: sandbox.esplora.url },
      amp0: sandbox.green,
      amp2: { url: sandbox.amp2.url, serverKey: sandbox.amp2.serverKey, api: 'direct', first: 'server' },
    });
  }

  async function control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    if (sandbox) return sandbox.control(method, path, body);
    const { controlUrl } = await call('sandbox.status', {});
    const answer = await fetch(new URL(path, controlUrl), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  async function mine(blocks = 1): Promise<void> {
    await control('POST', '/mine', { blocks });
  }
  const { lines } = await call('treasury.overview', {});
  const lbtc = lines.find(({ ticker }) => ticker === 'L-BTC')?.assetId ?? '';

  async function shown(id: string): Promise<CustodyWallet> {
    return call('custody.wallet', { id });
  }

  return {
    call,
    dataDir,
    profileId,
    lbtc,
    told,
    mine,
    control,
    async spoil(fault) {
      await control('POST', '/fault', { times: 0, ...fault });
    },
    async heal() {
      await control('DELETE', '/fault');
    },
    async pay(address, value, assetId = lbtc) {
      const recipients = [{ address, amount: amount(value) }];
      const plan = await call('treasury.planSend', { assetId, recipients });
      if (!plan.ok) throw new Error(plan.checks.map(({ message }) => message).join(' '));
      const confirm = plan.ticker ?? plan.assetId.slice(0, 6);
      let operation: Operation = await call('treasury.send', {
        assetId,
        recipients,
        fingerprint: plan.fingerprint,
        confirm,
      });
      while (operation.batches[0]?.step !== 'broadcast') {
        if (operation.state === 'attention') throw new Error(operation.sentence);
        await new Promise((resolve) => setTimeout(resolve, 20));
        operation = await call('operations.get', { id: operation.id });
      }
      return operation.batches[0].txid ?? '';
    },
    async scanned(id) {
      await call('custody.scan', { id });
      return shown(id);
    },
    async confirmed(id, assetId = lbtc) {
      const { balances } = await shown(id);
      return balances.find(({ asset }) => asset.assetId === assetId)?.confirmed ?? 0n;
    },
    async reopen() {
      await desk.close();
      await open();
      await call('secrets.unlockVault', { passphrase: PASSPHRASE });
      await call('profiles.open', { id: profileId });
    },
    async close() {
      await desk.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

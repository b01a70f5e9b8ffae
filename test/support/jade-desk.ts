import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openDesk, type Desk } from '../../src/main/desk/index.ts';
import type { SandboxHandle } from '../../src/sandbox/index.ts';
import type { Args, Operation } from '../../src/shared/contract/index.ts';
import { amount } from '../../src/shared/money.ts';
import { PASSPHRASE } from './command-line.ts';
import { callsOf, type Call } from './desk-calls.ts';
import type { Truth } from './test-sandbox.ts';
import { wiredJade, type WiredJade } from './wired-jade.ts';

/** How the person in front of the simulated Jade answers; `approve` types the right PIN as well. */
export interface Hands {
  answers?: ('approve' | 'reject' | 'pin' | 'wrong-pin' | 'lock' | 'unplug')[];
  afterwards?: 'approve' | 'reject' | 'wait';
  delayMs?: number;
}

interface JadeNow {
  state: string;
  screen: string[];
  waits: 'confirm' | 'pin' | null;
  /** Prompts so far. */
  shown: string[][];
}

const TICKER = 'AG31';
const paused = (ms = 50): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A Sandbox desk in this process whose Jade hangs at a serial port. */
export class JadeDesk {
  readonly call: Call;
  readonly port: string;
  readonly told: string[] = [];
  private readonly desk: Desk;
  private readonly dataDir: string;
  private readonly world: () => SandboxHandle;
  private readonly wire: WiredJade;
  private asset = { assetUuid: '', assetId: '' };

  private constructor(desk: Desk, dataDir: string, world: () => SandboxHandle) {
    this.desk = desk;
    this.dataDir = dataDir;
    this.world = world;
    this.call = callsOf(desk);
    this.port = join(dataDir, 'serial-port');
    this.wire = wiredJade(this.port);
    desk.onEvent((event) => {
      if (event.name === 'jade.changed') this.told.push((event.data as { sentence: string }).sentence);
    });
  }

  /** @param world the simulated world that the desk started last */
  static async open(world: () => SandboxHandle, name = 'Front office'): Promise<JadeDesk> {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-jade-'));
    Object.assign(process.env, {
      SLUICE_SECRETS: 'vault',
      SLUICE_VAULT_PASSPHRASE: PASSPHRASE,
      SLUICE_JADE_PORTS: join(dataDir, 'serial-port'),
    });
    const made = new JadeDesk(await openDesk({ dataDir, host: 'cli', pace: 0.05 }), dataDir, world);
    const { call } = made;
    const profile = await call('profiles.create', { name, network: 'sandbox' });
    await call('profiles.open', { id: profile.id });
    const asset = (await call('assets.list', {})).assets.find(({ ticker }) => ticker === TICKER);
    if (!asset) throw new Error(`The sandbox has no ${TICKER}.`);
    made.asset = asset;
    await made.plug();
    return made;
  }

  async close(): Promise<void> {
    await this.wire.unplug();
    await this.desk.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  plug(): Promise<void> {
    return this.wire.plug(this.world().jade);
  }

  unplug(): Promise<void> {
    return this.wire.unplug();
  }

  async control(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(new URL(path, this.world().control), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  async hands(hands: Hands): Promise<void> {
    await this.control('POST', '/jade', { action: 'script', ...hands });
  }

  async jade(): Promise<JadeNow> {
    return (await this.control('GET', '/jade')) as JadeNow;
  }

  /** Waits for a prompt on its screen. */
  async prompted(): Promise<JadeNow> {
    for (let tries = 0; tries < 400; tries += 1) {
      const now = await this.jade();
      if (now.waits !== null) return now;
      await paused();
    }
    throw new Error('The Jade asks for nothing.');
  }

  async unlock(): Promise<void> {
    await this.hands({ afterwards: 'approve' });
    expect(await this.call('jade.unlock', { port: this.port })).toMatchObject({ state: 'ready' });
  }

  /** Makes a treasury and moves what the issuer has to it; the world starts again meanwhile, and the Jade is locked. */
  async arrange(
    name: string,
    threshold: number,
    cosigners: Args<'arrangement.create'>['cosigners'],
  ): Promise<void> {
    const made = await this.call('arrangement.create', { wallet: name, name, threshold, cosigners });
    expect(made.cosigners).toHaveLength(cosigners.length);
    for (let tries = 0; tries < 200; tries += 1) {
      const wallet = await this.call('treasury.wallet', {}).catch(() => null);
      if (wallet?.name === name) break;
      await paused();
    }
    await this.control('POST', '/mine', { blocks: 3 });
    await this.call('sync.run', {});
    await this.plug();
    await this.unlock();
  }

  /** Starts to pay so many new holders. Each gets an amount of its own, base units; by GAID. */
  async start(count: number): Promise<{ id: string; due: Map<string, bigint> }> {
    const { call } = this;
    const { gaids } = await call('sandbox.gaids', { count });
    const rows = gaids.map((gaid, i) => `Payee ${gaid.slice(-6)}${i},${gaid},KYC verified | EU professional`);
    const content = Buffer.from(['name,gaid,categories', ...rows].join('\n')).toString('base64');
    const { id: preview } = await call('holders.importPreview', { fileName: 'payees.csv', content });
    await call('holders.importCommit', { id: preview });
    const { assetUuid } = this.asset;
    const allocation = await call('allocations.create', { name: `To ${gaids[0] ?? ''}`, assetUuid });
    const holders = (await call('holders.list', { gaid: 'with', offset: 0, limit: 500 })).rows;
    const due = new Map(gaids.map((gaid, i) => [gaid, BigInt(10_001 + i)]));
    for (const [gaid, value] of due) {
      const holderId = holders.find((holder) => holder.gaid === gaid)?.id ?? 0;
      await call('allocations.addRow', { id: allocation.id, holderId, amount: amount(value) });
    }
    const plan = await call('allocations.plan', { id: allocation.id });
    expect(plan.checks.filter((check) => check.verdict === 'wrong')).toEqual([]);
    const { fingerprint } = plan;
    const { id } = await call('operations.start', {
      allocationId: allocation.id,
      fingerprint,
      confirm: TICKER,
    });
    return { id, due };
  }

  /** Mines until the operation stands still for signatures. */
  async waiting(id: string): Promise<Operation> {
    return this.until(id, ({ batches }) =>
      batches.every(({ step, sentence }) => step === 'built' && sentence.startsWith('Waiting for')),
    );
  }

  /** Mines until the operation is as wanted, is over, or stops for a person. */
  private async until(id: string, wanted: (operation: Operation) => boolean): Promise<Operation> {
    for (let round = 0; round < 1200; round += 1) {
      const operation = await this.call('operations.get', { id });
      if (['attention', 'done', 'cancelled'].includes(operation.state) || wanted(operation)) return operation;
      if (operation.batches.some(({ step }) => step === 'broadcast' || step === 'confirmed-1'))
        await this.control('POST', '/mine', { blocks: 1 });
      await paused();
    }
    throw new Error(`It does not settle: ${JSON.stringify(await this.call('operations.get', { id }))}`);
  }

  /** Everybody has what was due, and node, AMP and the desk's own books agree to the unit. */
  async expectPaid({ id, due }: { id: string; due: ReadonlyMap<string, bigint> }): Promise<void> {
    const operation = await this.until(id, () => false);
    expect(operation.problem).toBeNull();
    expect(operation.state).toBe('done');
    const truth = (await this.control('GET', '/truth')) as Truth;
    const held = truth.assets[this.asset.assetId]?.holders ?? {};
    for (const [gaid, value] of due) expect(held[gaid]).toBe(String(value));
    const { lines } = await this.call('treasury.overview', {});
    const line = lines.find(({ assetUuid }) => assetUuid === this.asset.assetUuid);
    expect(line?.reconciliation.verdict).toBe('good');
    expect(await this.call('audit.verify', {})).toMatchObject({ ok: true });
  }
}

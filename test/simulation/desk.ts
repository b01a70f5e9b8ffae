import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Asset, Operation, Settings } from '../../src/shared/contract/index.ts';
import { amount } from '../../src/shared/money.ts';
import {
  createEngine,
  createJournal,
  createOperationsService,
  createRecords,
  type AllocationBook,
  type EngineDeps,
} from '../../src/main/operations/index.ts';
import { openStore, type Store } from '../../src/main/store/index.ts';
import { ASSET, ASSET_UUID, type World } from './world.ts';

/** Memory where there is a file system of it: the disk's own slowness is not what is tested here. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface Row {
  rowId: number;
  holderId: number;
  amount: bigint;
  state: 'open' | 'in-operation' | 'paid';
}

/** What survives a crash besides the world: the database file and the allocation (kept in memory for the test). */
export class Desk {
  readonly folder = mkdtempSync(join(FOLDER, 'sluice-simulation-'));
  readonly rows: Row[];
  readonly world: World;
  readonly settings: Settings;
  store: Store;
  private engine: ReturnType<typeof createEngine>;
  private service: ReturnType<typeof createOperationsService>;
  /** Name of the checkpoint at which the process dies, how often it must have been passed before, and what was passed. */
  crashAt: { name: string; nth: number } | null = null;
  readonly passed = new Map<string, number>();
  crashed = false;
  private stopped: Promise<void> | null = null;

  constructor(world: World, payments: readonly bigint[], settings: Partial<Settings> = {}) {
    this.world = world;
    this.rows = payments.map((value, index) => ({
      rowId: index + 1,
      holderId: index + 1,
      amount: value,
      state: 'open',
    }));
    this.settings = {
      recipientsPerBatch: 3,
      feeRate: '0.1',
      lanes: 8,
      feeCeiling: amount(100_000n),
      lowFeeFunds: amount(0n),
      ...settings,
    };
    [this.store, this.engine, this.service] = this.open();
  }

  private open(): [Store, ReturnType<typeof createEngine>, ReturnType<typeof createOperationsService>] {
    this.world.dead = false;
    this.world.closeDesk = () => {
      this.stopped = this.engine.stop();
    };
    this.crashed = false;
    const store = openStore(join(this.folder, 'profile.sqlite'), { clock: Date.now });
    const checkpoint = (name: string): void => {
      const count = (this.passed.get(name) ?? 0) + 1;
      this.passed.set(name, count);
      if (this.crashAt?.name === name && this.crashAt.nth === count) {
        this.crashAt = null;
        this.die();
        throw new Error(`crash at ${name}`);
      }
    };
    const allocations: AllocationBook = {
      rowsToPay: () =>
        this.rows
          .filter((row) => row.state === 'open')
          .map((row) => ({
            rowId: row.rowId,
            holderId: row.holderId,
            holderName: `Holder ${row.holderId}`,
            gaid: `GA${row.holderId}`,
            amount: amount(row.amount),
          })),
      markInOperation: (rowIds) => this.mark(rowIds, 'in-operation'),
      markPaid: (rowId) => this.mark([rowId], 'paid'),
      release: (rowIds) => this.mark(rowIds, 'open'),
    };
    const deps: EngineDeps = {
      store,
      records: createRecords(store),
      journal: createJournal(store, Date.now, checkpoint),
      amp: this.world.amp(),
      node: this.world.node(),
      wallet: this.world.wallet(),
      liquid: this.world.liquid(),
      signer: {
        kind: 'node',
        check: () => Promise.resolve(),
        sign: async ({ pset }) => ({ state: 'signed', pset: await deps.wallet.sign(pset) }),
      },
      allocations,
      clock: Date.now,
      emit: () => undefined,
      checkpoint,
    };
    const engine = createEngine(deps);
    const service = createOperationsService(deps, engine, {
      allocation: () => ({ id: 'allocation', name: 'Dividend', assetUuid: ASSET_UUID, problems: 0 }),
      asset: () => ASSET_RECORD,
      assets: () => [ASSET_RECORD],
      holderName: (holderId) => `Holder ${holderId}`,
      settings: () => this.settings,
      plainAsset: () => Promise.reject(new Error('nothing is paid plainly here')),
    });
    return [store, engine, service];
  }

  /** Rows are part of the same transaction in the product; here they follow the database by being re-read after a crash. */
  private mark(rowIds: readonly number[], state: Row['state']): void {
    for (const row of this.rows) if (rowIds.includes(row.rowId) && row.state !== 'paid') row.state = state;
  }

  /** The process is gone: nothing it had under way is ever heard of again, and the database is as it was on disk. */
  private die(): void {
    this.crashed = true;
    this.world.dead = true;
    this.store.close();
  }

  async restart(): Promise<void> {
    [this.store, this.engine, this.service] = this.open();
    await this.engine.start();
  }

  /** Opened again after a person closed it in the middle of something. */
  private async reopen(stopped: Promise<void>): Promise<void> {
    this.stopped = null;
    await stopped;
    this.store.close();
    await this.restart();
  }

  async start(foreignReady?: 'take-in' | 'refuse'): Promise<string> {
    const plan = await this.service.plan({ id: 'allocation' }, { actor: 'test' });
    const operation = await this.service.start(
      { allocationId: 'allocation', fingerprint: plan.fingerprint, confirm: 'ACME', foreignReady },
      { actor: 'test' },
    );
    return operation.id;
  }

  get(id: string): Operation {
    return this.service.get({ id }, { actor: 'test' }) as Operation;
  }

  cancel(id: string): void {
    void this.service.cancel({ id, confirm: 'ACME' }, { actor: 'test' });
  }

  async pendingAtAmp(): Promise<{ distributionUuid: string; operationId: string | null }[]> {
    return (await this.service.pendingAtAmp({}, { actor: 'test' })).pending;
  }

  async adopt(distributionUuid: string): Promise<unknown> {
    return this.service.adopt(
      { assetUuid: ASSET_UUID, distributionUuid, confirm: 'ACME' },
      { actor: 'test' },
    );
  }

  async cancelAtAmp(distributionUuid: string): Promise<unknown> {
    return this.service.cancelAtAmp(
      { assetUuid: ASSET_UUID, distributionUuid, confirm: 'ACME' },
      { actor: 'test' },
    );
  }

  /** The only operation, wherever its id went in a crash. */
  operations(): Operation[] {
    return (this.service.list({ offset: 0, limit: 100 }, { actor: 'test' }) as { rows: Operation[] }).rows;
  }

  /**
   * Lets time pass, a block about every 30 seconds, restarting after a crash, until nothing is left to do. Returns the
   * blocks it took; throws when the operation does not come to rest within `most` blocks.
   */
  async settle(most = 60, during?: (block: number) => void): Promise<number> {
    for (let block = 0; block < most; block += 1) {
      for (let second = 0; second < 30; second += 5) {
        await vi.advanceTimersByTimeAsync(5_000);
        if (this.crashed) await this.restart();
        if (this.stopped) await this.reopen(this.stopped);
      }
      const open = this.operations().filter((item) => !['done', 'cancelled'].includes(item.state));
      if (open.length === 0) return block;
      during?.(block);
      this.world.mine();
    }
    const stuck = this.operations().map(
      (item) => `${item.state}: ${item.sentence} ${JSON.stringify(item.problem)}`,
    );
    throw new Error(`Not settled after ${most} blocks: ${stuck.join('; ')}`);
  }

  async close(): Promise<void> {
    if (!this.crashed) {
      const stopped = this.engine.stop();
      await vi.advanceTimersByTimeAsync(10_000);
      await stopped;
      this.store.close();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const ASSET_RECORD: Asset = {
  assetUuid: ASSET_UUID,
  assetId: ASSET,
  name: 'Acme shares',
  ticker: 'ACME',
  precision: 0,
  domain: null,
  issuerPubkey: null,
  reissuanceTokenId: null,
  requirements: [],
  isRegistered: true,
  isAuthorized: true,
  isLocked: false,
  transferRestricted: true,
};

import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { blind } from './blind.ts';
import { inspectPset, sameTransaction } from './inspect.ts';
import { openOutputs } from './open.ts';
import { WorkerPool } from './pool.ts';
import type { PoolOptions } from './pool.ts';
import { selfTest } from './self-test.ts';
import { signWithMnemonic } from './sign.ts';
import { decodeTransaction } from './transaction.ts';
import type { Liquid } from './types.ts';

/** The build finds this expression and makes a bundle of its own of the worker; Node runs it as it stands. */
const WORKER = new URL('./worker.ts', import.meta.url);

export interface LiquidOptions {
  /** Worker threads at most; as many as the machine has cores unless told. */
  workers?: number;
  /** Milliseconds a task may take, by kind, where not the usual. */
  deadlines?: PoolOptions['deadlines'];
}

/** Liquid on a pool of worker threads, which start when they are needed. */
export function createLiquid(options: LiquidOptions = {}): Liquid {
  const size = Math.max(1, Math.floor(options.workers ?? availableParallelism()));
  return liquidOn(new WorkerPool({ size, url: WORKER, deadlines: options.deadlines ?? {} }));
}

/** The interface on a pool. */
function liquidOn(pool: WorkerPool): Liquid {
  const liquid: Liquid = {
    async selfTest() {
      await Promise.all([pool.warm(), selfTest(liquid)]);
    },
    blind: (request, onProgress) => blind(pool, request, onProgress),
    inspectPset: (pset) => inspectPset(pool, pset),
    decodeTransaction: async (hex) => decodeTransaction(hex),
    openOutputs: (hex, outputs) => openOutputs(pool, hex, outputs),
    sameTransaction: async (a, b) => sameTransaction(a, b),
    newMnemonic: (words) =>
      pool.run('newMnemonic', { entropy: new Uint8Array(randomBytes(words === 12 ? 16 : 32)) }),
    treasuryKeys: (mnemonic, network) => pool.run('treasuryKeys', { mnemonic, network }),
    signWithMnemonic: (pset, mnemonic, network) => signWithMnemonic(pool, pset, mnemonic, network),
    close: () => pool.close(),
  };
  return liquid;
}

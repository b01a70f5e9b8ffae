import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { addressRun } from './address-run.ts';
import { blind } from './blind.ts';
import { takeCosignature } from './cosignature.ts';
import { factsOf } from './facts.ts';
import { finalize } from './finalize.ts';
import { greenForm } from './green-form.ts';
import { inspectPset, sameTransaction } from './inspect.ts';
import { openOutputs } from './open.ts';
import { coinOf, psetOf } from './own-pset.ts';
import { WorkerPool } from './pool.ts';
import type { PoolOptions } from './pool.ts';
import { parsePset } from './pset.ts';
import { selfTest } from './self-test.ts';
import { sighashes } from './sighash.ts';
import { signWithSeed } from './sign.ts';
import { combine, insertSignatures, signaturesOf } from './signatures.ts';
import { decodeTransaction } from './transaction.ts';
import type { Liquid } from './types.ts';
import { showCoins, unsignedHex, witnessOnly } from './witness-form.ts';
import { noncesOf, unblindOwn, verifyInputs, verifyOutputs } from './verify.ts';

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
      const byLwk = (pset: string, mnemonic: string): Promise<string> =>
        pool.run('sign', { pset, mnemonic, network: 'regtest' });
      await Promise.all([pool.warm(), selfTest(liquid, byLwk)]);
    },
    blind: (request, onProgress) => blind(pool, request, onProgress),
    inspectPset: (pset) => inspectPset(pool, pset),
    decodeTransaction: async (hex) => decodeTransaction(hex),
    openOutputs: (hex, outputs) => openOutputs(pool, hex, outputs),
    sameTransaction: async (a, b) => sameTransaction(a, b),
    newMnemonic: (words) =>
      pool.run('newMnemonic', { entropy: new Uint8Array(randomBytes(words === 12 ? 16 : 32)) }),
    treasuryKeys: (mnemonic, network) => pool.run('treasuryKeys', { mnemonic, network }),
    signWithMnemonic: (pset, mnemonic, network) => signWithSeed(pool, pset, { mnemonic }, network),
    accountKeys: (seed, network) => pool.run('accountKeys', { seed, network }),
    descriptors: (policy) => pool.run('descriptors', { policy }),
    readDescriptor: (descriptor, network) => pool.run('readDescriptor', { descriptor, network }),
    custodyKeys: (seed, network) => pool.run('custodyKeys', { seed, network }),
    singleDescriptor: (key, masterBlindingKey, network) =>
      pool.run('singleDescriptor', { key, masterBlindingKey, network }),
    amp2Descriptor: (of) => pool.run('amp2Descriptor', of),
    amp2Elip153: (seed, network, account, server) =>
      pool.run('amp2Elip153', { seed, network, account, server }),
    amp0Descriptor: (of) => pool.run('amp0Descriptor', of),
    signAmp0Challenge: (seed, network, challenge) =>
      pool.run('signAmp0Challenge', { seed, network, challenge }),
    amp0Root: (masterXpub, network) => pool.run('amp0Root', { masterXpub, network }),
    coinOf: async (hex, vout) => coinOf(hex, vout),
    newPset: async (inputs, outputs) => psetOf(inputs, outputs),
    finalize: (pset) => finalize(pool, pset),
    nonces: async (pset, outputs) => noncesOf(pool, parsePset(pset), outputs),
    greenForm: (pset, outputs) => greenForm(pool, pset, outputs),
    takeCosignature: (pset, answer, own) => takeCosignature(pool, pset, answer, own),
    addresses: (policy, chain, from, count) => addressRun(pool, policy, chain, from, count),
    readAddress: (address, network) => pool.run('readAddress', { address, network }),
    writeAddress: (script, blindingPubkey, network) =>
      pool.run('writeAddress', { script, blindingPubkey, network }),
    factsOf: async (pset) => factsOf(pset),
    verifyOutputs: (pset, outputs) => verifyOutputs(pool, pset, outputs),
    verifyInputs: (pset, inputs) => verifyInputs(pool, pset, inputs),
    unblindOwn: (pset, vouts, blindingKey) => unblindOwn(pool, pset, vouts, blindingKey),
    signWithSeed: (pset, seed, network) => signWithSeed(pool, pset, seed, network),
    signaturesOf: (pset) => signaturesOf(pool, pset),
    sighashes: async (pset) => sighashes(pset),
    insertSignatures: (pset, signatures) => insertSignatures(pool, pset, signatures),
    combine: (psets) => combine(pool, psets),
    unsignedHex: async (pset) => unsignedHex(pset),
    witnessOnly: async (pset) => witnessOnly(pset),
    showCoins: async (pset, coins) => showCoins(pset, coins),
    antiExfil: {
      commit: (entropy) => pool.run('antiExfilCommit', { entropy }),
      verify: (claim) => pool.run('antiExfilVerify', claim),
    },
    close: () => pool.close(),
  };
  return liquid;
}

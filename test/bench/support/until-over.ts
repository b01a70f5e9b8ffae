import type { Batch, BatchStep, Operation } from '../../../src/shared/contract/index.ts';
import type { Call } from '../../support/desk-calls.ts';
import type { TestSandbox } from '../../support/test-sandbox.ts';

export interface Finished {
  /** From the first broadcast to the last report. */
  blocks: number;
  /** Seconds from the start to the first broadcast. */
  firstBroadcast: number;
  /** Seconds from the start until nothing could move without the first block: all of AMP’s part, and the first batch. */
  beforeFirst: number;
  /** Seconds of work after each block until nothing could move without the next. */
  work: number[];
  /** What each batch really weighed. */
  weights: number[];
}

const LOOK_MS = 25;

/** Mines one block whenever nothing of the operation can move without one, until everything is reported. */
export async function untilOver(call: Call, sandbox: TestSandbox, id: string): Promise<Finished> {
  const { elements } = sandbox;
  const work: number[] = [];
  let since = performance.now();
  for (;;) {
    const operation = await call('operations.get', { id });
    if (operation.state === 'done') {
      work.push((performance.now() - since) / 1000);
      const [beforeFirst = 0, ...between] = work;
      const weights = operation.batches.map((batch) => batch.weight ?? 0);
      const firstBroadcast = secondsTo(operation, 'broadcast');
      return { blocks: between.length, firstBroadcast, beforeFirst, work: between, weights };
    }
    refuseStopped(operation);
    if (await needsBlock(operation, (txid) => confirmations(elements, txid))) {
      work.push((performance.now() - since) / 1000);
      await sandbox.mine(1);
      since = performance.now();
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Lets the world mine by its own clock, until everything is reported. */
export async function untilOverInTime(
  call: Call,
  sandbox: TestSandbox,
  id: string,
): Promise<{ blocks: number; firstBroadcast: number; seconds: number }> {
  let before: number | null = null;
  for (;;) {
    const operation = await call('operations.get', { id });
    const { height } = (await sandbox.control('GET', '/status')) as { height: number };
    if (operation.batches.some((batch) => batch.txid !== null && batch.step !== 'built')) before ??= height;
    if (operation.state === 'done' && before !== null && operation.finishedAt !== null) {
      const seconds = (operation.finishedAt - operation.createdAt) / 1000;
      return { blocks: height - before, firstBroadcast: secondsTo(operation, 'broadcast'), seconds };
    }
    refuseStopped(operation);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function secondsTo(operation: Operation, step: BatchStep): number {
  const reached = operation.batches.flatMap((batch) => batch.steps.filter((entry) => entry.step === step));
  return (Math.min(...reached.map((entry) => entry.at)) - operation.createdAt) / 1000;
}

function refuseStopped(operation: Operation): void {
  if (operation.state === 'attention' || operation.state === 'cancelled') {
    throw new Error(`The operation stopped: ${operation.problem?.message ?? operation.sentence}`);
  }
}

/**
 * Whether every batch waits for the chain: its own transaction has no more confirmations than the engine has seen, or
 * its coins come from a batch of which this is true.
 */
async function needsBlock(
  operation: Operation,
  confirmed: (txid: string) => Promise<number>,
): Promise<boolean> {
  const bySeq = new Map(operation.batches.map((batch) => [batch.seq, batch]));
  const open = operation.batches.filter((batch) => batch.state !== 'done');
  const waitsForConfirmation = (batch: Batch): boolean =>
    batch.step === 'broadcast' || batch.step === 'confirmed-1';
  const waitsForCoins = (batch: Batch): boolean => {
    if (batch.step !== 'created' && batch.step !== 'reserved') return false;
    const before = batch.after === null ? undefined : bySeq.get(batch.after);
    return before !== undefined && (before.step === 'broadcast' || waitsForCoins(before));
  };
  if (!open.every((batch) => waitsForConfirmation(batch) || waitsForCoins(batch))) return false;
  for (const batch of open.filter(waitsForConfirmation)) {
    const seen = batch.step === 'broadcast' ? 0 : 1;
    if ((await confirmed(batch.txid ?? '')) > seen) return false;
  }
  return true;
}

/** Asked of the node itself, past the desk. */
async function confirmations(node: TestSandbox['elements'], txid: string): Promise<number> {
  const answer = await fetch(new URL(`wallet/${node.wallet}`, node.url), {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${node.username}:${node.password}`).toString('base64')}`,
    },
    body: JSON.stringify({ id: 1, method: 'gettransaction', params: [txid] }),
  });
  const { result } = (await answer.json()) as { result: { confirmations: number } | null };
  return result?.confirmations ?? 0;
}

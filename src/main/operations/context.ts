import type { Emit } from '../../shared/contract/index.ts';
import type { Amount } from '../../shared/money.ts';
import type { AmpPort } from '../amp/types.ts';
import type { ElementsNode, TreasuryWallet } from '../elements/types.ts';
import type { Liquid } from '../liquid/types.ts';
import type { Signer } from '../signing/types.ts';
import type { Store } from '../store/types.ts';
import type { Checkpoint, Journal } from './journal.ts';
import type { BatchRecord, DistributionRecord, OperationRecord, Records } from './records.ts';

/** The desk's own book of what is to be paid, as far as the engine writes in it. Called inside `store.tx`. */
export interface AllocationBook {
  rowsToPay(allocationId: string): {
    rowId: number;
    holderId: number;
    holderName: string;
    gaid: string | null;
    amount: Amount;
  }[];
  markInOperation(rowIds: readonly number[], operationId: string): void;
  markPaid(rowId: number, txid: string): void;
  release(rowIds: readonly number[]): void;
}

export interface EngineDeps {
  store: Store;
  records: Records;
  journal: Journal;
  amp: AmpPort;
  node: ElementsNode;
  wallet: TreasuryWallet;
  liquid: Liquid;
  signer: Signer;
  allocations: AllocationBook;
  clock: () => number;
  emit: Emit;
  checkpoint: Checkpoint;
  /** For tests: how long waits are, as a share of their real length. */
  pace?: number | undefined;
}

/** One batch and what stands around it, read afresh before each step. */
export interface BatchContext {
  deps: EngineDeps;
  operation: OperationRecord;
  batch: BatchRecord;
  /** All batches of the operation, by seq. */
  batches: BatchRecord[];
  /** Tells the person what is going on, without ending the step. */
  say(sentence: string): void;
}

/** A batch of a distribution: AMP has its part in it. */
export interface DistributionContext extends BatchContext {
  operation: DistributionRecord;
}

export function isDistribution(context: BatchContext): context is DistributionContext {
  return context.operation.kind === 'distribute';
}

/** What a step did: moved the batch on, or found that it has to wait for something outside. */
export type StepResult = { moved: true } | { moved: false; sentence: string; seconds: number };

export const MOVED: StepResult = { moved: true };

export function waitFor(sentence: string, seconds: number): StepResult {
  return { moved: false, sentence, seconds };
}

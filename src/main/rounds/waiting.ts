import type { Arrangement, Cosigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { TreasuryWallet } from '../elements/types.ts';
import type { BatchRecord, OperationRecord, Records } from '../operations/index.ts';
import type { Signatures } from '../signing/index.ts';
import type { Arrangements } from './arrangements.ts';

/** How long a request waits for batches that are still being built, ms. */
const PREPARING_MS = 120_000;
const EARLY: ReadonlySet<string> = new Set<string>(['planned', 'assigned', 'created', 'reserved']);

/** The part of an operation that can be signed now. */
export interface Round {
  operation: OperationRecord;
  arrangement: Arrangement;
  /** Built, not over, short of signatures; by number. */
  batches: BatchRecord[];
}

export interface WaitingDeps {
  records: Records;
  signatures: Signatures;
  arrangements: Arrangements;
  wallet: TreasuryWallet;
}

/** What waits for signatures, and whose are there. */
export function createWaiting({ records, signatures, arrangements, wallet }: WaitingDeps) {
  function hasSigned(batchId: string, { fingerprint }: Pick<Cosigner, 'fingerprint'>): boolean {
    return signatures.of(batchId).some((one) => one.fingerprint === fingerprint);
  }

  function signed(batchId: string, { cosigners }: Arrangement): number {
    return cosigners.filter((cosigner) => hasSigned(batchId, cosigner)).length;
  }

  /** A treasury of this desk's key or the node's waits for nobody. */
  function round(operationId: string): Round | null {
    const operation = records.operation(operationId);
    if (!operation) {
      throw new SluiceError('NOT_FOUND', `There is no operation ${operationId}.`, {
        next: 'Look at the list of operations.',
      });
    }
    const arrangement = arrangements.of(wallet.name);
    if (!arrangement) return null;
    const open = operation.state !== 'cancelled' && operation.state !== 'cancelling';
    const batches = open
      ? records
          .batches(operationId)
          .filter(({ step, state }) => step === 'built' && state !== 'cancelled' && state !== 'done')
          .filter(({ id }) => signed(id, arrangement) < arrangement.threshold)
      : [];
    return { operation, arrangement, batches };
  }

  /**
   * Waits, for a while, until every batch that can be built is: a trip to a signer is dear and should carry them all.
   */
  async function prepared(operationId: string): Promise<void> {
    const until = Date.now() + PREPARING_MS;
    const early = (): boolean =>
      records.batches(operationId).some(({ step, state }) => state === 'running' && EARLY.has(step));
    while (early() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 200));
  }

  return {
    round,
    prepared,
    hasSigned,
    /** Throws OPERATION_STATE when nothing waits. */
    require(operationId: string): Round {
      const found = round(operationId);
      if (found && found.batches.length > 0) return found;
      throw new SluiceError('OPERATION_STATE', 'No transaction of this operation waits for a signature.', {
        next: 'Look at the operation: it is not built yet, signed already, or cancelled.',
      });
    },
    /** Those that lack a cosigner's signature. */
    lacking: (batches: readonly BatchRecord[], cosigner: Cosigner): BatchRecord[] =>
      batches.filter(({ id }) => !hasSigned(id, cosigner)),
    /** Cosigners whose signature a batch lacks. */
    lackingOf: ({ id }: BatchRecord, { cosigners }: Arrangement): Cosigner[] =>
      cosigners.filter((cosigner) => !hasSigned(id, cosigner)),
  };
}

export type Waiting = ReturnType<typeof createWaiting>;

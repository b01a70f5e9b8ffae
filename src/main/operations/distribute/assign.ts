import { SluiceError } from '../../../shared/errors.ts';
import type { AmpAssignment } from '../../amp/types.ts';
import { MOVED, waitFor, type DistributionContext, type StepResult } from '../context.ts';
import type { RecipientRecord } from '../records.ts';
import { isOver, moveTo, reached } from '../steps.ts';

export interface AssignmentRequest {
  assetUuid: string;
  registeredUser: number;
  amount: bigint;
  /** Highest assignment id that existed before: an assignment found with a higher one can be ours. */
  above: number;
}

/**
 * AMP's create takes every ready assignment of the asset, so only one batch of an asset may stand between its first
 * assignment and its distribution.
 */
export function turnAtAmp({ deps, operation, batch }: DistributionContext): StepResult | null {
  for (const other of deps.records.batchesOfAsset(operation.assetUuid)) {
    if (other.id === batch.id) return null;
    const done = operation.sequential ? reached(other, 'reported') : reached(other, 'created');
    if (!done && !isOver(other)) {
      return waitFor(
        operation.sequential
          ? `Waiting for batch ${other.seq} to be reported: AMP takes one open distribution of this asset at a time.`
          : `Waiting until batch ${other.seq} has its distribution at AMP.`,
        operation.sequential ? 5 : 1,
      );
    }
  }
  return null;
}

/** planned → assigned: one assignment per recipient at AMP, ready for distribution. */
export async function assign(context: DistributionContext): Promise<StepResult> {
  const turn = turnAtAmp(context);
  if (turn) return turn;
  const { deps, operation, batch } = context;
  const recipients = deps.records.recipients(batch.id);
  const missing = recipients.filter((recipient) => recipient.assignmentId === null);

  let above = 0;
  if (missing.length > 0) {
    const existing = await deps.amp.assignments.list(operation.assetUuid);
    above = existing.reduce((highest, assignment) => Math.max(highest, assignment.id), 0);
  }
  let done = recipients.length - missing.length;
  for (const recipient of missing) {
    context.say(`Assigning at AMP: ${done} of ${recipients.length} recipients.`);
    await assignOne(context, recipient, above);
    done += 1;
  }
  moveTo(context, 'assigned');
  return MOVED;
}

async function assignOne(
  context: DistributionContext,
  recipient: RecipientRecord,
  above: number,
): Promise<void> {
  const { deps, operation, batch } = context;
  await deps.journal.run<AssignmentRequest, { id: number }>({
    scope: batch.id,
    effect: 'assignment',
    key: String(recipient.position),
    request: {
      assetUuid: operation.assetUuid,
      registeredUser: recipient.holderId,
      amount: recipient.amount,
      above,
    },
    async ask(request) {
      const found = findOurs(
        await deps.amp.assignments.list(request.assetUuid),
        request,
        deps.records.knownAssignments(),
      );
      return found ? { id: found.id } : null;
    },
    async act(request) {
      const made = await deps.amp.assignments.create(request.assetUuid, {
        registeredUser: request.registeredUser,
        amount: recipient.amount,
        ready: true,
      });
      if (!matches({ ...made, distributionUuid: null }, { ...request, above: 0 })) {
        throw new SluiceError(
          'AMP_BOOKS_DIFFER',
          `AMP recorded an assignment of ${made.amount} to user ${made.registeredUser} where ${request.amount} to user ${request.registeredUser} was asked for.`,
          { next: 'Nothing was paid. Delete that assignment at AMP, then retry.' },
        );
      }
      return { id: made.id };
    },
    record: ({ id }) => deps.records.setAssignment(batch.id, recipient.position, id),
  });
}

/** An assignment at AMP that an unanswered request of ours made. */
export function findOurs(
  assignments: readonly AmpAssignment[],
  request: AssignmentRequest,
  known: ReadonlySet<number>,
): AmpAssignment | undefined {
  return assignments.find((assignment) => !known.has(assignment.id) && matches(assignment, request));
}

function matches(assignment: AmpAssignment, request: AssignmentRequest): boolean {
  return (
    assignment.id > request.above &&
    assignment.registeredUser === request.registeredUser &&
    assignment.amount === request.amount &&
    !assignment.distributed &&
    assignment.distributionUuid === null
  );
}

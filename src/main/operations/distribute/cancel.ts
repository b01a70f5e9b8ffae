import type { BatchContext, DistributionContext, StepResult } from '../context.ts';
import { letGo } from '../transaction/let-go.ts';
import { MOVED } from '../context.ts';
import { reached } from '../steps.ts';
import { findOurs, type AssignmentRequest } from './assign.ts';

/** Whether nothing of a batch can have reached the network. */
export function canCancel({ deps, batch }: Pick<BatchContext, 'deps' | 'batch'>): boolean {
  return !reached(batch, 'broadcast') && !deps.journal.isOpen(batch.id, 'broadcast');
}

/** Takes a batch back: its distribution and assignments at AMP, the coins held for it, its rows of the allocation. */
export async function cancelBatch(context: DistributionContext): Promise<StepResult> {
  const { deps, operation, batch } = context;
  context.say('Cancelling at AMP.');
  await adoptLostAssignments(context);
  const recipients = deps.records.recipients(batch.id);
  const ids = new Set(recipients.map((recipient) => recipient.assignmentId));

  const assignments = await deps.amp.assignments.list(operation.assetUuid);
  const uuids = new Set(
    assignments
      .filter((assignment) => ids.has(assignment.id) && !assignment.distributed)
      .map((assignment) => assignment.distributionUuid)
      .filter((uuid) => uuid !== null),
  );
  for (const uuid of uuids) {
    await deps.journal.run<{ uuid: string }, object>({
      scope: batch.id,
      effect: 'distribution-cancel',
      key: uuid,
      request: { uuid },
      ask: async () => {
        const left = await deps.amp.assignments.list(operation.assetUuid);
        return left.some((assignment) => assignment.distributionUuid === uuid) ? null : {};
      },
      act: async () => {
        await deps.amp.distributions.cancel(operation.assetUuid, uuid);
        return {};
      },
      record: () => undefined,
    });
  }
  const present = new Set(assignments.map((assignment) => assignment.id));
  for (const recipient of recipients) {
    const id = recipient.assignmentId;
    if (id === null || recipient.takenIn || !present.has(id)) continue;
    await deps.journal.run<{ id: number }, object>({
      scope: batch.id,
      effect: 'assignment-remove',
      key: String(id),
      request: { id },
      ask: async () => {
        const left = await deps.amp.assignments.list(operation.assetUuid);
        return left.some((assignment) => assignment.id === id) ? null : {};
      },
      act: async () => {
        await deps.amp.assignments.remove(operation.assetUuid, id);
        return {};
      },
      record: () => undefined,
    });
  }

  await letGo(context, { distributions: [...uuids] }, () =>
    deps.allocations.release(
      recipients.map((recipient) => recipient.allocationRowId).filter((row) => row !== null),
    ),
  );
  return MOVED;
}

/** Assignments that AMP made although its answer never came have to go as well. */
async function adoptLostAssignments({ deps, operation, batch }: DistributionContext): Promise<void> {
  const open = deps.journal.openRequests<AssignmentRequest>(batch.id, 'assignment');
  for (const { key, request } of open) {
    const found = findOurs(
      await deps.amp.assignments.list(operation.assetUuid),
      request,
      deps.records.knownAssignments(),
    );
    if (found) deps.store.tx(() => deps.records.setAssignment(batch.id, Number(key), found.id));
  }
}

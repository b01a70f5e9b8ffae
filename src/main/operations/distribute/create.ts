import { SluiceError } from '../../../shared/errors.ts';
import type { AmpAssignment, AmpDistributionFile } from '../../amp/types.ts';
import { MOVED, waitFor, type DistributionContext, type StepResult } from '../context.ts';
import type { RecipientRecord } from '../records.ts';
import { isOver, moveTo, reached } from '../steps.ts';
import { turnAtAmp } from './assign.ts';

interface Created {
  distributionUuid: string;
  /** Receiving address by recipient position. */
  addresses: { position: number; address: string }[];
}

/** assigned → created: AMP stamps the assignments as one distribution and says at which addresses to pay. */
export async function create(context: DistributionContext): Promise<StepResult> {
  const turn = turnAtAmp(context);
  if (turn) return turn;
  const { deps, operation, batch } = context;
  const recipients = deps.records.recipients(batch.id);
  const ours = new Map(recipients.map((recipient) => [recipient.assignmentId, recipient]));

  if (!deps.journal.isOpen(batch.id, 'distribution')) {
    refuseOthers(await deps.amp.assignments.list(operation.assetUuid, { distributed: false }), ours);
  }

  let created: Created;
  try {
    context.say('Creating the distribution at AMP.');
    created = await deps.journal.run<{ assetUuid: string }, Created>({
      scope: batch.id,
      effect: 'distribution',
      key: 'create',
      request: { assetUuid: operation.assetUuid },
      ask: () => adopt(context, recipients),
      async act() {
        const file = await deps.amp.distributions.create(operation.assetUuid);
        if (!file) return await nothingToDistribute(context, recipients);
        const stamped = await deps.amp.assignments.list(operation.assetUuid, { distributed: false });
        return match(file, stamped, recipients);
      },
      record(outcome) {
        deps.records.updateBatch(batch.id, { distributionUuid: outcome.distributionUuid });
        for (const { position, address } of outcome.addresses) {
          deps.records.setAddress(batch.id, position, address);
        }
      },
    });
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'AMP_REFUSED' && hasOpenSibling(context)) {
      // AMP may take one open distribution of an asset at a time; then the batches go one after the other.
      deps.store.tx(() => {
        deps.records.setSequential(operation.id);
        deps.store.audit({
          type: 'operation.sequential',
          subject: `operation:${operation.id}`,
          data: { batch: batch.seq, answer: error.message },
        });
      });
      return waitFor('AMP takes one open distribution of this asset at a time; this batch goes next.', 2);
    }
    throw error;
  }
  moveTo(context, 'created', { distributionUuid: created.distributionUuid });
  return MOVED;
}

/** What AMP would take in besides ours is never paid unseen. */
function refuseOthers(
  assignments: readonly AmpAssignment[],
  ours: ReadonlyMap<number | null, RecipientRecord>,
): void {
  const found = new Map(assignments.map((assignment) => [assignment.id, assignment]));
  for (const [id, recipient] of ours) {
    const assignment = id === null ? undefined : found.get(id);
    if (
      !assignment ||
      assignment.amount !== recipient.amount ||
      assignment.registeredUser !== recipient.holderId
    ) {
      throw new SluiceError(
        'AMP_BOOKS_DIFFER',
        `Assignment ${id ?? '?'} for ${recipient.holderName} is not at AMP as it was made.`,
        { next: 'Somebody changed it at AMP. Nothing was paid: cancel this operation and plan again.' },
      );
    }
    if (!assignment.ready && assignment.distributionUuid === null) {
      throw new SluiceError(
        'AMP_BOOKS_DIFFER',
        `Assignment ${assignment.id} for ${recipient.holderName} was locked at AMP.`,
        { next: 'Unlock it at AMP and retry, or cancel this operation. Nothing was paid.' },
      );
    }
  }
  const foreign = assignments.filter(
    (assignment) =>
      assignment.ready &&
      assignment.hasVested &&
      assignment.distributionUuid === null &&
      !ours.has(assignment.id),
  );
  if (foreign.length > 0) {
    throw new SluiceError(
      'AMP_BOOKS_DIFFER',
      `${foreign.length} other ready assignment${foreign.length === 1 ? ' stands' : 's stand'} at AMP (${foreign
        .slice(0, 5)
        .map((assignment) => `no. ${assignment.id}`)
        .join(', ')}${foreign.length > 5 ? ', …' : ''}); AMP would pay them with this batch.`,
      { next: 'Lock or delete them at AMP, then retry. Nothing was paid.' },
    );
  }
}

/** AMP said that nothing is ready: an earlier create whose answer was lost may have stamped ours meanwhile. */
async function nothingToDistribute(
  context: DistributionContext,
  recipients: RecipientRecord[],
): Promise<Created> {
  const adopted = await adopt(context, recipients);
  if (adopted) return adopted;
  throw new SluiceError('AMP_NOTHING_TO_DISTRIBUTE', 'AMP found no assignment ready for distribution.', {
    next: 'Check at AMP that the asset is authorized and the assignments are ready, then retry. Nothing was paid.',
  });
}

/** A distribution that AMP made of our assignments although we never saw its answer. */
async function adopt(context: DistributionContext, recipients: RecipientRecord[]): Promise<Created | null> {
  const { deps, operation } = context;
  const assignments = await deps.amp.assignments.list(operation.assetUuid, { distributed: false });
  const ids = new Set(recipients.map((recipient) => recipient.assignmentId));
  const uuids = new Set(
    assignments
      .filter((assignment) => ids.has(assignment.id) && assignment.distributionUuid !== null)
      .map((assignment) => assignment.distributionUuid as string),
  );
  const [distributionUuid, ...more] = uuids;
  if (distributionUuid === undefined) return null;
  const members = assignments.filter((assignment) => assignment.distributionUuid === distributionUuid);
  const complete = more.length === 0 && members.every((assignment) => assignment.receivingAddress !== null);
  if (complete) {
    const file = {
      distributionUuid,
      assetUuid: operation.assetUuid,
      assetId: operation.assetId,
      payments: members.map((assignment) => ({
        address: assignment.receivingAddress ?? '',
        assetId: operation.assetId,
        amount: assignment.amount,
      })),
    };
    return match(file, members, recipients);
  }
  // AMP does not tell the addresses a second time: take the distribution back and ask for a new one.
  for (const uuid of uuids) await deps.amp.distributions.cancel(operation.assetUuid, uuid);
  return null;
}

/** Ties the payments AMP asks for to our recipients, one to one, or refuses. */
function match(
  file: Pick<AmpDistributionFile, 'distributionUuid' | 'assetId' | 'payments'>,
  assignments: readonly AmpAssignment[],
  recipients: readonly RecipientRecord[],
): Created {
  const open = new Map(file.payments.map((payment) => [payment.address, payment]));
  const addresses: Created['addresses'] = [];
  const unmatched: RecipientRecord[] = [];
  for (const recipient of recipients) {
    const address = assignments.find(
      (assignment) => assignment.id === recipient.assignmentId,
    )?.receivingAddress;
    const payment = address ? open.get(address) : undefined;
    if (payment && payment.amount === recipient.amount) {
      open.delete(payment.address);
      addresses.push({ position: recipient.position, address: payment.address });
    } else {
      unmatched.push(recipient);
    }
  }
  // Where AMP does not say which address is whose, the amount has to do: every payment still goes to AMP's address.
  for (const recipient of unmatched) {
    const payment = [...open.values()].find((candidate) => candidate.amount === recipient.amount);
    if (!payment) break;
    open.delete(payment.address);
    addresses.push({ position: recipient.position, address: payment.address });
  }
  if (open.size > 0 || addresses.length !== recipients.length || file.payments.length !== recipients.length) {
    throw new SluiceError(
      'AMP_BOOKS_DIFFER',
      `AMP’s distribution ${file.distributionUuid} asks for ${file.payments.length} payments; this batch has ${recipients.length}, and they do not match one to one.`,
      { next: 'Nothing was paid. Cancel this operation; its distribution at AMP is cancelled with it.' },
    );
  }
  return { distributionUuid: file.distributionUuid, addresses };
}

function hasOpenSibling({ deps, operation, batch }: DistributionContext): boolean {
  return deps.records
    .batchesOfAsset(operation.assetUuid)
    .some(
      (other) =>
        other.id !== batch.id && reached(other, 'created') && !reached(other, 'reported') && !isOver(other),
    );
}

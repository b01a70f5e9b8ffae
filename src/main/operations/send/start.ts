import { randomUUID } from 'node:crypto';
import type { Args } from '../../../shared/contract/index.ts';
import { SluiceError } from '../../../shared/errors.ts';
import { formatGrouped } from '../../../shared/money.ts';
import type { EngineDeps } from '../context.ts';
import { newBatch, requireTyped } from '../start.ts';
import { confirmationOf, preparePayment, type PaymentSources } from './plan.ts';

/** Who is not in AMP's registers has no number there. */
const NO_HOLDER = 0;

/**
 * Turns a plain payment that a person saw into an operation of one batch. Nothing outside is touched yet. Throws CONFLICT
 * when what was shown no longer holds, NOT_ALLOWED with the first check that is wrong.
 */
export async function startPayment(
  deps: EngineDeps,
  sources: PaymentSources,
  { assetId, recipients, fingerprint, confirm, title }: Args<'treasury.send'>,
  actor: string,
): Promise<string> {
  const { plan, asset } = await preparePayment(deps, sources, { assetId, recipients });
  requireTyped(confirmationOf(asset), confirm);
  if (plan.fingerprint !== fingerprint) {
    throw new SluiceError('CONFLICT', 'Something has changed since the payment was shown.', {
      next: 'Look at it again, then send it.',
      field: 'fingerprint',
    });
  }
  const wrong = plan.checks.find((check) => check.verdict === 'wrong');
  if (wrong) throw new SluiceError('NOT_ALLOWED', wrong.message, { next: wrong.next });

  const settings = sources.settings();
  const now = deps.clock();
  const id = randomUUID();
  const batchId = `${id.slice(0, 8)}-1`;
  deps.store.tx(() => {
    deps.records.insertOperation({
      id,
      kind: 'send',
      origin: 'payment',
      title:
        title === undefined || title === ''
          ? `${formatGrouped(plan.total, asset.precision)} ${asset.ticker ?? asset.name} to ${told(recipients)}`
          : title,
      assetUuid: null,
      assetId,
      ticker: asset.ticker,
      precision: asset.precision,
      allocationId: null,
      signer: plan.signer,
      feeRate: settings.feeRate,
      feeCeiling: settings.feeCeiling,
      sequential: false,
      state: 'running',
      createdAt: now,
      changedAt: now,
      finishedAt: null,
    });
    // Nothing has to be made at AMP: such a batch begins where a distribution is when AMP has its part.
    deps.records.insertBatch(
      newBatch({ id: batchId, operationId: id, seq: 1, after: null, lane: null, step: 'created' }),
      now,
    );
    recipients.forEach(({ address, amount, label }, position) =>
      deps.records.insertRecipient({
        batchId,
        position,
        holderId: NO_HOLDER,
        holderName: label === undefined || label === '' ? shortened(address) : label,
        gaid: null,
        amount,
        allocationRowId: null,
        takenIn: false,
        assignmentId: null,
        address,
      }),
    );
    deps.store.audit({
      type: 'payment.started',
      subject: `operation:${id}`,
      actor,
      data: {
        asset: assetId,
        total: plan.total,
        recipients: recipients.map(({ address, amount }) => ({ address, amount })),
        signer: plan.signer,
        fingerprint,
      },
    });
  });
  deps.checkpoint('operation:started');
  return id;
}

function told(recipients: Args<'treasury.send'>['recipients']): string {
  const [only] = recipients;
  if (recipients.length > 1 || !only) return `${recipients.length} recipients`;
  return only.label === undefined || only.label === '' ? shortened(only.address) : only.label;
}

function shortened(address: string): string {
  return `${address.slice(0, 12)}…${address.slice(-6)}`;
}

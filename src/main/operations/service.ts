import type { AreaHandlers, Operation } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { adoptDistribution, pendingAtAmp } from './adopt.ts';
import type { EngineDeps } from './context.ts';
import { canCancel } from './distribute/cancel.ts';
import type { Engine } from './engine.ts';
import { preparePlan, type PlanSources } from './plan.ts';
import type { BatchRecord } from './records.ts';
import { confirmationOf, preparePayment, type PaymentSources } from './send/plan.ts';
import { startPayment } from './send/start.ts';
import { requireConfirmation, requireTyped, startDistribution } from './start.ts';
import { isOver } from './steps.ts';
import { viewOperation } from './view.ts';

/** How often a waiting caller looks whether an operation has come to rest. */
const WAIT_STEP_MS = 250;

export interface OperationsService extends AreaHandlers<'operations'> {
  plan: AreaHandlers<'allocations'>['plan'];
  /** Plain payments of the treasury. */
  payments: Pick<AreaHandlers<'treasury'>, 'planSend' | 'send'>;
}

/** The contract's face of the engine. `assets` names the assets whose pending distributions are looked for. */
export function createOperationsService(
  deps: EngineDeps,
  engine: Engine,
  sources: PlanSources & PaymentSources & { assets(): { assetUuid: string }[] },
): OperationsService {
  function get(id: string): Operation {
    const operation = deps.records.operation(id);
    if (!operation) {
      throw new SluiceError('NOT_FOUND', `There is no operation ${id}.`, {
        next: 'Look at the list of operations.',
      });
    }
    return viewOperation(deps, engine, operation);
  }

  function batchOf(id: string): BatchRecord {
    const batch = deps.records.batch(id);
    if (!batch)
      throw new SluiceError('NOT_FOUND', `There is no batch ${id}.`, { next: 'Open it from its operation.' });
    return batch;
  }

  /** A person has looked: every batch is due again. */
  function makeDue(operationId: string): void {
    for (const batch of deps.records.batches(operationId)) {
      if (!isOver(batch)) deps.records.updateBatch(batch.id, { notBefore: 0 });
    }
  }

  return {
    async plan({ id, recipientsPerBatch }) {
      return (await preparePlan(deps, sources, id, false, recipientsPerBatch)).plan;
    },

    payments: {
      async planSend(request) {
        return (await preparePayment(deps, sources, request)).plan;
      },
      async send(request, { actor }) {
        const id = await startPayment(deps, sources, request, actor);
        engine.wake(id);
        deps.emit('operations.changed', { id });
        return get(id);
      },
    },

    list({ state, offset, limit }) {
      const { rows, total } = deps.records.listOperations({ state, offset, limit });
      return { rows: rows.map((operation) => viewOperation(deps, engine, operation)), total };
    },

    get: ({ id }) => get(id),

    async start({ allocationId, fingerprint, confirm, foreignReady, recipientsPerBatch }, { actor }) {
      const id = await startDistribution(deps, sources, {
        allocationId,
        fingerprint,
        confirm,
        foreignReady,
        recipientsPerBatch,
        actor,
      });
      engine.wake(id);
      deps.emit('operations.changed', { id });
      deps.emit('allocations.changed', { id: allocationId });
      return get(id);
    },

    outputs({ batchId, search, offset, limit }) {
      const recipients = new Map(
        deps.records.recipients(batchId).map((recipient) => [recipient.position, recipient]),
      );
      const stored = deps.records.outputs(batchOf(batchId).id);
      const rows =
        stored.length > 0
          ? stored.map((output) => {
              const recipient = output.position === null ? undefined : recipients.get(output.position);
              return {
                vout: output.vout,
                role: output.role,
                holderId: recipient?.holderId ?? null,
                holderName: recipient?.holderName ?? null,
                address: recipient?.address ?? output.address,
                assetId: output.assetId,
                amount: output.amount,
                amountBlinder: output.amountBlinder,
                assetBlinder: output.assetBlinder,
                verified: output.verified,
              };
            })
          : // Not built yet: who will be paid is known all the same.
            [...recipients.values()].map((recipient) => ({
              vout: recipient.position,
              role: 'recipient' as const,
              holderId: recipient.holderId,
              holderName: recipient.holderName,
              address: recipient.address,
              assetId: deps.records.operation(batchOf(batchId).operationId)?.assetId ?? '',
              amount: recipient.amount,
              amountBlinder: null,
              assetBlinder: null,
              verified: false,
            }));
      const needle = search?.trim().toLowerCase();
      const found = needle
        ? rows.filter((row) =>
            [row.holderName, row.address, row.holderId?.toString()].some((cell) =>
              cell?.toLowerCase().includes(needle),
            ),
          )
        : rows;
      return { rows: found.slice(offset, offset + limit), total: found.length };
    },

    cancel({ id, confirm }, { actor }) {
      const operation = deps.records.operation(id);
      if (!operation) return get(id);
      if (operation.kind === 'send') requireTyped(confirmationOf(operation), confirm);
      else requireConfirmation(sources.asset(operation.assetUuid), confirm);
      const batches = deps.records.batches(id);
      if (!batches.some((batch) => !isOver(batch) && canCancel({ deps, batch }))) {
        throw new SluiceError('OPERATION_STATE', 'Everything in this operation has been broadcast already.', {
          next:
            operation.kind === 'send'
              ? 'Nothing can be taken back; wait for it to be confirmed.'
              : 'Nothing can be taken back; wait for it to be confirmed and reported.',
        });
      }
      deps.store.tx(() => {
        deps.records.setOperationState(id, 'cancelling', deps.clock());
        makeDue(id);
        deps.store.audit({ type: 'operation.cancelling', subject: `operation:${id}`, actor, data: {} });
      });
      engine.wake(id);
      return get(id);
    },

    retry({ id }, { actor }) {
      const operation = get(id);
      deps.store.tx(() => {
        makeDue(id);
        deps.store.audit({
          type: 'operation.retried',
          subject: `operation:${id}`,
          actor,
          data: { state: operation.state },
        });
      });
      engine.wake(id);
      return get(id);
    },

    async wait({ id, seconds }) {
      const until = Date.now() + seconds * 1000;
      for (;;) {
        const operation = get(id);
        if (['done', 'cancelled', 'attention'].includes(operation.state) || Date.now() >= until)
          return operation;
        await new Promise((resolve) => setTimeout(resolve, WAIT_STEP_MS));
      }
    },

    async pendingAtAmp({ assetUuid }) {
      const uuids = assetUuid === undefined ? sources.assets().map((asset) => asset.assetUuid) : [assetUuid];
      return { pending: await pendingAtAmp(deps, sources, uuids) };
    },

    async adopt({ assetUuid, distributionUuid, txid, confirm }, { actor }) {
      const id = await adoptDistribution(deps, sources, {
        assetUuid,
        distributionUuid,
        txid,
        confirm,
        actor,
      });
      engine.wake(id);
      deps.emit('operations.changed', { id });
      return get(id);
    },

    async cancelAtAmp({ assetUuid, distributionUuid, confirm }, { actor }) {
      requireConfirmation(sources.asset(assetUuid), confirm);
      const found = await pendingAtAmp(deps, sources, [assetUuid]);
      const pending = found.find((each) => each.distributionUuid === distributionUuid);
      if (pending && pending.operationId !== null) {
        throw new SluiceError('NOT_ALLOWED', 'This distribution belongs to an operation of this desk.', {
          next: 'Cancel the operation instead; its coins are set free with it.',
        });
      }
      await deps.journal.run<{ assetUuid: string; distributionUuid: string }, object>({
        scope: `amp:${assetUuid}`,
        effect: 'distribution-cancel',
        key: distributionUuid,
        request: { assetUuid, distributionUuid },
        ask: async () => {
          const left = await pendingAtAmp(deps, sources, [assetUuid]);
          return left.some((pending) => pending.distributionUuid === distributionUuid) ? null : {};
        },
        act: async () => {
          await deps.amp.distributions.cancel(assetUuid, distributionUuid);
          return {};
        },
        record: () =>
          deps.store.audit({
            type: 'distribution.cancelled-at-amp',
            subject: `distribution:${distributionUuid}`,
            actor,
            data: { assetUuid },
          }),
      });
      return {};
    },

    report({ batchId }) {
      const batch = batchOf(batchId);
      const { report } = deps.records.papers(batch.id);
      if (report === null) {
        throw new SluiceError(
          'NOT_FOUND',
          'The report of this batch is written at its second confirmation.',
          {
            next: 'Wait until the batch is confirmed twice.',
          },
        );
      }
      return { fileName: `report-${batch.distributionUuid ?? batch.id}.json`, content: report };
    },
  };
}

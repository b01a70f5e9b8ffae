import { createHash } from 'node:crypto';
import type { Asset, DistributionPlan, Settings } from '../../shared/contract/index.ts';
import { amount, formatDecimal, formatGrouped, sum, type Amount } from '../../shared/money.ts';
import type { AmpAssignment } from '../amp/types.ts';
import type { EngineDeps } from './context.ts';
import { freeCoins } from './transaction/reserve.ts';
import { check, signerCheck, syncCheck, type Check } from './plan-checks.ts';
import { witnessOf } from './size.ts';
import { planFunded, type BatchLimits, type BatchPlan, type Payee } from './planner.ts';

/** About one Liquid block. */
const BLOCK_SECONDS = 60;
/** Recipients in one transaction that somebody can be asked to confirm one by one. */
const HAND_BATCH = 25;

/** What the desk's registers say; filled by the holders, assets and allocations services. */
export interface PlanSources {
  allocation(id: string): { id: string; name: string; assetUuid: string; problems: number };
  asset(assetUuid: string): Asset;
  holderName(holderId: number): string | null;
  settings(): Settings;
}

export interface PreparedPlan {
  plan: DistributionPlan;
  batches: BatchPlan;
  asset: Asset;
  allocationName: string;
}

/** Dry run of paying an allocation: reads AMP and the node, creates nothing. */
export async function preparePlan(
  deps: EngineDeps,
  sources: PlanSources,
  allocationId: string,
  takeIn: boolean,
  recipientsPerBatch?: number,
): Promise<PreparedPlan> {
  const allocation = sources.allocation(allocationId);
  const asset = sources.asset(allocation.assetUuid);
  const settings = sources.settings();
  const rows = deps.allocations.rowsToPay(allocationId);
  const [ampAsset, summary, balance, assignments, free, chain] = await Promise.all([
    deps.amp.assets.get(asset.assetUuid),
    deps.amp.assets.summary(asset.assetUuid),
    deps.amp.assets.balance(asset.assetUuid),
    deps.amp.assignments.list(asset.assetUuid, { distributed: false }),
    freeCoins({ deps }),
    deps.node.chainInfo(),
  ]);

  const known = deps.records.knownAssignments();
  const foreign = assignments.filter((assignment) => !known.has(assignment.id));
  const foreignReady = foreign.filter(
    (assignment) => assignment.ready && assignment.hasVested && assignment.distributionUuid === null,
  );
  const payees: Payee[] = [
    ...(takeIn ? foreignReady.map((assignment) => payeeOf(assignment, sources)) : []),
    ...rows.map((row) => ({
      holderId: row.holderId,
      holderName: row.holderName,
      gaid: row.gaid,
      amount: row.amount,
      allocationRowId: row.rowId,
      assignmentId: null,
    })),
  ];

  const assetCoins = free.coins.filter((coin) => coin.assetId === asset.assetId);
  const feeCoins = free.coins.filter((coin) => coin.assetId === free.feeAsset);
  const limits: BatchLimits = {
    recipientsPerBatch: Math.min(recipientsPerBatch ?? Infinity, settings.recipientsPerBatch),
    lanes: settings.lanes,
    feeRate: settings.feeRate,
    ...(deps.signer.policy === undefined ? {} : { witness: witnessOf(deps.signer.policy) }),
  };
  const { plan: batches, short } = planFunded(payees, limits, { asset: assetCoins, fee: feeCoins });
  const treasuryBefore = sum(assetCoins.map((coin) => coin.value));
  const total = sum(payees.map((payee) => payee.amount));
  const text = (value: bigint): string =>
    `${formatGrouped(value, asset.precision)} ${asset.ticker ?? asset.name}`;

  const checks: Check[] = [
    check(
      payees.length > 0,
      'rows',
      `${payees.length} recipients to pay.`,
      'There is nobody to pay.',
      'Add rows to the allocation.',
    ),
    check(
      allocation.problems === 0,
      'problems',
      'Every row of the allocation is right.',
      `${allocation.problems} rows of the allocation are wrong.`,
      'Open the allocation and correct or remove them.',
    ),
    check(
      ampAsset.isAuthorized,
      'authorized',
      'The asset is authorized with Green.',
      'The asset is not authorized with Green; AMP will not distribute it.',
      'Authorize it on the asset’s page.',
    ),
    check(
      !ampAsset.isLocked,
      'locked',
      'The asset is not locked.',
      'The asset is locked at AMP.',
      'Unlock it on the asset’s page.',
    ),
    check(
      short !== 'asset',
      'treasury',
      `The treasury holds ${text(treasuryBefore)} in free confirmed coins; ${text(total)} are needed.`,
      `The treasury holds ${text(treasuryBefore)} in free confirmed coins; ${text(total)} are needed.`,
      'Wait until coins confirm and other operations are reported, reissue, or pay less.',
    ),
    treasuryCheck(
      amount(total - (takeIn ? sum(foreignReady.map((item) => item.amount)) : 0n)),
      ampTreasury(summary),
      summary.blacklisted,
      text,
    ),
    check(
      short !== 'fee',
      'fees',
      `Fees of about ${formatDecimal(batches.fee, 8)} L-BTC are covered.`,
      `About ${formatDecimal(batches.feeFundsNeeded, 8)} L-BTC are needed for fees; the treasury has ${formatDecimal(sum(feeCoins.map((coin) => coin.value)), 8)} in free confirmed coins.`,
      'Send L-BTC to the treasury and wait for one confirmation.',
    ),
    check(
      short !== 'weight',
      'weight',
      'Every batch is within the relay limit of 400,000 weight units.',
      'A batch would be heavier than the network relays.',
      'Set fewer recipients per batch in Settings.',
    ),
    check(
      balance.lostOutputs.length === 0,
      'lost-outputs',
      'AMP has lost no output of this asset.',
      `AMP has lost track of ${balance.lostOutputs.length} outputs of this asset and will refuse reports.`,
      'Report unreported transactions, or ask AMP support.',
    ),
    syncCheck(chain),
    await signerCheck(deps),
    ...byHandCheck(deps, batches),
    ...foreignChecks(foreign, foreignReady, takeIn),
  ];

  const plan: Omit<DistributionPlan, 'fingerprint'> = {
    allocationId,
    assetUuid: asset.assetUuid,
    assetId: asset.assetId,
    recipients: payees.length,
    total,
    batches: batches.batches.map((batch) => ({
      seq: batch.seq,
      recipients: batch.payees.length,
      amount: batch.amount,
      after: batch.after,
      weight: batch.weight,
      fee: batch.fee,
    })),
    fee: batches.fee,
    blocks: batches.blocks,
    seconds: batches.blocks * BLOCK_SECONDS,
    treasuryBefore,
    treasuryAfter: amount(treasuryBefore - total),
    signer: deps.signer.kind,
    foreignReady: foreignReady.map((assignment) => ({
      assignmentId: assignment.id,
      holderId: assignment.registeredUser,
      holderName: sources.holderName(assignment.registeredUser),
      amount: assignment.amount,
    })),
    foreignPending: pendingOf(foreign),
    checks,
    ok: checks.every((item) => item.verdict !== 'wrong'),
  };
  return {
    plan: { ...plan, fingerprint: fingerprintOf(plan, payees, limits) },
    batches,
    asset,
    allocationName: allocation.name,
  };
}

/** AMP's treasury balance by its own formula (issued + reissued − assigned − distributed − burned − locked). */
export function ampTreasury(summary: {
  issued: Amount;
  reissued: Amount;
  assigned: Amount;
  distributed: Amount;
  burned: Amount;
  blacklisted: Amount;
}): Amount {
  return amount(
    summary.issued +
      summary.reissued -
      summary.assigned -
      summary.distributed -
      summary.burned -
      summary.blacklisted,
  );
}

/**
 * AMP's published formula takes locked units off the treasury even where they are a holder's, so a distribution that
 * exceeds the formula by no more than them may well be taken: AMP itself decides when the assignments are made.
 */
function treasuryCheck(
  wanted: Amount,
  treasury: Amount,
  locked: Amount,
  text: (value: bigint) => string,
): Check {
  const left = `AMP’s books have ${text(treasury)} left to assign`;
  if (wanted <= treasury) return { code: 'amp-treasury', verdict: 'good', message: `${left}.`, next: '' };
  if (wanted <= treasury + locked) {
    return {
      code: 'amp-treasury',
      verdict: 'attention',
      message: `${left} by its formula, which also takes off ${text(locked)} that are locked.`,
      next: 'Go on if the locked units are a holder’s; AMP refuses the assignments otherwise, and nothing is paid.',
    };
  }
  return {
    code: 'amp-treasury',
    verdict: 'wrong',
    message: `${left}; ${text(wanted)} are to be assigned.`,
    next: 'Reconcile the treasury first: see why on the Treasury page.',
  };
}

/**
 * A Jade shows every recipient and the fee of a transaction for confirmation, one after the other; it hides change that
 * it recognises. Nobody looks closely a hundred times.
 */
function byHandCheck(deps: EngineDeps, plan: BatchPlan): Check[] {
  if (deps.signer.byHand !== true) return [];
  const most = Math.max(0, ...plan.batches.map((batch) => batch.payees.length));
  const all = plan.batches.reduce((total, batch) => total + batch.payees.length + 1, 0);
  const message = `If a Jade signs, it asks for ${all} confirmations: every recipient and the fee of each of ${plan.batches.length} ${plan.batches.length === 1 ? 'transaction' : 'transactions'}, at most ${most + 1} in one go.`;
  return most <= HAND_BATCH
    ? [{ code: 'by-hand', verdict: 'good', message, next: '' }]
    : [
        {
          code: 'by-hand',
          verdict: 'attention',
          message,
          next: `Plan with batches of ${HAND_BATCH} recipients (recipientsPerBatch ${HAND_BATCH}): more transactions, each of which can be looked through and tried again by itself.`,
        },
      ];
}

function foreignChecks(
  foreign: readonly AmpAssignment[],
  ready: readonly AmpAssignment[],
  takeIn: boolean,
): Check[] {
  const pending = pendingOf(foreign);
  return [
    ready.length === 0
      ? {
          code: 'foreign-ready',
          verdict: 'good',
          message: 'Nobody else left assignments ready at AMP.',
          next: '',
        }
      : {
          code: 'foreign-ready',
          verdict: 'attention',
          message: `${ready.length} assignments that others left ready would be paid with this distribution.`,
          next: takeIn
            ? 'They are taken into the first batch.'
            : 'Take them in, or lock or delete them at AMP first.',
        },
    pending.length === 0
      ? {
          code: 'foreign-pending',
          verdict: 'good',
          message: 'No other distribution of this asset is pending.',
          next: '',
        }
      : {
          code: 'foreign-pending',
          verdict: 'attention',
          message: `${pending.length} distributions made elsewhere are pending at AMP.`,
          next: 'Adopt or cancel them under Operations; they do not stop this one.',
        },
  ];
}

function payeeOf(assignment: AmpAssignment, sources: PlanSources): Payee {
  return {
    holderId: assignment.registeredUser,
    holderName: sources.holderName(assignment.registeredUser) ?? `Holder ${assignment.registeredUser}`,
    gaid: assignment.gaid,
    amount: assignment.amount,
    allocationRowId: null,
    assignmentId: assignment.id,
  };
}

function pendingOf(assignments: readonly AmpAssignment[]): DistributionPlan['foreignPending'] {
  const pending = new Map<string, { recipients: number; amount: Amount }>();
  for (const assignment of assignments) {
    if (assignment.distributionUuid === null || assignment.distributed) continue;
    const entry = pending.get(assignment.distributionUuid) ?? { recipients: 0, amount: amount(0n) };
    pending.set(assignment.distributionUuid, {
      recipients: entry.recipients + 1,
      amount: sum([entry.amount, assignment.amount]),
    });
  }
  return [...pending].map(([distributionUuid, entry]) => ({ distributionUuid, ...entry }));
}

/** What a person agreed to: who is paid how much, by whom, within which limits, and what else AMP would pay with it. */
function fingerprintOf(
  plan: Omit<DistributionPlan, 'fingerprint'>,
  payees: readonly Payee[],
  limits: BatchLimits,
): string {
  const content = {
    allocation: plan.allocationId,
    asset: plan.assetId,
    signer: plan.signer,
    payees: payees
      .filter((payee) => payee.allocationRowId !== null)
      .map((payee) => [payee.allocationRowId, payee.holderId, payee.amount.toString()]),
    foreign: plan.foreignReady.map((item) => [item.assignmentId, item.holderId, item.amount.toString()]),
    limits,
  };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

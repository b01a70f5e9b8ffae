import { z } from 'zod';
import { command, query } from './define.ts';
import {
  amountCodec,
  assetUuid,
  done,
  fileContent,
  hex32,
  id,
  importSummary,
  nothing,
  page,
  pageOf,
  sortBy,
  textFile,
  timestamp,
  txid,
  verdict,
} from './common.ts';
import { treasurySigner } from './app.ts';

/** One line of the explanation of a difference between AMP's books and the node. */
export const explanation = z.object({
  kind: z.enum([
    'assigned', // assigned at AMP, not yet distributed: still in the wallet
    'unreported', // on chain, AMP not told yet (an operation under way)
    'returned', // came back to a treasury address; AMP's formula has no term for it
    'lost-output', // AMP lost track of an output
    'unknown-transaction', // moved outside the desk and AMP
    'locked', // blacklisted outputs: AMP takes them off the treasury
    'unexplained',
  ]),
  text: z.string(),
  amount: amountCodec,
  txid: txid.nullable(),
  operationId: id.nullable(),
});

export const treasuryLine = z.object({
  assetId: hex32,
  /** Null for L-BTC and for reissuance tokens. */
  assetUuid: assetUuid.nullable(),
  kind: z.enum(['asset', 'token', 'lbtc', 'other']),
  name: z.string(),
  ticker: z.string().nullable(),
  precision: z.number().int(),
  node: z.object({
    confirmed: amountCodec,
    pending: amountCodec,
    /** Held for operations of this desk. */
    reserved: amountCodec,
    coins: z.number().int(),
  }),
  amp: z
    .object({
      issued: amountCodec,
      reissued: amountCodec,
      assigned: amountCodec,
      distributed: amountCodec,
      burned: amountCodec,
      locked: amountCodec,
      /** issued + reissued − assigned − distributed − burned − locked (AMP's treasury balance). */
      treasury: amountCodec,
    })
    .nullable(),
  reconciliation: z.object({
    verdict,
    /** Node confirmed + pending. */
    node: amountCodec,
    /** What the node should hold by AMP's books: treasury + assigned. */
    expected: amountCodec,
    difference: amountCodec,
    text: z.string(),
    explanations: z.array(explanation),
  }),
});
export type TreasuryLine = z.output<typeof treasuryLine>;

export const ALLOCATION_ROW_PROBLEMS = [
  'unknown-holder',
  'ambiguous-holder',
  'no-gaid',
  'category-missing',
  'duplicate',
  'zero',
  'precision',
  'too-large',
] as const;

export const allocationRow = z.object({
  id: z.number().int(),
  holderId: z.number().int().nullable(),
  holderName: z.string(),
  gaid: z.string().nullable(),
  amount: amountCodec,
  note: z.string(),
  problems: z.array(z.object({ code: z.enum(ALLOCATION_ROW_PROBLEMS), message: z.string() })),
  /** Where this row is: still at the desk, in an operation, or paid and reported. */
  state: z.enum(['open', 'in-operation', 'paid']),
  operationId: id.nullable(),
  txid: txid.nullable(),
});
export type AllocationRow = z.output<typeof allocationRow>;

export const allocation = z.object({
  id,
  name: z.string(),
  assetUuid,
  rows: z.number().int(),
  total: amountCodec,
  problems: z.number().int(),
  open: z.number().int(),
  paid: z.number().int(),
  createdAt: timestamp,
  changedAt: timestamp,
});
export type Allocation = z.output<typeof allocation>;

export const planCheck = z.object({
  code: z.string(),
  verdict,
  message: z.string(),
  next: z.string(),
});

export const distributionPlan = z.object({
  allocationId: id,
  assetUuid,
  assetId: hex32,
  recipients: z.number().int(),
  total: amountCodec,
  batches: z.array(
    z.object({
      seq: z.number().int(),
      recipients: z.number().int(),
      amount: amountCodec,
      /** The batch whose change pays for this one; null when it spends confirmed treasury coins. */
      after: z.number().int().nullable(),
      weight: z.number().int(),
      fee: amountCodec,
    }),
  ),
  fee: amountCodec,
  /** Least number of blocks until the last batch has two confirmations, and the time at one minute a block. */
  blocks: z.number().int(),
  seconds: z.number().int(),
  treasuryBefore: amountCodec,
  treasuryAfter: amountCodec,
  signer: treasurySigner,
  /** Assignments that others left ready at AMP: AMP's create would take them in. */
  foreignReady: z.array(
    z.object({
      assignmentId: z.number().int(),
      holderId: z.number().int(),
      holderName: z.string().nullable(),
      amount: amountCodec,
    }),
  ),
  /** Distributions of this asset that are pending at AMP and not this desk's. */
  foreignPending: z.array(
    z.object({ distributionUuid: z.string(), recipients: z.number().int(), amount: amountCodec }),
  ),
  checks: z.array(planCheck),
  ok: z.boolean(),
  /** Binds `operations.start` to what was shown; it is refused when anything has changed since. */
  fingerprint: z.string(),
});
export type DistributionPlan = z.output<typeof distributionPlan>;

export const BATCH_STEPS = [
  'planned',
  'assigned',
  'created',
  'reserved',
  'built',
  'signed',
  'broadcast',
  'confirmed-1',
  'confirmed-2',
  'reported',
] as const;
export const batchStep = z.enum(BATCH_STEPS);
export type BatchStep = z.output<typeof batchStep>;

export const operationState = z.enum(['running', 'waiting', 'attention', 'cancelling', 'cancelled', 'done']);
export type OperationState = z.output<typeof operationState>;

export const problem = z.object({ code: z.string(), message: z.string(), next: z.string(), at: timestamp });

export const batch = z.object({
  id,
  seq: z.number().int(),
  step: batchStep,
  state: operationState,
  /** What it does now, or why it waits, as a sentence. */
  sentence: z.string(),
  recipients: z.number().int(),
  amount: amountCodec,
  after: z.number().int().nullable(),
  distributionUuid: z.string().nullable(),
  txid: txid.nullable(),
  fee: amountCodec.nullable(),
  weight: z.number().int().nullable(),
  confirmations: z.number().int(),
  blockHash: z.string().nullable(),
  height: z.number().int().nullable(),
  problem: problem.nullable(),
  steps: z.array(z.object({ step: batchStep, at: timestamp })),
});
export type Batch = z.output<typeof batch>;

export const operation = z.object({
  id,
  /** `send`: a plain payment that AMP is not told of: L-BTC, or an asset that AMP does not govern. */
  kind: z.enum(['distribute', 'send']),
  /** How it came to be: planned here, or found pending at AMP and adopted. */
  origin: z.enum(['allocation', 'adopted', 'payment']),
  title: z.string(),
  /** Null for what AMP does not govern. */
  assetUuid: assetUuid.nullable(),
  assetId: hex32,
  ticker: z.string().nullable(),
  precision: z.number().int(),
  allocationId: id.nullable(),
  signer: treasurySigner,
  state: operationState,
  sentence: z.string(),
  recipients: z.number().int(),
  total: amountCodec,
  fee: amountCodec,
  batches: z.array(batch),
  problem: problem.nullable(),
  /** Until the first broadcast an operation can be cancelled. */
  cancellable: z.boolean(),
  createdAt: timestamp,
  changedAt: timestamp,
  finishedAt: timestamp.nullable(),
});
export type Operation = z.output<typeof operation>;

export const batchOutput = z.object({
  vout: z.number().int(),
  role: z.enum(['recipient', 'change', 'lane', 'fee']),
  holderId: z.number().int().nullable(),
  holderName: z.string().nullable(),
  address: z.string().nullable(),
  assetId: hex32,
  amount: amountCodec,
  amountBlinder: z.string().nullable(),
  assetBlinder: z.string().nullable(),
  /** The raw transaction was opened with these blinders and showed this amount and asset. */
  verified: z.boolean(),
});

export const pendingDistribution = z.object({
  assetUuid,
  distributionUuid: z.string(),
  recipients: z.number().int(),
  amount: amountCodec,
  /** The operation of this desk it belongs to, if any. */
  operationId: id.nullable(),
  assignments: z.array(
    z.object({
      assignmentId: z.number().int(),
      holderId: z.number().int(),
      holderName: z.string().nullable(),
      amount: amountCodec,
      address: z.string().nullable(),
    }),
  ),
});

export const auditEntry = z.object({
  seq: z.number().int(),
  at: timestamp,
  type: z.string(),
  subject: z.string(),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
  hash: hex32,
  previous: hex32,
});

/** Who is paid by a plain payment, in base units. */
const plainPayment = {
  assetId: hex32,
  recipients: z
    .array(
      z.strictObject({
        address: z.string().trim().min(1).max(300),
        amount: amountCodec,
        label: z.string().trim().max(200).optional(),
      }),
    )
    .min(1)
    .max(60),
};

const plainPaymentPlan = z.object({
  assetId: hex32,
  name: z.string(),
  ticker: z.string().nullable(),
  precision: z.number().int(),
  total: amountCodec,
  fee: amountCodec,
  /** Of the asset, confirmed and free. */
  treasuryBefore: amountCodec,
  treasuryAfter: amountCodec,
  signer: treasurySigner,
  checks: z.array(planCheck),
  ok: z.boolean(),
  fingerprint: z.string(),
});
export type PlainPaymentPlan = z.output<typeof plainPaymentPlan>;

export const workContract = {
  'treasury.overview': query(
    'The treasury by asset, in the node’s terms and in AMP’s, and whether they agree.',
    nothing,
    z.object({ lines: z.array(treasuryLine), at: timestamp, problems: z.array(problem) }),
  ),
  'treasury.coins': query(
    'Coins of the treasury wallet.',
    z.strictObject({ assetId: hex32.optional(), ...page }),
    pageOf(
      z.object({
        txid,
        vout: z.number().int(),
        assetId: hex32,
        amount: amountCodec,
        confirmations: z.number().int(),
        address: z.string().nullable(),
        reservedBy: id.nullable(),
      }),
    ),
  ),
  'treasury.planSend': query(
    'A plain payment from the treasury, worked out and checked: L-BTC for fees, or an asset that AMP does not govern. What AMP governs is paid by a distribution.',
    z.strictObject(plainPayment),
    plainPaymentPlan,
  ),
  'treasury.send': command(
    'Carry out a plain payment as an operation. `fingerprint` is that of the plan shown; `confirm` the asset’s ticker (or the first six digits of its id where it has none).',
    z.strictObject({
      ...plainPayment,
      title: z.string().trim().max(120).optional(),
      fingerprint: z.string(),
      confirm: z.string(),
    }),
    operation,
  ),
  'treasury.newAddress': command(
    'A fresh confidential address of the treasury wallet.',
    nothing,
    z.object({ address: z.string() }),
  ),
  'treasury.wallet': query(
    'What the treasury wallet is: hot or watch-only, its descriptors, its fingerprint.',
    nothing,
    z.object({
      name: z.string(),
      mode: z.enum(['hot', 'watch-only', 'missing']),
      signer: treasurySigner,
      fingerprint: z.string().nullable(),
      descriptors: z.array(z.string()),
      blindingKeyImported: z.boolean(),
      locked: z.boolean(),
      keyStoredIn: z.string().nullable(),
    }),
  ),
  'treasury.setUp': command(
    'Make the treasury wallet on the node: hot (keys in the node), or watch-only with a new or restored key in this desk’s secret store, descriptors and master blinding key imported.',
    z.strictObject({
      wallet: z
        .string()
        .min(1)
        .max(64)
        .regex(/^[\w.-]+$/, 'letters, digits, dot, dash and underscore'),
      mode: z.enum(['hot', 'watch-only']),
      key: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('new') }),
          z.strictObject({
            kind: z.literal('backup'),
            content: fileContent,
            passphrase: z.string().min(1).max(1024),
          }),
        ])
        .optional(),
    }),
    z.object({ wallet: z.string(), signer: treasurySigner, fingerprint: z.string().nullable() }),
  ),
  'treasury.exportKeyBackup': command(
    'The treasury key, encrypted with a passphrase, as a file. The key itself never leaves the main process.',
    z.strictObject({ passphrase: z.string().min(8).max(1024) }),
    textFile,
  ),

  'allocations.list': query('All allocations.', nothing, z.object({ allocations: z.array(allocation) })),
  'allocations.get': query('One allocation.', z.strictObject({ id }), allocation),
  'allocations.rows': query(
    'Rows of an allocation.',
    z.strictObject({
      id,
      search: z.string().max(200).optional(),
      onlyProblems: z.boolean().optional(),
      sort: sortBy(['id', 'holderName', 'amount']),
      ...page,
    }),
    pageOf(allocationRow),
  ),
  'allocations.create': command(
    'An empty allocation.',
    z.strictObject({ name: z.string().trim().min(1).max(120), assetUuid }),
    allocation,
  ),
  'allocations.addRow': command(
    'Add one row by hand. The amount is in base units.',
    z.strictObject({
      id,
      holderId: z.number().int().positive(),
      amount: amountCodec,
      note: z.string().max(500).optional(),
    }),
    allocationRow,
  ),
  'allocations.editRow': command(
    'Change the amount or note of an open row.',
    z.strictObject({
      id,
      rowId: z.number().int(),
      amount: amountCodec.optional(),
      note: z.string().max(500).optional(),
    }),
    allocationRow,
  ),
  'allocations.removeRow': command(
    'Remove an open row.',
    z.strictObject({ id, rowId: z.number().int() }),
    done,
  ),
  'allocations.remove': command('Remove an allocation that pays nobody yet.', z.strictObject({ id }), done),
  'allocations.importTemplate': query('An empty CSV with the right columns.', nothing, textFile),
  'allocations.importPreview': command(
    'Read a CSV of holder (name, number or GAID), amount and note; check every row.',
    z.strictObject({ assetUuid, fileName: z.string(), content: fileContent }),
    importSummary,
  ),
  'allocations.importCommit': command(
    'Make an allocation of a checked import. Refused while a row is wrong.',
    z.strictObject({ id, name: z.string().trim().min(1).max(120) }),
    allocation,
  ),
  'allocations.export': query('An allocation as CSV.', z.strictObject({ id }), textFile),
  'allocations.plan': query(
    'Dry run: checks, batches, fee, time and the treasury afterwards. Nothing is created at AMP. `recipientsPerBatch` for smaller batches than Settings say.',
    z.strictObject({ id, recipientsPerBatch: z.number().int().min(1).max(80).optional() }),
    distributionPlan,
  ),

  'operations.list': query(
    'Operations, newest first.',
    z.strictObject({ state: z.enum(['open', 'finished']).optional(), ...page }),
    pageOf(operation),
  ),
  'operations.get': query('One operation with its batches.', z.strictObject({ id }), operation),
  'operations.start': command(
    'Carry out a plan. `fingerprint` must be that of the plan shown; `confirm` the asset’s ticker (or name where it has none).',
    z.strictObject({
      allocationId: id,
      fingerprint: z.string(),
      confirm: z.string(),
      /** Take the ready assignments that others left into the first batch, or refuse to start with them there. */
      foreignReady: z.enum(['take-in', 'refuse']).optional(),
      /** As the plan was made with. */
      recipientsPerBatch: z.number().int().min(1).max(80).optional(),
    }),
    operation,
  ),
  'operations.outputs': query(
    'Outputs of a batch with amounts, blinders and checks.',
    z.strictObject({ batchId: id, search: z.string().max(200).optional(), ...page }),
    pageOf(batchOutput),
  ),
  'operations.cancel': command(
    'Cancel what has not been broadcast. `confirm` must be the ticker (or name).',
    z.strictObject({ id, confirm: z.string() }),
    operation,
  ),
  'operations.retry': command(
    'Look again and carry on with an operation that waits for attention.',
    z.strictObject({ id }),
    operation,
  ),
  'operations.wait': query(
    'Wait until an operation is done, cancelled or needs attention, or until the time is over.',
    z.strictObject({ id, seconds: z.number().int().min(1).max(3600) }),
    operation,
  ),
  'operations.pendingAtAmp': query(
    'Distributions that are pending at AMP, this desk’s or not.',
    z.strictObject({ assetUuid: assetUuid.optional() }),
    z.object({ pending: z.array(pendingDistribution) }),
  ),
  'operations.adopt': command(
    'Take over a distribution that is pending at AMP: pay it from here, or finish it from a transaction that already paid it.',
    z.strictObject({
      assetUuid,
      distributionUuid: z.string().min(1).max(64),
      txid: txid.optional(),
      confirm: z.string(),
    }),
    operation,
  ),
  'operations.cancelAtAmp': command(
    'Cancel a pending distribution of nobody’s at AMP. `confirm` must be the ticker (or name).',
    z.strictObject({ assetUuid, distributionUuid: z.string().min(1).max(64), confirm: z.string() }),
    done,
  ),
  'operations.report': query(
    'What was or will be reported to AMP for a batch, as JSON text.',
    z.strictObject({ batchId: id }),
    textFile,
  ),

  'audit.list': query(
    'The audit trail, newest first.',
    z.strictObject({
      search: z.string().max(200).optional(),
      subject: z.string().max(200).optional(),
      ...page,
    }),
    pageOf(auditEntry),
  ),
  'audit.verify': query(
    'Recompute the whole chain.',
    nothing,
    z.object({
      ok: z.boolean(),
      entries: z.number().int(),
      head: z.string(),
      brokenAt: z.number().int().nullable(),
      message: z.string(),
    }),
  ),
  'audit.export': query('The audit trail as JSON lines.', nothing, textFile),
};

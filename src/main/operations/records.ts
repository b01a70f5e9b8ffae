import type { BatchStep, OperationState, TreasurySigner } from '../../shared/contract/index.ts';
import { amount, type Amount } from '../../shared/money.ts';
import type { Store } from '../store/types.ts';

interface AnyOperation {
  id: string;
  title: string;
  assetId: string;
  ticker: string | null;
  precision: number;
  allocationId: string | null;
  signer: TreasurySigner;
  feeRate: string;
  feeCeiling: Amount;
  sequential: boolean;
  state: OperationState;
  createdAt: number;
  changedAt: number;
  finishedAt: number | null;
}

/** A distribution of an asset that AMP governs. */
export interface DistributionRecord extends AnyOperation {
  kind: 'distribute';
  origin: 'allocation' | 'adopted';
  assetUuid: string;
}

/** A plain payment of the treasury, of which AMP knows nothing. */
export interface PaymentRecord extends AnyOperation {
  kind: 'send';
  origin: 'payment';
  assetUuid: null;
}

/** What the engine knows of an operation; rows of the database with their types put right. */
export type OperationRecord = DistributionRecord | PaymentRecord;

export interface ProblemRecord {
  code: string;
  message: string;
  next: string;
  at: number;
}

export interface BatchRecord {
  id: string;
  operationId: string;
  seq: number;
  after: number | null;
  lane: number | null;
  step: BatchStep;
  state: OperationState;
  sentence: string;
  problem: ProblemRecord | null;
  attempts: number;
  notBefore: number;
  distributionUuid: string | null;
  txid: string | null;
  fee: Amount | null;
  weight: number | null;
  confirmations: number;
  blockHash: string | null;
  height: number | null;
}

/**
 * What a batch has on paper: half a megabyte each for a full one, so they are read when a step needs them and never with
 * the batch itself.
 */
export interface BatchPapers {
  /** Blinded PSET, base64. */
  pset: string | null;
  signedPset: string | null;
  /** The signed transaction, hex. */
  raw: string | null;
  /** The report to AMP, JSON. */
  report: string | null;
}

export interface RecipientRecord {
  batchId: string;
  position: number;
  holderId: number;
  holderName: string;
  gaid: string | null;
  amount: Amount;
  allocationRowId: number | null;
  takenIn: boolean;
  assignmentId: number | null;
  address: string | null;
}

export type OutputRole = 'recipient' | 'change' | 'lane' | 'fee';

export interface OutputRecord {
  batchId: string;
  vout: number;
  role: OutputRole;
  position: number | null;
  lane: number | null;
  script: string;
  address: string | null;
  assetId: string;
  amount: Amount;
  assetBlinder: string | null;
  amountBlinder: string | null;
  verified: boolean;
  /** What a signer needs to check that the receiver can open it; null for the fee and in batches made elsewhere. */
  blindingPubkey: string | null;
  ephemeralKey: string | null;
}

export interface ReservationRecord {
  txid: string;
  vout: number;
  batchId: string;
  assetId: string;
  amount: Amount;
  assetBlinder: string;
  amountBlinder: string;
}

export interface LaneRecord {
  lane: number;
  assetAmount: Amount;
  feeAmount: Amount;
}

type Row = Record<string, unknown>;

const text = (row: Row, key: string): string => row[key] as string;
const maybeText = (row: Row, key: string): string | null => (row[key] as string | null) ?? null;
const int = (row: Row, key: string): number => Number(row[key]);
const maybeInt = (row: Row, key: string): number | null => (row[key] === null ? null : Number(row[key]));
const money = (row: Row, key: string): Amount => amount(row[key] as bigint);

function operationOf(row: Row): OperationRecord {
  const any: AnyOperation = {
    id: text(row, 'id'),
    title: text(row, 'title'),
    assetId: text(row, 'asset_id'),
    ticker: maybeText(row, 'ticker'),
    precision: int(row, 'precision'),
    allocationId: maybeText(row, 'allocation_id'),
    signer: text(row, 'signer') as TreasurySigner,
    feeRate: text(row, 'fee_rate'),
    feeCeiling: money(row, 'fee_ceiling'),
    sequential: row.sequential === 1n,
    state: text(row, 'state') as OperationState,
    createdAt: int(row, 'created_at'),
    changedAt: int(row, 'changed_at'),
    finishedAt: maybeInt(row, 'finished_at'),
  };
  return row.kind === 'send'
    ? { ...any, kind: 'send', origin: 'payment', assetUuid: null }
    : {
        ...any,
        kind: 'distribute',
        origin: text(row, 'origin') as DistributionRecord['origin'],
        assetUuid: text(row, 'asset_uuid'),
      };
}

function batchOf(row: Row): BatchRecord {
  return {
    id: text(row, 'id'),
    operationId: text(row, 'operation_id'),
    seq: int(row, 'seq'),
    after: maybeInt(row, 'after_seq'),
    lane: maybeInt(row, 'lane'),
    step: text(row, 'step') as BatchStep,
    state: text(row, 'state') as OperationState,
    sentence: text(row, 'sentence'),
    problem: row.problem === null ? null : (JSON.parse(text(row, 'problem')) as ProblemRecord),
    attempts: int(row, 'attempts'),
    notBefore: int(row, 'not_before'),
    distributionUuid: maybeText(row, 'distribution_uuid'),
    txid: maybeText(row, 'txid'),
    fee: row.fee === null ? null : money(row, 'fee'),
    weight: maybeInt(row, 'weight'),
    confirmations: int(row, 'confirmations'),
    blockHash: maybeText(row, 'block_hash'),
    height: maybeInt(row, 'height'),
  };
}

function recipientOf(row: Row): RecipientRecord {
  return {
    batchId: text(row, 'batch_id'),
    position: int(row, 'position'),
    holderId: int(row, 'holder_id'),
    holderName: text(row, 'holder_name'),
    gaid: maybeText(row, 'gaid'),
    amount: money(row, 'amount'),
    allocationRowId: maybeInt(row, 'allocation_row_id'),
    takenIn: row.taken_in === 1n,
    assignmentId: maybeInt(row, 'assignment_id'),
    address: maybeText(row, 'address'),
  };
}

function outputOf(row: Row): OutputRecord {
  return {
    batchId: text(row, 'batch_id'),
    vout: int(row, 'vout'),
    role: text(row, 'role') as OutputRole,
    position: maybeInt(row, 'position'),
    lane: maybeInt(row, 'lane'),
    script: text(row, 'script'),
    address: maybeText(row, 'address'),
    assetId: text(row, 'asset_id'),
    amount: money(row, 'amount'),
    assetBlinder: maybeText(row, 'asset_blinder'),
    amountBlinder: maybeText(row, 'amount_blinder'),
    verified: row.verified === 1n,
    blindingPubkey: maybeText(row, 'blinding_pubkey'),
    ephemeralKey: maybeText(row, 'ephemeral_key'),
  };
}

function reservationOf(row: Row): ReservationRecord {
  return {
    txid: text(row, 'txid'),
    vout: int(row, 'vout'),
    batchId: text(row, 'batch_id'),
    assetId: text(row, 'asset_id'),
    amount: money(row, 'amount'),
    assetBlinder: text(row, 'asset_blinder'),
    amountBlinder: text(row, 'amount_blinder'),
  };
}

const COLUMN = {
  step: 'step',
  state: 'state',
  sentence: 'sentence',
  problem: 'problem',
  attempts: 'attempts',
  notBefore: 'not_before',
  distributionUuid: 'distribution_uuid',
  pset: 'pset',
  signedPset: 'signed_pset',
  txid: 'txid',
  raw: 'raw',
  fee: 'fee',
  weight: 'weight',
  confirmations: 'confirmations',
  blockHash: 'block_hash',
  height: 'height',
  report: 'report',
} as const;
export type BatchChange = Partial<Pick<BatchRecord & BatchPapers, keyof typeof COLUMN>>;

/** Everything of a batch but its papers. */
const BATCH = [
  'id',
  'operation_id',
  'seq',
  'after_seq',
  'lane',
  'step',
  'state',
  'sentence',
  'problem',
  'attempts',
  'not_before',
  'distribution_uuid',
  'txid',
  'fee',
  'weight',
  'confirmations',
  'block_hash',
  'height',
]
  .map((column) => `b.${column}`)
  .join(', ');

/** Reads and writes the engine's tables. Writing belongs inside `store.tx`, with the audit entry of the change. */
export function createRecords(store: Store) {
  const { db } = store;
  const all = <T>(sql: string, map: (row: Row) => T, ...args: unknown[]): T[] =>
    (db.prepare(sql).all(...args) as Row[]).map(map);
  const one = <T>(sql: string, map: (row: Row) => T, ...args: unknown[]): T | null => {
    const row = db.prepare(sql).get(...args) as Row | undefined;
    return row ? map(row) : null;
  };

  return {
    operation: (id: string) => one('SELECT * FROM operation WHERE id = ?', operationOf, id),
    /** Operations that still have something to do, oldest first. */
    liveOperations: () =>
      all(
        `SELECT * FROM operation WHERE state NOT IN ('cancelled', 'done') ORDER BY created_at, id`,
        operationOf,
      ),
    listOperations(query: { state?: 'open' | 'finished' | undefined; offset: number; limit: number }) {
      const where =
        query.state === undefined
          ? ''
          : `WHERE state ${query.state === 'open' ? 'NOT IN' : 'IN'} ('cancelled', 'done')`;
      const total = one(`SELECT count(*) AS n FROM operation ${where}`, (row) => int(row, 'n')) ?? 0;
      const rows = all(
        `SELECT * FROM operation ${where} ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`,
        operationOf,
        query.limit,
        query.offset,
      );
      return { rows, total };
    },
    insertOperation(operation: OperationRecord): void {
      db.prepare(
        `INSERT INTO operation (id, kind, origin, title, asset_uuid, asset_id, ticker, precision, allocation_id, signer,
           fee_rate, fee_ceiling, sequential, state, created_at, changed_at, finished_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        operation.id,
        operation.kind,
        operation.origin,
        operation.title,
        operation.assetUuid,
        operation.assetId,
        operation.ticker,
        operation.precision,
        operation.allocationId,
        operation.signer,
        operation.feeRate,
        operation.feeCeiling,
        operation.sequential ? 1 : 0,
        operation.state,
        operation.createdAt,
        operation.changedAt,
        operation.finishedAt,
      );
    },
    setOperationState(id: string, state: OperationState, at: number): void {
      db.prepare(
        `UPDATE operation SET state = ?, changed_at = ?, finished_at = CASE WHEN ? IN ('cancelled', 'done') THEN ? END
         WHERE id = ?`,
      ).run(state, at, state, at, id);
    },
    setSequential(id: string): void {
      db.prepare('UPDATE operation SET sequential = 1 WHERE id = ?').run(id);
    },
    touch(id: string, at: number): void {
      db.prepare('UPDATE operation SET changed_at = ? WHERE id = ?').run(at, id);
    },

    batch: (id: string) => one(`SELECT ${BATCH} FROM batch b WHERE id = ?`, batchOf, id),
    papers: (batchId: string): BatchPapers =>
      one(
        'SELECT pset, signed_pset, raw, report FROM batch WHERE id = ?',
        (row) => ({
          pset: maybeText(row, 'pset'),
          signedPset: maybeText(row, 'signed_pset'),
          raw: maybeText(row, 'raw'),
          report: maybeText(row, 'report'),
        }),
        batchId,
      ) ?? { pset: null, signedPset: null, raw: null, report: null },
    batches: (operationId: string) =>
      all(`SELECT ${BATCH} FROM batch b WHERE operation_id = ? ORDER BY seq`, batchOf, operationId),
    batchByDistribution: (distributionUuid: string) =>
      one(
        `SELECT ${BATCH} FROM batch b WHERE distribution_uuid = ? ORDER BY state = 'cancelled'`,
        batchOf,
        distributionUuid,
      ),
    batchesOfAsset: (assetUuid: string) =>
      all(
        `SELECT ${BATCH} FROM batch b JOIN operation o ON o.id = b.operation_id
         WHERE o.asset_uuid = ? AND b.state NOT IN ('cancelled', 'done') ORDER BY o.created_at, o.id, b.seq`,
        batchOf,
        assetUuid,
      ),
    insertBatch(batch: BatchRecord & Pick<BatchPapers, 'raw'>, at: number): void {
      db.prepare(
        `INSERT INTO batch (id, operation_id, seq, after_seq, lane, step, state, sentence, distribution_uuid, txid, raw)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        batch.id,
        batch.operationId,
        batch.seq,
        batch.after,
        batch.lane,
        batch.step,
        batch.state,
        batch.sentence,
        batch.distributionUuid,
        batch.txid,
        batch.raw,
      );
      this.insertStep(batch.id, batch.step, at);
    },
    updateBatch(id: string, change: BatchChange): void {
      const entries = Object.entries(change) as [keyof typeof COLUMN, unknown][];
      if (entries.length === 0) return;
      const values = entries.map(([key, value]) =>
        key === 'problem' && value !== null ? JSON.stringify(value) : value,
      );
      db.prepare(
        `UPDATE batch SET ${entries.map(([key]) => `${COLUMN[key]} = ?`).join(', ')} WHERE id = ?`,
      ).run(...values, id);
    },
    insertStep(batchId: string, step: BatchStep, at: number): void {
      db.prepare('INSERT INTO batch_step (batch_id, step, at) VALUES (?, ?, ?)').run(batchId, step, at);
    },
    steps: (batchId: string) =>
      all(
        'SELECT step, at FROM batch_step WHERE batch_id = ? ORDER BY at, rowid',
        (row) => ({
          step: text(row, 'step') as BatchStep,
          at: int(row, 'at'),
        }),
        batchId,
      ),

    recipients: (batchId: string) =>
      all('SELECT * FROM recipient WHERE batch_id = ? ORDER BY position', recipientOf, batchId),
    totals: (batchId: string) =>
      one(
        'SELECT count(*) AS n, coalesce(sum(amount), 0) AS total FROM recipient WHERE batch_id = ?',
        (row) => ({
          recipients: int(row, 'n'),
          amount: money(row, 'total'),
        }),
        batchId,
      ) ?? { recipients: 0, amount: amount(0n) },
    insertRecipient(recipient: RecipientRecord): void {
      db.prepare(
        `INSERT INTO recipient (batch_id, position, holder_id, holder_name, gaid, amount, allocation_row_id, taken_in,
           assignment_id, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        recipient.batchId,
        recipient.position,
        recipient.holderId,
        recipient.holderName,
        recipient.gaid,
        recipient.amount,
        recipient.allocationRowId,
        recipient.takenIn ? 1 : 0,
        recipient.assignmentId,
        recipient.address,
      );
    },
    setAssignment(batchId: string, position: number, assignmentId: number | null): void {
      db.prepare('UPDATE recipient SET assignment_id = ? WHERE batch_id = ? AND position = ?').run(
        assignmentId,
        batchId,
        position,
      );
    },
    setAddress(batchId: string, position: number, address: string): void {
      db.prepare('UPDATE recipient SET address = ? WHERE batch_id = ? AND position = ?').run(
        address,
        batchId,
        position,
      );
    },
    /** Every assignment that any batch of this desk made or took in. */
    /** The live batch that an assignment at AMP was made for, or taken into. */
    batchByAssignment: (assignmentId: number) =>
      one(
        `SELECT ${BATCH} FROM batch b JOIN recipient r ON r.batch_id = b.id
         WHERE r.assignment_id = ? AND b.state <> 'cancelled'`,
        batchOf,
        assignmentId,
      ),
    knownAssignments: () =>
      new Set(
        all('SELECT assignment_id AS id FROM recipient WHERE assignment_id IS NOT NULL', (row) =>
          int(row, 'id'),
        ),
      ),

    lanes: (operationId: string) =>
      all(
        'SELECT * FROM lane WHERE operation_id = ? ORDER BY lane',
        (row): LaneRecord => ({
          lane: int(row, 'lane'),
          assetAmount: money(row, 'asset_amount'),
          feeAmount: money(row, 'fee_amount'),
        }),
        operationId,
      ),
    insertLane(operationId: string, lane: LaneRecord): void {
      db.prepare('INSERT INTO lane (operation_id, lane, asset_amount, fee_amount) VALUES (?, ?, ?, ?)').run(
        operationId,
        lane.lane,
        lane.assetAmount,
        lane.feeAmount,
      );
    },

    outputs: (batchId: string) =>
      all('SELECT * FROM output WHERE batch_id = ? ORDER BY vout', outputOf, batchId),
    replaceOutputs(batchId: string, outputs: readonly OutputRecord[]): void {
      db.prepare('DELETE FROM output WHERE batch_id = ?').run(batchId);
      // Signatures are of the transaction that is replaced with its outputs.
      db.prepare('DELETE FROM signature WHERE batch_id = ?').run(batchId);
      const insert = db.prepare(
        `INSERT INTO output (batch_id, vout, role, position, lane, script, address, asset_id, amount, asset_blinder,
           amount_blinder, verified, blinding_pubkey, ephemeral_key)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const output of outputs) {
        insert.run(
          batchId,
          output.vout,
          output.role,
          output.position,
          output.lane,
          output.script,
          output.address,
          output.assetId,
          output.amount,
          output.assetBlinder,
          output.amountBlinder,
          output.verified ? 1 : 0,
          output.blindingPubkey,
          output.ephemeralKey,
        );
      }
    },
    /** The last distribution of an asset that was carried out to its end, other than this one. */
    lastDone: (assetId: string, except: string) =>
      one(
        `SELECT * FROM operation WHERE asset_id = ? AND id <> ? AND state = 'done'
         ORDER BY finished_at DESC, id LIMIT 1`,
        operationOf,
        assetId,
        except,
      ),
    markVerified(batchId: string): void {
      db.prepare(`UPDATE output SET verified = 1 WHERE batch_id = ? AND role <> 'fee'`).run(batchId);
    },

    reservations: (batchId: string) =>
      all('SELECT * FROM reservation WHERE batch_id = ? ORDER BY txid, vout', reservationOf, batchId),
    allReservations: () => all('SELECT * FROM reservation', reservationOf),
    reserve(reservation: ReservationRecord): void {
      db.prepare(
        `INSERT INTO reservation (txid, vout, batch_id, asset_id, amount, asset_blinder, amount_blinder)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        reservation.txid,
        reservation.vout,
        reservation.batchId,
        reservation.assetId,
        reservation.amount,
        reservation.assetBlinder,
        reservation.amountBlinder,
      );
    },
    release(batchId: string): void {
      db.prepare('DELETE FROM reservation WHERE batch_id = ?').run(batchId);
    },
    /** What this desk's batches of an asset paid, and how far AMP knows of it. */
    paidTransactions: (assetUuid: string) =>
      all(
        `SELECT o.id, o.title, b.txid, b.step,
           (SELECT coalesce(sum(r.amount), 0) FROM recipient r WHERE r.batch_id = b.id) AS paid
         FROM batch b JOIN operation o ON o.id = b.operation_id
         WHERE o.asset_uuid = ? AND b.txid IS NOT NULL AND b.state <> 'cancelled'`,
        (row) => ({
          operationId: text(row, 'id'),
          title: text(row, 'title'),
          txid: text(row, 'txid'),
          paid: money(row, 'paid'),
          onChain: ['broadcast', 'confirmed-1', 'confirmed-2', 'reported'].includes(text(row, 'step')),
          reported: text(row, 'step') === 'reported',
        }),
        assetUuid,
      ),
    /** Transactions of this desk that no node can know yet. */
    unsentTxids: () =>
      new Set(
        all(
          `SELECT txid FROM batch WHERE txid IS NOT NULL AND step IN ('built', 'signed') AND state <> 'cancelled'`,
          (row) => text(row, 'txid'),
        ),
      ),
    /** Transactions of this desk whose report AMP does not have yet: their outputs are not free to spend. */
    unreportedTxids: () =>
      new Set(
        all(
          `SELECT b.txid FROM batch b JOIN operation o ON o.id = b.operation_id
           WHERE o.kind = 'distribute' AND b.txid IS NOT NULL AND b.step <> 'reported' AND b.state <> 'cancelled'`,
          (row) => text(row, 'txid'),
        ),
      ),
  };
}

export type Records = ReturnType<typeof createRecords>;

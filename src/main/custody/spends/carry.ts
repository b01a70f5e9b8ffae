import { isTransient, SluiceError, type ErrorCode } from '../../../shared/errors.ts';
import { formatGrouped } from '../../../shared/money.ts';
import { verifiedSignatures } from '../../signing/index.ts';
import type { Check } from './check.ts';
import { blinded, type Records, type SpendChange, type SpendRecord, type SpendStep } from './records.ts';
import { nextOf } from './stage.ts';
import type { SpendsDeps } from './types.ts';

/** Pauses before another try when the other side is away, seconds; the last one stays. */
const PAUSES = [5, 15, 60, 300, 900];
/** What a person has to put right, but which is looked at again by itself: nobody has to be asked twice. */
const LOOK_AGAIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'VAULT_LOCKED',
  'SECRET_STORE_UNAVAILABLE',
  'LIQUID_TIMEOUT',
  'LIQUID_UNAVAILABLE',
  'DISK_FULL',
]);
/** A sent transaction that no scan sees is sent again after this, ms. */
const RESEND_MS = 120_000;
const CONFIRMED = 2;

export type CarryDeps = Omit<SpendsDeps, 'jades' | 'bundles'> & { records: Records; check: Check };

/** Carries spends on: every effect outside is written down before and after, and taken up where it was left. */
export interface Carry {
  /** One thing at a time for each spend. */
  alone<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** As far as it goes without anybody; failures are kept with the spend. Waits for its turn. */
  on(id: string): Promise<void>;
  /** As far as the cosigner's signature, when it is the first. Inside `alone`. */
  cosignFirst(id: string): Promise<void>;
  /** The same without waiting for it. */
  wake(id: string): void;
  /** Stops what is asked of a cosigner right now. */
  interrupt(id: string): void;
  /** The owner's signatures, verified, with what the transaction has already. Inside `alone`, before `keepUser`. */
  withUser(spend: SpendRecord, fingerprint: string, given: Given): Promise<string>;
  /** Inside `store.tx`. */
  keepUser(spend: SpendRecord, signedPset: string, how: string, actor?: string): void;
  changed(spend: Pick<SpendRecord, 'id' | 'walletId'>): void;
  start(): void;
  scanned(walletId: string): void;
  close(): Promise<void>;
}
type Given = Parameters<typeof verifiedSignatures>[3];

export function createCarry(deps: CarryDeps): Carry {
  const { store, liquid, watch, wallets, records, check, clock, emit, checkpoint } = deps;
  const turns = new Map<string, Promise<unknown>>();
  const timers = new Map<string, NodeJS.Timeout>();
  const tries = new Map<string, number>();
  const asking = new Map<string, AbortController>();
  /** When a sent transaction was last sent again. */
  const sentAgain = new Map<string, number>();
  let closed = false;

  function alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    const mine = (turns.get(id) ?? Promise.resolve()).then(work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    turns.set(id, settled);
    void settled.then(() => {
      if (turns.get(id) === settled) turns.delete(id);
    });
    return mine;
  }

  function changed({ id, walletId }: Pick<SpendRecord, 'id' | 'walletId'>): void {
    emit('custody.spend', { id });
    emit('custody.changed', { walletId });
  }

  /** One transaction: what changed, the step that was reached, the audit entry. */
  function note(
    spend: SpendRecord,
    type: string,
    change: SpendChange,
    reached?: { step: SpendStep; sentence: string },
    also?: () => void,
    actor?: string,
  ): void {
    store.tx(() => {
      records.update(spend.id, change);
      if (reached) records.reached(spend.id, reached.step, reached.sentence);
      also?.();
      store.audit({
        type: `custody.${type}`,
        subject: `spend:${spend.id}`,
        data: { wallet: spend.walletId, txid: change.txid ?? spend.txid },
        ...(actor === undefined ? {} : { actor }),
      });
    });
    changed(spend);
  }

  function get(id: string): SpendRecord | null {
    return closed ? null : records.find(id);
  }

  function own({ walletId }: SpendRecord): string {
    const { fingerprint, name } = wallets.record(walletId);
    if (fingerprint !== null) return fingerprint;
    throw new SluiceError('NOT_ALLOWED', `“${name}” is only watched here.`, {
      next: 'Take the wallet up with its key to spend from it.',
    });
  }

  // ---------------------------------------------------------------------------------------------------- signatures

  async function withUser(spend: SpendRecord, fingerprint: string, given: Given): Promise<string> {
    const good = await verifiedSignatures(liquid, spend.pset, fingerprint, given);
    return liquid.insertSignatures(spend.signedPset ?? spend.pset, good);
  }

  function keepUser(spend: SpendRecord, signedPset: string, how: string, actor?: string): void {
    const now = records.find(spend.id);
    if (now?.state !== 'open' || now.signedPset !== spend.signedPset) {
      throw new SluiceError(
        'OPERATION_STATE',
        `“${spend.title}” does not wait for this signature any more.`,
        {
          next: 'Look at the spend: it was cancelled, or signed meanwhile.',
        },
      );
    }
    records.update(spend.id, { signedPset, problem: null, startedAt: now.startedAt ?? clock() });
    records.reached(spend.id, 'signed', `Signed ${how}.`);
    store.audit({
      type: 'custody.signed',
      subject: `spend:${spend.id}`,
      data: { wallet: spend.walletId, txid: spend.txid, how },
      ...(actor === undefined ? {} : { actor }),
    });
  }

  async function signHere(spend: SpendRecord): Promise<void> {
    const fingerprint = own(spend);
    await check.require(spend);
    const seed = await wallets.seed(spend.walletId);
    const pset = spend.signedPset ?? spend.pset;
    const signed = await liquid.signWithSeed(pset, seed, wallets.network);
    const given = (await liquid.signaturesOf(signed)).filter((one) => one.fingerprint === fingerprint);
    const kept = await withUser(spend, fingerprint, given);
    store.tx(() => keepUser(spend, kept, 'by this desk'));
    changed(spend);
    checkpoint('custody:signed');
  }

  async function cosign(spend: SpendRecord): Promise<void> {
    await check.require(spend);
    const { kind } = wallets.record(spend.walletId);
    const pset = spend.signedPset ?? spend.pset;
    const handedOver = spend.signedPset !== null;
    const ask = kind === 'amp0' ? await askAmp0(spend, pset) : askAmp2(spend, pset);
    note(spend, 'cosign-asked', { cosignAskedAt: clock(), handedOver: handedOver || spend.handedOver });
    checkpoint('cosign:intended');
    const answer = await ask();
    checkpoint('cosign:carried-out');
    const signedPset = await liquid.takeCosignature(pset, answer, own(spend));
    const who = kind === 'amp0' ? 'Green' : 'the AMP2 server';
    note(
      spend,
      'cosigned',
      { signedPset, problem: null },
      { step: 'cosigned', sentence: `Signed by ${who}; every signature was verified.` },
    );
    checkpoint('cosign:recorded');
  }

  async function askAmp0(spend: SpendRecord, pset: string) {
    const form = await liquid.greenForm(pset, records.outputs(spend.id).flatMap(blinded));
    const client = await deps.amp0();
    return async () => ({ hex: (await client.cosign(form)).tx });
  }

  function askAmp2(spend: SpendRecord, pset: string) {
    return async () => {
      const client = await deps.amp2();
      const controller = new AbortController();
      asking.set(spend.id, controller);
      try {
        return { pset: await client.cosign(pset, controller.signal) };
      } finally {
        asking.delete(spend.id);
      }
    };
  }

  // ---------------------------------------------------------------------------------------------------- the chain

  /** The whole transaction, every output of which is opened once more. */
  async function finalize(spend: SpendRecord): Promise<void> {
    const pset = spend.signedPset ?? '';
    const raw = await liquid.finalize(pset);
    const same = await liquid.sameTransaction({ pset: spend.pset }, { hex: raw });
    if (!same) {
      throw new SluiceError('SIGNING_FAILED', 'The finished transaction is not the one that was built.', {
        next: 'Cancel it. Nothing was broadcast.',
      });
    }
    await liquid.openOutputs(raw, records.outputs(spend.id).flatMap(blinded));
    const { txid } = await liquid.decodeTransaction(raw);
    note(
      spend,
      'final',
      { raw, txid, problem: null },
      { step: 'final', sentence: 'Complete, and checked once more.' },
    );
    checkpoint('custody:final');
  }

  async function broadcast(spend: SpendRecord): Promise<void> {
    if (spend.raw === null) throw new Error('A spend without its transaction cannot be broadcast.');
    const chain = await wallets.chain();
    note(spend, 'broadcast-begun', { broadcastBegunAt: spend.broadcastBegunAt ?? clock() });
    checkpoint('broadcast:intended');
    const txid = await watch.broadcast(chain.source, spend.raw);
    checkpoint('broadcast:carried-out');
    if (txid !== spend.txid) {
      throw new SluiceError(
        'CHAIN_ANSWER_INVALID',
        'The chain access answered with another transaction’s id.',
        {
          next: 'The desk looks for its own transaction. Find out what stands at the address of the chain access.',
        },
      );
    }
    sent(spend);
    checkpoint('broadcast:recorded');
    wallets.scanSoon(spend.walletId);
  }

  function sent(spend: SpendRecord): void {
    note(
      spend,
      'broadcast',
      { state: 'sent', problem: null },
      { step: 'broadcast', sentence: 'Broadcast.' },
      () => wallets.label(spend.walletId, 'tx', spend.txid, spend.title),
    );
  }

  /** What the last scan says of a transaction that is out. */
  function look(spend: SpendRecord): void {
    const seen = wallets.confirmations(spend.walletId, spend.txid);
    if (seen === null) {
      if (spend.state === 'sent') sendAgain(spend);
      return;
    }
    if (spend.state === 'open') sent(spend);
    const known = records.find(spend.id);
    if (!known || (known.confirmations === seen && seen < CONFIRMED)) return;
    store.tx(() => {
      const done = seen >= CONFIRMED;
      records.update(spend.id, { confirmations: seen, problem: null, ...(done ? { state: 'done' } : {}) });
      if (seen === 0) records.unreach(spend.id, 'confirmed-1');
      if (seen >= 1) records.reached(spend.id, 'confirmed-1', 'The first confirmation.');
      if (!done) return;
      records.reached(spend.id, 'confirmed-2', 'The second confirmation.');
      records.letGo(spend.id);
      store.audit({
        type: 'custody.confirmed',
        subject: `spend:${spend.id}`,
        data: { wallet: spend.walletId, txid: spend.txid, confirmations: seen },
      });
      wallets.notice({
        walletId: spend.walletId,
        spendId: spend.id,
        txid: spend.txid,
        verdict: 'good',
        text: `“${spend.title}” is paid and confirmed.`,
      });
    });
    changed(spend);
  }

  /** The same bytes again: a node may have forgotten them, or a block was replaced. */
  function sendAgain(spend: SpendRecord): void {
    const last = sentAgain.get(spend.id) ?? spend.broadcastBegunAt ?? 0;
    if (spend.raw === null || clock() - last < RESEND_MS * (deps.pace ?? 1)) return;
    sentAgain.set(spend.id, clock());
    const { raw } = spend;
    void alone(spend.id, async () => {
      const chain = await wallets.chain();
      await watch.broadcast(chain.source, raw);
    }).catch((error: unknown) => {
      if (error instanceof SluiceError && !isTransient(error) && !closed) keepProblem(spend, error);
    });
  }

  // ---------------------------------------------------------------------------------------------------- going on

  async function step(spend: SpendRecord): Promise<boolean> {
    const { kind, keyKind } = wallets.record(spend.walletId);
    switch (nextOf(spend, records.steps(spend.id), kind)) {
      case 'user':
        if (keyKind !== 'keychain') return false;
        await signHere(spend);
        return true;
      case 'server':
        await cosign(spend);
        return true;
      case 'finalize':
        await finalize(spend);
        return true;
      case 'broadcast':
        await broadcast(spend);
        return true;
      default:
        return false;
    }
  }

  async function run(id: string): Promise<void> {
    clearTimeout(timers.get(id));
    timers.delete(id);
    for (;;) {
      const spend = get(id);
      if (spend?.state !== 'open' || spend.startedAt === null) return;
      try {
        if (!(await step(spend))) return;
        tries.delete(id);
      } catch (error) {
        failed(id, error);
        return;
      }
    }
  }

  function failed(id: string, error: unknown): void {
    const spend = get(id);
    if (!spend || (error instanceof SluiceError && error.code === 'CANCELLED')) return;
    if (!(error instanceof SluiceError)) throw error;
    if (error.code === 'COSIGNER_REFUSED') {
      refuse(spend, error);
      return;
    }
    keepProblem(spend, error);
    if (isTransient(error) || LOOK_AGAIN.has(error.code)) retryLater(id);
  }

  function keepProblem(spend: SpendRecord, { code, message, next }: SluiceError): void {
    const known = spend.problem;
    const news = known?.code !== code || known.message !== message;
    store.tx(() => {
      records.update(spend.id, { problem: { code, message, next, at: clock() } });
      if (!news) return;
      store.audit({
        type: 'custody.problem',
        subject: `spend:${spend.id}`,
        data: { wallet: spend.walletId, code, message },
      });
      wallets.notice({
        walletId: spend.walletId,
        spendId: spend.id,
        verdict: 'attention',
        text: `“${spend.title}” waits: ${message}`,
      });
    });
    changed(spend);
  }

  function refuse(spend: SpendRecord, { code, message, next }: SluiceError): void {
    note(
      spend,
      'refused',
      { state: 'refused', problem: { code, message, next, at: clock() } },
      undefined,
      () => {
        records.letGo(spend.id);
        const total = records.recipients(spend.id).reduce((sum, { amount }) => sum + amount, 0n);
        const { ticker, name, precision } = spend.asset;
        wallets.notice({
          walletId: spend.walletId,
          spendId: spend.id,
          verdict: 'wrong',
          text: `“${spend.title}” (${formatGrouped(total, precision)} ${ticker ?? name}) was refused: ${message}`,
        });
      },
    );
  }

  function retryLater(id: string): void {
    const count = tries.get(id) ?? 0;
    tries.set(id, count + 1);
    const seconds = PAUSES[Math.min(count, PAUSES.length - 1)] ?? 900;
    const timer = setTimeout(() => wake(id), seconds * 1000 * (deps.pace ?? 1));
    timer.unref();
    timers.set(id, timer);
  }

  function wake(id: string): void {
    if (closed) return;
    void on(id).catch((error: unknown) => {
      const spend = get(id);
      if (!spend) return;
      const message = error instanceof Error ? error.message : String(error);
      keepProblem(
        spend,
        new SluiceError('INTERNAL', `Something unexpected happened: ${message}`, {
          next: 'Carry it out again; if it happens again, report this as a bug.',
        }),
      );
    });
  }

  const on = (id: string): Promise<void> => alone(id, () => run(id));

  function findLostCoins(spend: SpendRecord): void {
    const there = new Set(wallets.coins(spend.walletId).map(({ txid, vout }) => `${txid}:${vout}`));
    const gone = records.coins(spend.id).find(({ txid, vout }) => !there.has(`${txid}:${vout}`));
    if (!gone) {
      // A block was replaced and the coin is back.
      if (spend.problem?.code === 'INPUTS_SPENT') {
        store.tx(() => records.update(spend.id, { problem: null }));
        changed(spend);
      }
      return;
    }
    if (spend.problem?.code === 'INPUTS_SPENT') return;
    keepProblem(
      spend,
      new SluiceError('INPUTS_SPENT', `The coin ${gone.txid}:${gone.vout} was spent by another payment.`, {
        next: 'This spend can never be carried out: cancel it, and find out who else spends from this wallet.',
      }),
    );
  }

  return {
    alone,
    on,
    async cosignFirst(id) {
      const spend = get(id);
      if (!spend) return;
      const { kind } = wallets.record(spend.walletId);
      if (nextOf(spend, records.steps(id), kind) !== 'server' || spend.first !== 'server') return;
      store.tx(() => records.update(id, { startedAt: spend.startedAt ?? clock() }));
      try {
        await cosign(spend);
      } catch (error) {
        failed(id, error);
        throw error;
      }
    },
    wake,
    interrupt: (id) => asking.get(id)?.abort(),
    withUser,
    keepUser,
    changed,
    start() {
      for (const { id } of records.live()) wake(id);
    },
    scanned(walletId) {
      if (closed) return;
      for (const spend of records.live(walletId)) {
        if (spend.state === 'sent' || spend.broadcastBegunAt !== null) look(spend);
        else findLostCoins(spend);
      }
    },
    async close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      for (const controller of asking.values()) controller.abort();
      await Promise.all(turns.values());
    },
  };
}

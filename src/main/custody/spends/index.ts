import { SluiceError } from '../../../shared/errors.ts';
import { pageOfRows } from '../../signing/index.ts';
import { createAirGap } from './air-gap.ts';
import { createCarry } from './carry.ts';
import { createCheck } from './check.ts';
import { createPrepare } from './prepare.ts';
import { createRecords, type Party, type SpendRecord } from './records.ts';
import { isCancellable } from './stage.ts';
import type { Spends, SpendsDeps } from './types.ts';
import { createView } from './view.ts';
import { createWithJade } from './with-jade.ts';

export type { Spends, SpendsDeps, SpendVerb } from './types.ts';

/** Payments from custody wallets: from the choice of coins to the second confirmation. */
export function createSpends(deps: SpendsDeps): Spends {
  const { store, wallets, clock } = deps;
  const records = createRecords(store, clock);
  const check = createCheck({ ...deps, records });
  const carry = createCarry({ ...deps, records, check });
  const prepare = createPrepare({ ...deps, records, check });
  const airGap = createAirGap({ ...deps, records, check, carry });
  const jade = createWithJade({ ...deps, records, check, carry });
  const view = createView({ wallets, records, peers: () => deps.bundles.post.peers() });

  function get(id: string): SpendRecord {
    const spend = records.find(id);
    if (spend) return spend;
    throw new SluiceError('NOT_FOUND', 'There is no such spend.', {
      next: 'Choose one from the list of spends.',
      field: 'id',
    });
  }

  /** The first time a person says what is being paid; later it goes on by itself. */
  function begin(spend: SpendRecord, confirm: string, first: Party | undefined, actor: string): void {
    if (spend.startedAt === null) {
      const name = spend.asset.ticker ?? spend.asset.assetId.slice(0, 6);
      if (confirm.trim() !== name) {
        throw new SluiceError('CONFIRMATION_MISMATCH', `“${confirm}” is not what is being paid.`, {
          next: `Type ${name} to carry it out.`,
          field: 'confirm',
        });
      }
    }
    const changes = first !== undefined && first !== spend.first;
    if (changes && wallets.record(spend.walletId).kind !== 'amp2') {
      throw new SluiceError('INVALID_ARGUMENT', 'Only with AMP2 can either signature come first.', {
        next: 'Carry it out without choosing an order.',
        field: 'first',
      });
    }
    if (changes && spend.signedPset !== null) {
      throw new SluiceError('OPERATION_STATE', 'The order cannot change any more: there is a signature.', {
        next: 'Carry it out as it is.',
        field: 'first',
      });
    }
    if (spend.startedAt !== null && !changes) return;
    store.tx(() => {
      records.update(spend.id, {
        startedAt: spend.startedAt ?? clock(),
        ...(changes ? { first } : {}),
      });
      store.audit({
        type: 'custody.started',
        subject: `spend:${spend.id}`,
        actor,
        data: { wallet: spend.walletId, txid: spend.txid, first: first ?? spend.first },
      });
    });
  }

  function cancel(spend: SpendRecord, actor: string): void {
    if (spend.state === 'cancelled') return;
    if (!isCancellable(spend)) throw notCancellable(spend);
    store.tx(() => {
      records.update(spend.id, { state: 'cancelled', problem: null });
      records.letGo(spend.id);
      store.audit({
        type: 'custody.cancelled',
        subject: `spend:${spend.id}`,
        actor,
        data: { wallet: spend.walletId, txid: spend.txid },
      });
    });
    carry.changed(spend);
  }

  return {
    service: {
      async prepare(wish, { actor }) {
        const spend = get(await prepare(wish, actor));
        carry.changed(spend);
        return view(spend);
      },
      async spends({ walletId, open, offset, limit }) {
        const { rows, total } = records.page({
          offset,
          limit,
          ...(walletId === undefined ? {} : { walletId }),
          ...(open === undefined ? {} : { open }),
        });
        return { rows: await Promise.all(rows.map(view)), total };
      },
      spend: ({ id }) => view(get(id)),
      review: async ({ id }) => (await check.reviewed(get(id))).review,
      async reviewRows({ id, ...query }) {
        return pageOfRows((await check.reviewed(get(id))).rows, query);
      },
      async carryOut({ id, confirm, first }, { actor }) {
        await carry.alone(id, () => {
          const spend = get(id);
          requireOpen(spend);
          begin(spend, confirm, first, actor);
          return Promise.resolve();
        });
        await carry.on(id);
        return view(get(id));
      },
      request: ({ id, peerId }, { actor }) => airGap.request(get(id).id, peerId, actor),
      async withJade({ id, port }, { actor }) {
        await jade.sign(get(id).id, port, actor);
        return view(get(id));
      },
      async cancel({ id }, { actor }) {
        if (isCancellable(get(id))) carry.interrupt(id);
        await carry.alone(id, () => {
          cancel(get(id), actor);
          return Promise.resolve();
        });
        return view(get(id));
      },
      registerOnJade: ({ id, port }, { actor }) => jade.register(id, port, actor),
      sendWallet: ({ id, peerId }, { actor }) => airGap.sendWallet(id, peerId, actor),
    },
    held: (walletId) => records.held(walletId),
    heldBy: (txid, vout) => records.heldBy(txid, vout),
    open: (walletId) => records.live(walletId).filter(({ state }) => state === 'open').length,
    spendOf: (txid) => records.byTxid(txid),
    scanned: (walletId) => carry.scanned(walletId),
    ownsRequest: airGap.ownsRequest,
    receiveResult: airGap.receiveResult,
    start: () => carry.start(),
    close: () => carry.close(),
  };
}

function requireOpen({ state, title }: SpendRecord): void {
  if (state === 'open' || state === 'sent') return;
  throw new SluiceError('OPERATION_STATE', `“${title}” is over: it was ${state}.`, {
    next: 'Prepare a new payment if one is needed.',
  });
}

function notCancellable({ state, title, broadcastBegunAt, raw }: SpendRecord): SluiceError {
  if (state !== 'open') {
    return new SluiceError('OPERATION_STATE', `“${title}” cannot be cancelled: it is ${state}.`, {
      next: 'Nothing has to be done.',
    });
  }
  if (broadcastBegunAt !== null || raw !== null) {
    return new SluiceError('OPERATION_STATE', `“${title}” was handed to the chain: it may be paid already.`, {
      next: 'Carry it out again; the same transaction is sent, never another.',
    });
  }
  return new SluiceError(
    'OPERATION_STATE',
    `“${title}” cannot be cancelled: the cosigner has the owner’s signature and could complete it.`,
    { next: 'Carry it out again, until the cosigner signs or refuses. Its coins stay held until then.' },
  );
}

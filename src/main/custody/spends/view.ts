import type { CustodySpend } from '../../../shared/contract/index.ts';
import { sum } from '../../../shared/money.ts';
import type { WalletRecord } from '../types.ts';
import type { Records, SpendRecord } from './records.ts';
import { isCancellable, nextOf, orderOf, type Next } from './stage.ts';
import type { SpendsDeps } from './types.ts';

export type ViewDeps = Pick<SpendsDeps, 'wallets'> & {
  records: Records;
  /** Paired signers. */
  peers: () => { id: string; name: string }[];
};

/** What people see of a spend. */
export function createView({ wallets, records, peers }: ViewDeps) {
  return async (spend: SpendRecord): Promise<CustodySpend> => {
    const wallet = wallets.record(spend.walletId);
    const steps = records.steps(spend.id);
    const recipients = records.recipients(spend.id);
    const next = nextOf(spend, steps, wallet.kind);
    const signer = peers().find(({ id }) => id === wallet.peerId);
    const userMissing = spend.state === 'open' && !steps.some(({ step }) => step === 'signed');
    return {
      id: spend.id,
      walletId: spend.walletId,
      walletName: wallet.name,
      walletKind: wallet.kind,
      title: spend.title,
      asset: wallets.asset(spend.asset.assetId),
      recipients: recipients.map(({ address, label, amount }) => ({ address, label, amount })),
      total: sum(recipients.map(({ amount }) => amount)),
      fee: spend.fee,
      txid: spend.txid,
      state: spend.state,
      waitsFor: waitsFor(spend, wallet, next),
      ...words(spend, wallet, next, signer?.name ?? 'the signer'),
      problem: spend.problem,
      steps,
      order: orderOf(wallet.kind, spend.first),
      confirmations: spend.confirmations,
      cancellable: isCancellable(spend),
      canAsk:
        userMissing && wallet.keyKind === 'signer' && signer
          ? [{ peerId: signer.id, name: signer.name }]
          : [],
      unblindedUrl: await link(spend),
      createdAt: spend.createdAt,
    };
  };

  /** `#blinded=value,asset,value blinder,asset blinder,…` for every output of ours, as explorers of Liquid read it. */
  async function link(spend: SpendRecord): Promise<string | null> {
    if (spend.state !== 'sent' && spend.state !== 'done') return null;
    const opened = records
      .outputs(spend.id)
      .flatMap(({ value, assetId, amountBlinder, assetBlinder }) =>
        amountBlinder === null || assetBlinder === null
          ? []
          : [`${value},${assetId},${amountBlinder},${assetBlinder}`],
      );
    return (await wallets.chain()).unblindedUrl(spend.txid, opened.join(','));
  }
}

function waitsFor(spend: SpendRecord, { keyKind }: WalletRecord, next: Next): CustodySpend['waitsFor'] {
  switch (next) {
    case 'user':
      if (keyKind === 'signer' || keyKind === 'jade') return keyKind;
      return 'start';
    case 'server':
      return spend.startedAt === null ? 'start' : 'cosigner';
    case 'finalize':
    case 'broadcast':
      return 'network';
    case 'confirm':
      return 'confirmations';
    case null:
      return null;
  }
}

const COSIGNER = { amp0: 'Green', amp2: 'the AMP2 server', single: 'the cosigner' } as const;

function words(
  spend: SpendRecord,
  { kind, keyKind }: WalletRecord,
  next: Next,
  signer: string,
): Pick<CustodySpend, 'sentence' | 'next'> {
  const started = spend.startedAt !== null;
  switch (spend.state) {
    case 'done':
      return { sentence: 'Paid and confirmed.', next: 'Nothing has to be done.' };
    case 'cancelled':
      return { sentence: 'Cancelled; its coins are free again.', next: 'Nothing has to be done.' };
    case 'refused':
      return {
        sentence: `Refused by ${COSIGNER[kind]}; its coins are free again.`,
        next: spend.problem?.next ?? 'Find out why, then prepare it again.',
      };
    case 'sent':
      return {
        sentence:
          spend.confirmations === 0
            ? 'Broadcast; it waits for its first confirmation.'
            : `${spend.confirmations} of 2 confirmations.`,
        next: 'Nothing has to be done: the desk looks at the chain by itself.',
      };
    case 'open':
      break;
  }
  if (next === 'user' && keyKind === 'signer') {
    return {
      sentence: `It waits for the signature at “${signer}”.`,
      next: 'Carry the request to it as a bundle, and take in its answer.',
    };
  }
  if (next === 'user' && keyKind === 'jade') {
    return {
      sentence: 'It waits for the signature of the Jade.',
      next: 'Attach the Jade, unlock it, and sign there.',
    };
  }
  if (next === 'server' && started) {
    return {
      sentence: `It waits for ${COSIGNER[kind]}.`,
      next: spend.problem?.next ?? 'The desk tries again by itself; it can also be carried out now.',
    };
  }
  if (next === 'finalize' || next === 'broadcast') {
    return {
      sentence: 'Everybody has signed; it is not broadcast yet.',
      next: spend.problem?.next ?? 'The desk tries again by itself; it can also be carried out now.',
    };
  }
  return {
    sentence: started ? 'It was carried out only in part.' : 'Built and checked. Nothing is signed yet.',
    next: spend.problem?.next ?? 'Look through it, then carry it out.',
  };
}

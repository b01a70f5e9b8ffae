import type { CustodyWallet, Settings, WalletBalance } from '../../shared/contract/index.ts';
import { amount } from '../../shared/money.ts';
import type { Assets } from './assets.ts';
import { feeFunds, spendCost } from './fees.ts';
import type { Ledger } from './ledger.ts';
import type { Records, StoredProblem, StoredWallet } from './records.ts';
import type { SpendsPort } from './types.ts';

export interface ShowDeps {
  records: Records;
  ledger: Ledger;
  assets: Assets;
  policyAsset: () => string | null;
  spends: () => SpendsPort;
  settings: () => Settings;
  scanning: (id: string) => boolean;
  /** Why the chain cannot be looked at, for all wallets; null when it can. */
  outage: () => StoredProblem | null;
  /** Why the cosigner would not have a wallet; null where it did not say so. */
  refusal: (id: string) => StoredProblem | null;
  /** Why the cosigner could not be asked for what daily work needs; null when it could. */
  cosignerProblem: (id: string) => StoredProblem | null;
  /** How far the desk's own node is with looking back through the chain; null when it does not. */
  progress: () => { done: number; total: number } | null;
  peerName: (id: string) => string | null;
}

/** Custody wallets as they are shown, from the database alone. */
export interface Show {
  wallet(stored: StoredWallet): CustodyWallet;
  balances(id: string): WalletBalance[];
  fees(stored: StoredWallet): CustodyWallet['fees'];
}

export function createShow(deps: ShowDeps): Show {
  const { ledger, assets, records } = deps;

  function balances(id: string): WalletBalance[] {
    const held = deps.spends().held(id);
    return ledger.balances(id).map(({ assetId, confirmed, pending }) => ({
      asset: assets.of(assetId),
      confirmed,
      pending,
      held: amount(held.get(assetId) ?? 0n),
    }));
  }

  /** The wallet that L-BTC could come from, in words. */
  function source(id: string, lbtc: string | null): string {
    const richest = records
      .list(false)
      .filter((other) => other.id !== id && other.keyKind !== 'none')
      .map((other) => ({
        name: other.name,
        has: ledger.balances(other.id).find(({ assetId }) => assetId === lbtc)?.confirmed ?? 0n,
        fees: other.purpose === 'fees',
      }))
      .filter(({ has }) => has > 0n)
      .sort((a, b) => Number(b.fees) - Number(a.fees) || (a.has < b.has ? 1 : -1))[0];
    return richest ? `the treasury or from “${richest.name}”` : 'the treasury';
  }

  function fees(stored: StoredWallet): CustodyWallet['fees'] {
    const lbtc = deps.policyAsset();
    const all = balances(stored.id);
    const own = all.find(({ asset }) => asset.assetId === lbtc);
    return feeFunds({
      watchOnly: stored.keyKind === 'none',
      holdsOthers: all.some(({ asset }) => asset.assetId !== lbtc),
      lbtc: own ?? { confirmed: 0n, pending: 0n, held: 0n },
      cost: spendCost(deps.settings()),
      from: () => source(stored.id, lbtc),
    });
  }

  return {
    balances,
    fees,
    wallet(stored) {
      const scanning = deps.scanning(stored.id);
      return {
        id: stored.id,
        kind: stored.kind,
        name: stored.name,
        purpose: stored.purpose,
        owner: stored.owner,
        key: {
          kind: stored.keyKind,
          fingerprint: stored.fingerprint,
          peerId: stored.peerId,
          peerName: stored.peerId === null ? null : deps.peerName(stored.peerId),
        },
        ampId: stored.ampId,
        wid: stored.wid,
        blinding: stored.blinding,
        publicDescriptor: stored.publicDescriptor,
        fingerprint: inGroups(stored.policyId.slice(0, 32)),
        balances: balances(stored.id),
        scannedTo: stored.scannedTo,
        scannedAt: stored.scannedAt,
        scanning,
        ...howItIs(stored, {
          scanning,
          outage: deps.outage(),
          refusal: deps.refusal(stored.id),
          cosigner: deps.cosignerProblem(stored.id),
          progress: deps.progress(),
          unconfirmed: ledger.unconfirmed(stored.id).length,
        }),
        fees: fees(stored),
        openSpends: deps.spends().open(stored.id),
        archived: stored.archived,
        createdAt: stored.createdAt,
      };
    },
  };
}

/** The first of these that is so: what stops the wallet comes before what only has to be known. */
function howItIs(
  wallet: StoredWallet,
  now: {
    scanning: boolean;
    outage: StoredProblem | null;
    refusal: StoredProblem | null;
    cosigner: StoredProblem | null;
    progress: { done: number; total: number } | null;
    unconfirmed: number;
  },
): Pick<CustodyWallet, 'verdict' | 'sentence' | 'next'> {
  const { scanning, outage, refusal, cosigner, progress, unconfirmed } = now;
  if (refusal) return { verdict: 'wrong', sentence: refusal.message, next: refusal.next };
  if (wallet.kind === 'amp2' && wallet.registeredAt === null) {
    return {
      verdict: 'waiting',
      sentence: 'AMP2 has not confirmed yet that it knows this wallet.',
      next: 'The desk goes on asking. Nothing should be paid to it before.',
    };
  }
  if (progress) {
    return {
      verdict: 'waiting',
      sentence: `The node looks back through the chain: ${progress.done} of ${progress.total} blocks read.`,
      next: 'Nothing to do: it goes on by itself.',
    };
  }
  const problem = wallet.problem ?? outage;
  if (problem) {
    const shown = wallet.scannedAt === null ? '' : ' What is shown is from before.';
    return {
      verdict: 'wrong',
      sentence: `The chain could not be looked at: ${problem.message}${shown}`,
      next: problem.next,
    };
  }
  if (wallet.scannedAt === null) {
    return {
      verdict: 'waiting',
      sentence: scanning ? 'Looks at the chain for the first time.' : 'The chain was not looked at yet.',
      next: 'Nothing to do: it happens by itself.',
    };
  }
  if (cosigner) {
    return {
      verdict: 'attention',
      sentence: `Green could not be asked: ${cosigner.message} The chain was looked at up to the last address known here.`,
      next: cosigner.next,
    };
  }
  if (wallet.caution !== null) {
    return {
      verdict: 'attention',
      sentence: wallet.caution,
      next: 'Where that matters, make a new wallet and move what this one holds.',
    };
  }
  if (unconfirmed > 0) {
    const many = unconfirmed === 1 ? 'One transaction waits' : `${unconfirmed} transactions wait`;
    return { verdict: 'good', sentence: `${many} for a confirmation.`, next: '' };
  }
  return { verdict: 'good', sentence: `As of block ${wallet.scannedTo ?? 0}.`, next: '' };
}

/** In groups of four, as it is compared by eye. */
export function inGroups(text: string): string {
  return (text.match(/.{1,4}/g) ?? []).join(' ');
}

import type {
  Allocation,
  CustodySpend,
  CustodyWallet,
  Operation,
  Result,
  TreasuryLine,
} from '../../shared/contract/index.ts';
import { spendHeading, waitsForPerson } from '../lib/custody-words.ts';
import { counted } from '../lib/format.ts';
import { awaitsSignatures } from '../lib/signatures.ts';
import { SIGNED_BY } from '../lib/signer-words.ts';
import type { Meaning } from '../components/values/verdict.tsx';
import type { Place } from './places.ts';

/** Something that waits for a person: what it is, and the one action that answers it. */
export interface WaitingItem {
  key: string;
  place: Place['to'];
  meaning: Meaning;
  text: string;
  detail: string;
  action: string;
  target: WaitingTarget;
}

export type WaitingTarget =
  | { page: 'operation'; id: string }
  | { page: 'pending' }
  | { page: 'allocation'; id: string }
  | { page: 'plan'; id: string }
  | { page: 'treasury'; assetId?: string }
  | { page: 'spend'; id: string }
  | { page: 'setup'; id: string }
  | { page: 'wallet'; id: string }
  | { page: 'login'; id: string }
  | { page: 'settings'; section: 'connections' | 'wallet' }
  | { page: 'request'; id: string }
  | { page: 'seal' | 'key' | 'pairing' | 'treasuries' | 'audit' };

export interface WaitingFacts {
  operations: readonly Operation[] | undefined;
  allocations: readonly Allocation[] | undefined;
  pending: Result<'operations.pendingAtAmp'>['pending'] | undefined;
  lines: readonly TreasuryLine[] | undefined;
  health: Result<'health.get'> | undefined;
  wallet: Result<'treasury.wallet'> | undefined;
  sync: Result<'sync.status'> | undefined;
  /** Payments of custody wallets that are not over. */
  spends: readonly CustodySpend[] | undefined;
  setups: Result<'custody.setups'>['setups'] | undefined;
  wallets: readonly CustodyWallet[] | undefined;
}

/** Everything that waits, most pressing first: what is wrong, what needs attention, what can be started. */
export function waitingItems(facts: WaitingFacts): WaitingItem[] {
  return [
    ...connections(facts.health),
    ...registers(facts.sync),
    ...wallet(facts.wallet),
    ...operations(facts.operations ?? []),
    ...signatures(facts.operations ?? []),
    ...custodyWallets(facts.wallets ?? []),
    ...spends(facts.spends ?? []),
    ...setups(facts.setups ?? []),
    ...pendingAtAmp(facts.pending ?? []),
    ...differences(facts.lines ?? []),
    ...fees(facts.health),
    ...allocations(facts.allocations ?? []),
  ];
}

/** How many items wait at each page, for the left list. */
export function waitingCounts(items: readonly WaitingItem[]): ReadonlyMap<Place['to'], number> {
  const counts = new Map<Place['to'], number>();
  for (const item of items) counts.set(item.place, (counts.get(item.place) ?? 0) + 1);
  return counts;
}

function connections(health: WaitingFacts['health']): WaitingItem[] {
  if (!health) return [];
  return (['node', 'amp'] as const)
    .filter((side) => health[side].verdict === 'wrong' || health[side].verdict === 'attention')
    .map((side) => ({
      key: `health-${side}`,
      place: '/settings',
      meaning: health[side].verdict,
      text: health[side].message,
      detail: health[side].next,
      action: 'Check connections',
      target: { page: 'settings', section: 'connections' },
    }));
}

/** Holders, categories and assets are a copy; when it cannot be renewed, what is shown may be old. */
function registers(sync: WaitingFacts['sync']): WaitingItem[] {
  if (!sync || sync.error === null) return [];
  return [
    {
      key: 'sync',
      place: '/settings',
      meaning: 'attention',
      text: 'The registers could not be read from AMP: what is shown may be old.',
      detail: sync.error,
      action: 'Check connections',
      target: { page: 'settings', section: 'connections' },
    },
  ];
}

function wallet(facts: WaitingFacts['wallet']): WaitingItem[] {
  if (facts?.mode === 'missing') {
    return [
      {
        key: 'wallet',
        place: '/settings',
        meaning: 'attention',
        text: 'The treasury wallet is not set up.',
        detail: 'Without it nothing can be paid.',
        action: 'Set up wallet',
        target: { page: 'settings', section: 'wallet' },
      },
    ];
  }
  if (facts?.mode === 'hot' && facts.signer !== 'node') {
    return [
      {
        key: 'wallet-kind',
        place: '/settings',
        meaning: 'attention',
        text: `This profile is signed by ${SIGNED_BY[facts.signer]}, but the treasury wallet is hot.`,
        detail: 'Set up a watch-only wallet and move the treasury into it.',
        action: 'Set up wallet',
        target: { page: 'settings', section: 'wallet' },
      },
    ];
  }
  if (facts?.locked !== true) return [];
  return [
    {
      key: 'wallet-locked',
      place: '/settings',
      meaning: 'attention',
      text: 'The treasury wallet on the node is locked.',
      detail: 'Unlock it on the node, with walletpassphrase, before anything is signed.',
      action: 'See wallet',
      target: { page: 'settings', section: 'wallet' },
    },
  ];
}

function operations(list: readonly Operation[]): WaitingItem[] {
  return list
    .filter((operation) => operation.state === 'attention')
    .map((operation) => ({
      key: `operation-${operation.id}`,
      place: '/operations',
      meaning: 'attention',
      text: operation.title,
      detail: operation.problem?.message ?? operation.sentence,
      action: 'Open operation',
      target: { page: 'operation', id: operation.id },
    }));
}

/** Keys that are elsewhere sign when somebody brings them what is to be signed. */
function signatures(list: readonly Operation[]): WaitingItem[] {
  return list
    .filter((operation) => operation.state !== 'attention' && awaitsSignatures(operation))
    .map((operation) => ({
      key: `signatures-${operation.id}`,
      place: '/operations',
      meaning: 'waiting',
      text: operation.title,
      detail: operation.sentence,
      action: 'Get signatures',
      target: { page: 'operation', id: operation.id },
    }));
}

function custodyWallets(list: readonly CustodyWallet[]): WaitingItem[] {
  return list
    .filter(({ archived, verdict }) => !archived && (verdict === 'wrong' || verdict === 'attention'))
    .map((each) => ({
      key: `custody-${each.id}`,
      place: '/custody',
      meaning: each.verdict,
      text: `${each.name}: ${each.sentence}`,
      detail: each.next,
      action: 'Open wallet',
      target: { page: 'wallet', id: each.id },
    }));
}

/** Payments that go on by themselves wait for nobody. */
function spends(list: readonly CustodySpend[]): WaitingItem[] {
  return list.filter(waitsForPerson).map((spend) => ({
    key: `spend-${spend.id}`,
    place: '/custody',
    meaning: spend.problem === null ? 'waiting' : 'attention',
    text: spendHeading(spend),
    detail: spend.problem?.message ?? spend.sentence,
    action: 'Open payment',
    target: { page: 'spend', id: spend.id },
  }));
}

function setups(list: Result<'custody.setups'>['setups']): WaitingItem[] {
  return list.map((each) => ({
    key: `setup-${each.id}`,
    place: '/custody',
    meaning: each.request === null ? 'attention' : 'waiting',
    text: `AMP0 account “${each.name}” waits for ${each.peerName}.`,
    detail: each.sentence,
    action: 'Go on',
    target: { page: 'setup', id: each.id },
  }));
}

function pendingAtAmp(pending: readonly { operationId: string | null; recipients: number }[]): WaitingItem[] {
  const foreign = pending.filter((each) => each.operationId === null);
  if (foreign.length === 0) return [];
  const recipients = foreign.reduce((total, each) => total + each.recipients, 0);
  return [
    {
      key: 'pending',
      place: '/operations',
      meaning: 'attention',
      text: `${counted(foreign.length, 'distribution is', 'distributions are')} pending at AMP, started elsewhere.`,
      detail: `${counted(recipients, 'recipient')}. Adopt, finish from a transaction, or cancel.`,
      action: 'Review',
      target: { page: 'pending' },
    },
  ];
}

function differences(lines: readonly TreasuryLine[]): WaitingItem[] {
  return lines
    .filter((line) => line.reconciliation.verdict === 'wrong' || line.reconciliation.verdict === 'attention')
    .filter((line) => !byOperationsAlone(line))
    .map((line) => ({
      key: `difference-${line.assetId}`,
      place: '/treasury',
      meaning: line.reconciliation.verdict,
      text: `${line.name}: the node and AMP do not agree.`,
      detail: line.reconciliation.text,
      action: 'See why',
      target: { page: 'treasury', assetId: line.assetId },
    }));
}

/** A difference that operations under way explain goes away by itself. */
function byOperationsAlone({ reconciliation: { explanations } }: TreasuryLine): boolean {
  return explanations.length > 0 && explanations.every((reason) => reason.operationId !== null);
}

function fees(health: WaitingFacts['health']): WaitingItem[] {
  if (!health || health.fees.verdict === 'good' || health.fees.verdict === 'waiting') return [];
  return [
    {
      key: 'fees',
      place: '/treasury',
      meaning: health.fees.verdict,
      text: 'L-BTC for fees runs low.',
      detail: health.fees.message,
      action: 'Fund fees',
      target: { page: 'treasury' },
    },
  ];
}

function allocations(list: readonly Allocation[]): WaitingItem[] {
  return list
    .filter((allocation) => allocation.open > 0)
    .map((allocation): WaitingItem => {
      const base = {
        key: `allocation-${allocation.id}`,
        place: '/allocations' as const,
        text: allocation.name,
      };
      return allocation.problems > 0
        ? {
            ...base,
            meaning: 'attention',
            detail: `${counted(allocation.problems, 'row needs', 'rows need')} to be put right before it can be paid.`,
            action: 'Fix rows',
            target: { page: 'allocation', id: allocation.id },
          }
        : {
            ...base,
            meaning: 'waiting',
            detail: `${counted(allocation.open, 'row')} checked and not paid yet.`,
            action: 'Review plan',
            target: { page: 'plan', id: allocation.id },
          };
    });
}

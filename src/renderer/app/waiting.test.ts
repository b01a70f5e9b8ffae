import { describe, expect, it } from 'vitest';
import type {
  Allocation,
  CustodySpend,
  CustodyWallet,
  Operation,
  Result,
  TreasuryLine,
} from '../../shared/contract/index.ts';
import { ZERO } from '../../shared/money.ts';
import { waitingCounts, waitingItems, type WaitingFacts } from './waiting.ts';

const nothing: WaitingFacts = {
  operations: undefined,
  allocations: undefined,
  pending: undefined,
  lines: undefined,
  health: undefined,
  wallet: undefined,
  sync: undefined,
  spends: undefined,
  setups: undefined,
  wallets: undefined,
};

const allocation = (id: string, open: number, problems: number): Allocation => ({
  id,
  name: `Allocation ${id}`,
  assetUuid: '7a0c1f7e-3b1e-4a55-9f5e-0d5e1c8b9a01',
  rows: 10,
  total: ZERO,
  problems,
  open,
  paid: 10 - open,
  createdAt: 0,
  changedAt: 0,
});

const health = (node: 'good' | 'wrong'): Result<'health.get'> => ({
  node: {
    verdict: node,
    message: 'The node does not answer.',
    next: 'Start it.',
    version: null,
    chain: null,
    height: null,
    tipTime: null,
    checkedAt: 0,
  },
  amp: { verdict: 'good', message: '', next: '', version: null, checkedAt: 0 },
  fees: { verdict: 'attention', message: 'Enough for 2 batches.', confirmed: ZERO, batchesLeft: 2 },
  simulated: true,
});

describe('what waits for a person', () => {
  it('is nothing while nothing is known', () => {
    expect(waitingItems(nothing)).toEqual([]);
  });

  it('is the fetching of signatures where keys are elsewhere, and not where the desk signs by itself', () => {
    const waits = (id: string, signer: Operation['signer']): Operation =>
      ({
        id,
        signer,
        state: 'waiting',
        title: 'Pay',
        sentence: 'Waiting for 1 of 2 signatures.',
        batches: [{ step: 'built', state: 'waiting' }],
      }) as unknown as Operation;
    const items = waitingItems({ ...nothing, operations: [waits('a', 'several'), waits('b', 'keychain')] });
    expect(items.map((item) => [item.action, item.detail, item.target])).toEqual([
      ['Get signatures', 'Waiting for 1 of 2 signatures.', { page: 'operation', id: 'a' }],
    ]);
    expect(waitingCounts(items).get('/operations')).toBe(1);
  });

  it('is the fixing of a wrong allocation and the plan of a right one, and no paid one', () => {
    const items = waitingItems({
      ...nothing,
      allocations: [allocation('a', 10, 3), allocation('b', 4, 0), allocation('c', 0, 0)],
    });
    expect(items.map((item) => [item.action, item.target])).toEqual([
      ['Fix rows', { page: 'allocation', id: 'a' }],
      ['Review plan', { page: 'plan', id: 'b' }],
    ]);
  });

  it('is an operation that cannot go on alone, not one that only waits for blocks', () => {
    const operation = (id: string, state: Operation['state']) =>
      ({ id, state, title: id, sentence: 'Stopped.', problem: null }) as Operation;
    const items = waitingItems({
      ...nothing,
      operations: [operation('x', 'attention'), operation('y', 'waiting')],
    });
    expect(items.map((item) => item.target)).toEqual([{ page: 'operation', id: 'x' }]);
  });

  it('counts distributions that others left pending as one thing to review', () => {
    const each = { assetUuid: '', distributionUuid: '', amount: ZERO, assignments: [], recipients: 4 };
    const items = waitingItems({
      ...nothing,
      pending: [
        { ...each, operationId: null },
        { ...each, operationId: null },
        { ...each, operationId: 'mine' },
      ],
    });
    expect(items).toHaveLength(1);
    expect(items[0]?.text).toContain('2 distributions are pending');
    expect(items[0]?.detail).toContain('8 recipients');
  });

  it('is a difference that nobody explains, not one that an operation under way explains', () => {
    const line = (assetId: string, operationId: string | null) =>
      ({
        assetId,
        name: assetId,
        reconciliation: { verdict: 'attention', text: '', explanations: [{ operationId }] },
      }) as unknown as TreasuryLine;
    const items = waitingItems({
      ...nothing,
      lines: [line('under-way', 'op'), line('moved-elsewhere', null)],
    });
    expect(items.map((item) => item.target)).toEqual([{ page: 'treasury', assetId: 'moved-elsewhere' }]);
  });

  it('is a copy of the registers that could not be renewed', () => {
    const at = 1;
    expect(waitingItems({ ...nothing, sync: { at, running: false, error: null } })).toEqual([]);
    const [item] = waitingItems({
      ...nothing,
      sync: { at, running: false, error: 'AMP answers with HTML.' },
    });
    expect(item?.detail).toBe('AMP answers with HTML.');
  });

  it('puts a broken connection first and counts by page', () => {
    const items = waitingItems({ ...nothing, health: health('wrong'), allocations: [allocation('a', 1, 1)] });
    expect(items.map((item) => item.key)).toEqual(['health-node', 'fees', 'allocation-a']);
    expect(waitingCounts(items)).toEqual(
      new Map([
        ['/settings', 1],
        ['/treasury', 1],
        ['/allocations', 1],
      ]),
    );
    expect(waitingItems({ ...nothing, health: health('good') }).map((item) => item.key)).toEqual(['fees']);
  });

  it('is a custody payment that stands still, a setup, a wallet that is not well; not what goes on by itself', () => {
    const asset = {
      assetId: 'ab'.repeat(32),
      name: 'Acme',
      ticker: 'ACME',
      precision: 0,
      kind: 'amp' as const,
    };
    const spend = (id: string, waitsFor: CustodySpend['waitsFor']) =>
      ({
        id,
        state: 'open',
        waitsFor,
        problem: null,
        asset,
        total: ZERO,
        recipients: [],
        sentence: '',
      }) as unknown;
    const wallet = (id: string, verdict: string, archived = false) =>
      ({ id, name: id, verdict, archived, sentence: '', next: '' }) as unknown;
    const items = waitingItems({
      ...nothing,
      spends: [spend('s1', 'signer'), spend('s2', 'network')] as CustodySpend[],
      setups: [
        {
          id: 'x',
          name: 'X',
          peerId: 'p',
          peerName: 'Vault',
          sentence: '',
          next: '',
          request: null,
          startedAt: 0,
        },
      ],
      wallets: [wallet('w1', 'wrong'), wallet('w2', 'good'), wallet('w3', 'wrong', true)] as CustodyWallet[],
    });
    expect(items.map(({ key }) => key)).toEqual(['custody-w1', 'spend-s1', 'setup-x']);
    expect(waitingCounts(items).get('/custody')).toBe(3);
  });
});

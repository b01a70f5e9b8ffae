import type {
  Allocation,
  AllocationRow,
  Asset,
  Batch,
  BatchStep,
  DistributionPlan,
  Holder,
  ImportRow,
  ImportSummary,
  Operation,
  Profile,
  Result,
  TreasuryLine,
} from '../../../src/shared/contract/index.ts';
import { BATCH_STEPS } from '../../../src/shared/contract/index.ts';
import { amount, sum, ZERO, type Amount } from '../../../src/shared/money.ts';

/** Believable data for looking at pages without a desk behind them. Always the same, so that pictures compare. */
export const NOW = Date.now();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let state = 0x5eed;
function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

export function hex(length: number): string {
  return Array.from({ length }, () => random(16).toString(16)).join('');
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
function gaid(): string {
  return `GA${Array.from({ length: 26 }, () => BASE58.charAt(random(BASE58.length))).join('')}`;
}

function address(): string {
  const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  return `el1qq${Array.from({ length: 90 }, () => letters.charAt(random(letters.length))).join('')}`;
}

const FIRST =
  'Ada Béatrice Chidi Dana Elif Farid Greta Hugo Ines Jomo Keiko Liam Mara Noor Oskar Priya'.split(' ');
const LAST = 'Almeida Brandt Castellanos Dvořák Eriksen Fontaine Grünwald Haddad Ito Jovanović Kaplan'.split(
  ' ',
);
const FIRMS =
  'Harbour Capital|Nordlicht Beteiligungen GmbH|Pemberton & Sons|Lac Léman Partners|Orchid Pension Fund'.split(
    '|',
  );

export const CATEGORIES: Result<'categories.list'>['categories'] = [
  {
    id: 11,
    name: 'Accredited investors',
    description: 'Checked by the transfer agent every year',
    holders: 0,
    assets: [],
  },
  { id: 12, name: 'EU residents', description: '', holders: 0, assets: [] },
  { id: 13, name: 'Employees', description: 'Members of the share plan 2026', holders: 0, assets: [] },
];

export function makeHolders(count: number): Holder[] {
  return Array.from({ length: count }, (_, index) => {
    const company = index % 9 === 4;
    const given = FIRST[random(FIRST.length)] ?? '';
    const family = LAST[random(LAST.length)] ?? '';
    const firm = FIRMS[random(FIRMS.length)] ?? '';
    return {
      id: 1001 + index,
      name: company ? `${firm} ${index}` : `${given} ${family} ${index}`,
      gaid: index % 37 === 5 ? null : gaid(),
      isCompany: company,
      categories: CATEGORIES.filter((_each, at) => (index + at) % (at + 2) === 0).map(({ id, name }) => ({
        id,
        name,
      })),
    };
  });
}

function asset(change: Partial<Asset> & Pick<Asset, 'assetUuid' | 'name'>): Asset {
  return {
    assetId: hex(64),
    ticker: null,
    precision: 2,
    domain: 'acme.example',
    issuerPubkey: `02${hex(64)}`,
    reissuanceTokenId: hex(64),
    requirements: [11],
    isRegistered: true,
    isAuthorized: true,
    isLocked: false,
    transferRestricted: true,
    ...change,
  };
}

export const ACME = asset({
  assetUuid: '7a0c1f7e-3b1e-4a55-9f5e-0d5e1c8b9a01',
  name: 'Acme Industries ordinary shares',
  ticker: 'ACME',
});
const BOND = asset({
  assetUuid: '7a0c1f7e-3b1e-4a55-9f5e-0d5e1c8b9a02',
  name: 'Acme 4.5 % notes 2031',
  ticker: 'ACM31',
  precision: 0,
  requirements: [11, 12],
  isAuthorized: false,
});
const COIN = asset({
  assetUuid: '7a0c1f7e-3b1e-4a55-9f5e-0d5e1c8b9a03',
  name: 'Acme euro',
  ticker: 'AEUR',
  precision: 8,
  requirements: [],
  isLocked: true,
});
export const ASSETS: Asset[] = [ACME, BOND, COIN];

export const SANDBOX: Profile = {
  id: 'p1',
  name: 'Sandbox',
  network: 'sandbox',
  role: 'desk',
  ampUrl: 'http://127.0.0.1:40411/api',
  ampUsername: 'issuer',
  elementsUrl: 'http://127.0.0.1:40412',
  elementsUsername: 'desk',
  elementsWallet: 'treasury',
  signer: 'keychain',
  createdAt: NOW - 3 * DAY,
  lastOpenedAt: NOW - 20 * MINUTE,
};
export const TESTNET: Profile = {
  ...SANDBOX,
  id: 'p2',
  name: 'Acme on testnet',
  network: 'liquidtestnet',
  ampUrl: 'https://amp-test.blockstream.com/api',
  elementsUrl: 'http://127.0.0.1:7040',
};

const steps = (reached: BatchStep, from: number): Batch['steps'] =>
  BATCH_STEPS.slice(0, BATCH_STEPS.indexOf(reached) + 1).map((step, index) => ({
    step,
    at: from + index * 11_000,
  }));

export function makeBatch(seq: number, step: BatchStep, change: Partial<Batch> = {}): Batch {
  const built = BATCH_STEPS.indexOf(step) >= BATCH_STEPS.indexOf('built');
  const seen = BATCH_STEPS.indexOf(step) >= BATCH_STEPS.indexOf('confirmed-1');
  return {
    id: `batch-${seq}`,
    seq,
    step,
    state: step === 'reported' ? 'done' : 'waiting',
    sentence: SENTENCES[step] ?? 'Building and blinding 75 outputs.',
    recipients: seq === 3 ? 50 : 75,
    amount: amount(seq === 3 ? 312_500n : 468_750n),
    after: null,
    distributionUuid: `d1e5a6c0-0000-4000-8000-00000000000${seq}`,
    txid: built ? hex(64) : null,
    fee: built ? amount(41_230n) : null,
    weight: built ? 391_204 : null,
    confirmations: step === 'reported' ? 3 : seen ? 1 : 0,
    blockHash: seen ? hex(64) : null,
    height: seen ? 1_284 : null,
    problem: null,
    steps: steps(step, NOW - 4 * MINUTE),
    ...change,
  };
}

const SENTENCES: Partial<Record<BatchStep, string>> = {
  reported: 'Confirmed in block 1,284 and reported to AMP.',
  'confirmed-1': 'Waiting for the second confirmation; about one minute.',
  broadcast: 'Waiting for the first confirmation.',
  created: 'Created at AMP; coins are being reserved.',
};

export function makeOperation(id: string, change: Partial<Operation>): Operation {
  return {
    id,
    kind: 'distribute',
    origin: 'allocation',
    title: 'Dividend shares, November 2026',
    assetUuid: ACME.assetUuid,
    assetId: ACME.assetId,
    ticker: 'ACME',
    precision: 2,
    allocationId: 'al-1',
    signer: 'keychain',
    state: 'waiting',
    sentence: 'Waiting for the second confirmation of batch 2 of 3; about one minute.',
    recipients: 200,
    total: amount(1_250_000n),
    fee: amount(123_690n),
    batches: [makeBatch(1, 'reported'), makeBatch(2, 'confirmed-1'), makeBatch(3, 'created')],
    problem: null,
    cancellable: false,
    createdAt: NOW - 5 * MINUTE,
    changedAt: NOW - MINUTE,
    finishedAt: null,
    ...change,
  };
}

export function makeOperations(): Operation[] {
  const at = NOW - MINUTE;
  const problem = {
    code: 'NODE_UNREACHABLE',
    message: 'The node at 127.0.0.1:40412 does not answer.',
    next: 'Start it, then look again: nothing has been broadcast and nothing is lost.',
    at,
  };
  return [
    makeOperation('op-1', {}),
    makeOperation('op-2', {
      title: 'Coupon in kind',
      state: 'attention',
      sentence: 'Stopped before signing batch 1 of 1: the node does not answer.',
      recipients: 31,
      total: amount(310n),
      precision: 0,
      ticker: 'ACM31',
      assetUuid: BOND.assetUuid,
      assetId: BOND.assetId,
      cancellable: true,
      batches: [
        makeBatch(1, 'reserved', {
          id: 'op2-b1',
          state: 'attention',
          problem,
          recipients: 31,
          amount: amount(310n),
        }),
      ],
      problem,
      createdAt: NOW - 40 * MINUTE,
    }),
    makeOperation('op-send', {
      kind: 'send',
      origin: 'payment',
      title: 'L-BTC for fees of Cold store',
      sentence: 'Waiting for the first confirmation.',
      assetUuid: null,
      assetId: hex(64),
      ticker: 'L-BTC',
      precision: 8,
      recipients: 1,
      total: amount(500_000n),
      allocationId: null,
      batches: [makeBatch(1, 'broadcast', { id: 'ops-b1', recipients: 1, amount: amount(500_000n) })],
      createdAt: NOW - 6 * MINUTE,
    }),
    ...Array.from({ length: 14 }, (_, index) =>
      makeOperation(`old-${index}`, {
        title: `Pay ${(index + 1) * 250}.00 ACME to ${(index + 2) * 9} holders`,
        state: index === 5 ? 'cancelled' : 'done',
        sentence:
          index === 5 ? 'Cancelled before broadcast; nothing was paid.' : 'Confirmed and reported to AMP.',
        recipients: (index + 2) * 9,
        total: amount(BigInt((index + 1) * 25_000)),
        batches: [makeBatch(1, index === 5 ? 'created' : 'reported', { id: `old-${index}-b1` })],
        createdAt: NOW - (index + 1) * DAY * 3,
        changedAt: NOW - (index + 1) * DAY * 3 + 4 * MINUTE,
        finishedAt: NOW - (index + 1) * DAY * 3 + 4 * MINUTE,
      }),
    ),
  ];
}

export function makeAllocations(): Allocation[] {
  const make = (id: string, name: string, change: Partial<Allocation>): Allocation => ({
    id,
    name,
    assetUuid: ACME.assetUuid,
    rows: 200,
    total: amount(1_250_000n),
    problems: 0,
    open: 200,
    paid: 0,
    createdAt: NOW - 2 * DAY,
    changedAt: NOW - 30 * MINUTE,
    ...change,
  });
  return [
    make('al-1', 'Dividend shares, November 2026', { open: 125, paid: 75 }),
    make('al-2', 'Share plan, second tranche', { problems: 3 }),
    make('al-3', 'Dividend shares, October 2026', { open: 0, paid: 200, changedAt: NOW - 30 * DAY }),
    make('al-4', 'Founders', { rows: 0, total: ZERO, open: 0 }),
  ];
}

export function makeRows(holders: readonly Holder[], allocation: Allocation): AllocationRow[] {
  return holders.slice(0, allocation.rows).map((holder, index): AllocationRow => {
    const broken = allocation.problems > 0 && index < 3;
    const paid = index < allocation.paid;
    return {
      id: index + 1,
      holderId: broken && index === 0 ? null : holder.id,
      holderName: broken && index === 0 ? 'Hugo Nobody' : holder.name,
      gaid: holder.gaid,
      amount: amount(BigInt(625_000 - index * 3_000 > 0 ? 625_000 - index * 3_000 : 5_000)),
      note: index % 4 === 0 ? 'Plan 2026' : '',
      problems: broken ? [ROW_PROBLEMS[index] ?? { code: 'zero', message: 'The amount is zero.' }] : [],
      state: paid ? 'paid' : 'open',
      operationId: paid ? 'op-1' : null,
      txid: paid ? hex(64) : null,
    };
  });
}

const ROW_PROBLEMS: AllocationRow['problems'] = [
  { code: 'unknown-holder', message: 'No holder is called “Hugo Nobody”.' },
  { code: 'no-gaid', message: 'The holder has no GAID at which it could receive.' },
  { code: 'category-missing', message: 'The holder is not in “Accredited investors”, which ACME requires.' },
];

export function makePlan(allocation: Allocation): DistributionPlan {
  const shown = [75, 75, 50];
  const fee = amount(41_230n);
  return {
    allocationId: allocation.id,
    assetUuid: ACME.assetUuid,
    assetId: ACME.assetId,
    recipients: 200,
    total: allocation.total,
    batches: shown.map((recipients, index) => ({
      seq: index + 1,
      recipients,
      amount: amount(BigInt(recipients) * 6_250n),
      after: null,
      weight: 2_100 + recipients * 5_190,
      fee,
    })),
    fee: sum([fee, fee, fee]),
    blocks: 4,
    seconds: 240,
    treasuryBefore: amount(88_750_000n),
    treasuryAfter: amount(87_500_000n),
    signer: 'keychain',
    foreignReady:
      allocation.id === 'al-1'
        ? [{ assignmentId: 771, holderId: 1004, holderName: 'Dana Ito 3', amount: amount(10_000n) }]
        : [],
    foreignPending:
      allocation.id === 'al-1'
        ? [
            {
              distributionUuid: 'c0ffee00-0000-4000-8000-000000000001',
              recipients: 4,
              amount: amount(40_000n),
            },
          ]
        : [],
    checks: [
      {
        code: 'treasury',
        verdict: 'good',
        message: 'The treasury holds 887,500.00 ACME confirmed.',
        next: '',
      },
      { code: 'fees', verdict: 'good', message: 'L-BTC for fees: 0.04210000, needed 0.00123690.', next: '' },
      {
        code: 'holders',
        verdict: allocation.problems > 0 ? 'wrong' : 'good',
        message:
          allocation.problems > 0
            ? '3 rows cannot be paid.'
            : 'All 200 holders have a GAID and meet the requirements.',
        next: allocation.problems > 0 ? 'Fix them in the allocation.' : '',
      },
      {
        code: 'books',
        verdict: 'attention',
        message: 'Another distribution of ACME is pending at AMP.',
        next: 'It can run beside this one. Review it if it is not known to you.',
      },
    ],
    ok: allocation.problems === 0,
    fingerprint: hex(64),
  };
}

export function makeLines(): TreasuryLine[] {
  const line = (
    of: Asset,
    node: bigint,
    change: Partial<TreasuryLine['reconciliation']> = {},
  ): TreasuryLine => {
    const issued = amount(100_000_000n);
    const distributed = amount(100_000_000n - node - 250_000n);
    const assigned = amount(250_000n);
    return {
      assetId: of.assetId,
      assetUuid: of.assetUuid,
      kind: 'asset',
      name: of.name,
      ticker: of.ticker,
      precision: of.precision,
      node: { confirmed: amount(node), pending: assigned, reserved: amount(468_750n), coins: 12 },
      amp: {
        issued,
        reissued: ZERO,
        assigned,
        distributed,
        burned: ZERO,
        locked: ZERO,
        treasury: amount(node),
      },
      reconciliation: {
        verdict: 'good',
        node: amount(node + 250_000n),
        expected: amount(node + 250_000n),
        difference: ZERO,
        text: 'Node and AMP agree to the unit.',
        explanations: [],
        ...change,
      },
    };
  };
  return [
    line(ACME, 88_500_000n),
    line(BOND, 42_000n, {
      verdict: 'attention',
      difference: amount(-310n),
      text: 'The node holds 310 less than AMP’s books say; all of it is explained.',
      explanations: [
        {
          kind: 'unreported',
          text: 'Paid on chain, AMP is told after two confirmations',
          amount: amount(-310n),
          txid: hex(64),
          operationId: 'op-1',
        },
      ],
    }),
    line(COIN, 2_099_999_999_999_999n),
    lbtc(amount(4_210_000n)),
  ];
}

function lbtc(confirmed: Amount): TreasuryLine {
  return {
    assetId: hex(64),
    assetUuid: null,
    kind: 'lbtc',
    name: 'L-BTC',
    ticker: 'L-BTC',
    precision: 8,
    node: { confirmed, pending: ZERO, reserved: ZERO, coins: 3 },
    amp: null,
    reconciliation: {
      verdict: 'good',
      node: confirmed,
      expected: confirmed,
      difference: ZERO,
      text: 'For fees; AMP keeps no books of it.',
      explanations: [],
    },
  };
}

export function makeImport(): { summary: ImportSummary; rows: ImportRow[] } {
  const rows = Array.from({ length: 200 }, (_, index): ImportRow => {
    const wrong = index < 3;
    return {
      line: wrong ? ([17, 88, 154][index] ?? 0) : index + 200,
      status: wrong ? 'wrong' : index === 3 ? 'duplicate' : 'good',
      cells: {
        holder: index === 0 ? 'Hugo Nobody' : `Ada Almeida ${index}`,
        amount: index === 1 ? '12.505' : '62.50',
        note: '',
      },
      problems: wrong
        ? [IMPORT_PROBLEMS[index] ?? { column: null, message: 'Wrong.' }]
        : index === 3
          ? [{ column: 'holder', message: 'The same holder is on line 12 as well.' }]
          : [],
    };
  });
  return {
    rows,
    summary: {
      id: 'im-1',
      kind: 'allocation',
      fileName: 'dividend-november.csv',
      delimiter: ';',
      encoding: 'UTF-8',
      columns: ['holder', 'amount', 'note'],
      counts: { total: 200, good: 196, wrong: 3, duplicate: 1 },
      importedBefore: null,
      createdAt: NOW,
      committedAt: null,
    },
  };
}

const IMPORT_PROBLEMS: ImportRow['problems'] = [
  { column: 'holder', message: 'No holder is called “Hugo Nobody”.' },
  { column: 'amount', message: 'ACME has 2 decimal places; the amount has 3.' },
  { column: 'amount', message: 'The amount is zero.' },
];

export function makeOutputs(holders: readonly Holder[], seq: number): Result<'operations.outputs'>['rows'] {
  return holders.slice(seq * 75, seq * 75 + 75).map((holder, vout) => ({
    vout,
    role: 'recipient' as const,
    holderId: holder.id,
    holderName: holder.name,
    address: address(),
    assetId: ACME.assetId,
    amount: amount(BigInt(6_250 + vout * 10)),
    amountBlinder: hex(64),
    assetBlinder: hex(64),
    verified: true,
  }));
}

export function makeAudit(count: number): Result<'audit.list'>['rows'] {
  const types = [
    'operation.started',
    'batch.broadcast',
    'holder.added',
    'allocation.imported',
    'batch.reported',
  ];
  return Array.from({ length: count }, (_, index) => ({
    seq: count - index,
    at: NOW - index * 7 * MINUTE,
    type: types[index % types.length] ?? '',
    subject: index % 2 === 0 ? 'op-1' : `holder:${1000 + index}`,
    actor: 'browser',
    data: { total: '1250000', recipients: 200, txid: hex(64) },
    hash: hex(64),
    previous: hex(64),
  }));
}

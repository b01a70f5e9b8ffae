import type {
  CustodyAsset,
  CustodyCoin,
  CustodyEntry,
  CustodySpend,
  CustodyWallet,
  Handlers,
  Outgoing,
  Result,
  Review,
  ReviewRow,
} from '../../../src/shared/contract/index.ts';
import { SluiceError } from '../../../src/shared/errors.ts';
import { amount, sum, ZERO, type Amount } from '../../../src/shared/money.ts';
import { ACME, hex, NOW } from './world.ts';

/** Custody wallets to look at: every kind, every place of a key, every state of a payment. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
function address(): string {
  const digits = hex(94);
  return `tex1qq${[...digits].map((digit) => LETTERS.charAt(parseInt(digit, 16) + 9)).join('')}`;
}

export const LBTC: CustodyAsset = {
  assetId: hex(64),
  name: 'Liquid Bitcoin',
  ticker: 'L-BTC',
  precision: 8,
  kind: 'lbtc',
};
const SHARES: CustodyAsset = {
  assetId: ACME.assetId,
  name: ACME.name,
  ticker: ACME.ticker,
  precision: ACME.precision,
  kind: 'amp',
};
const NOTE: CustodyAsset = {
  assetId: hex(64),
  name: 'Harbour token',
  ticker: 'HRBR',
  precision: 2,
  kind: 'amp',
};
const UNKNOWN: CustodyAsset = {
  assetId: hex(64),
  name: 'Unknown asset',
  ticker: null,
  precision: 0,
  kind: 'unknown',
};

const XPUB = `tpub${'DCv3kWxzZ9q7b2N4m6R8t1Y5u3P7s9A2d4F6g8H1j3K5l7Z9x2C4v6B8n1M3q5W7e9R2t4Y6u8i1o3P5a7S9d2F4g6H8j1K3l5'.slice(0, 107)}`;

const balance = (
  asset: CustodyAsset,
  confirmed: bigint,
  pending = 0n,
  held = 0n,
): CustodyWallet['balances'][number] => ({
  asset,
  confirmed: amount(confirmed),
  pending: amount(pending),
  held: amount(held),
});

const enough = { verdict: 'good' as const, sentence: 'Enough for about 90 payments.' };

function wallet(change: Partial<CustodyWallet> & Pick<CustodyWallet, 'id' | 'name' | 'kind'>): CustodyWallet {
  return {
    purpose: 'omnibus',
    owner: '',
    key: { kind: 'keychain', fingerprint: '73c5da0a', peerId: null, peerName: null },
    ampId: null,
    wid: hex(64),
    blinding: 'slip77',
    publicDescriptor: `elwsh(multi(2,[0b2d9a7e/87'/1'/0']${XPUB}/<0;1>/*,[73c5da0a/87'/1'/0']${XPUB}/<0;1>/*))#${hex(8)}`,
    fingerprint: hex(32),
    balances: [],
    scannedTo: 1_286,
    scannedAt: NOW - 40_000,
    scanning: false,
    verdict: 'good',
    sentence: 'Up to date.',
    next: '',
    fees: enough,
    openSpends: 0,
    archived: false,
    createdAt: NOW - 20 * DAY,
    ...change,
  };
}

export const WALLETS: readonly CustodyWallet[] = [
  wallet({
    id: 'w-amp0',
    name: 'Clients of the venue',
    kind: 'amp0',
    ampId: 'GA3bKpS9wQxH4mZtRv7NfLcY2dUjEa',
    balances: [balance(SHARES, 12_500_000n, 40_000n, 120_000n), balance(LBTC, 412_000n)],
    openSpends: 1,
    publicDescriptor: `elsh(wsh(multi(2,[00000000]${XPUB}/*,[73c5da0a/3'/1']${XPUB}/*)))#${hex(8)}`,
  }),
  wallet({
    id: 'w-amp2',
    name: 'Harbour Capital',
    kind: 'amp2',
    purpose: 'user',
    owner: 'Harbour Capital',
    blinding: 'view',
    key: { kind: 'signer', fingerprint: '4a2f10c8', peerId: 's1', peerName: 'Vault room' },
    balances: [balance(NOTE, 910_000n, 0n, 50_000n), balance(LBTC, 98_000n), balance(UNKNOWN, 12n)],
    openSpends: 2,
  }),
  wallet({
    id: 'w-cold',
    name: 'Cold store',
    kind: 'amp2',
    purpose: 'cold',
    key: { kind: 'jade', fingerprint: 'e3ebcc79', peerId: null, peerName: null },
    balances: [balance(NOTE, 80_000_000n), balance(LBTC, 0n)],
    fees: { verdict: 'attention', sentence: 'No L-BTC is left for fees.' },
    verdict: 'attention',
    sentence: 'L-BTC for fees runs out.',
    next: 'Top the wallet up before something has to be sent.',
  }),
  wallet({
    id: 'w-fees',
    name: 'Fee float',
    kind: 'single',
    purpose: 'fees',
    balances: [balance(LBTC, 21_400_000n, 0n, 30_000n)],
    publicDescriptor: `elwpkh([73c5da0a/84'/1'/0']${XPUB}/<0;1>/*)#${hex(8)}`,
  }),
  wallet({
    id: 'w-watch',
    name: 'Auditor’s view',
    kind: 'single',
    purpose: 'own',
    key: { kind: 'none', fingerprint: null, peerId: null, peerName: null },
    verdict: 'wrong',
    sentence: 'The chain could not be looked at.',
    next: 'The Esplora server does not answer. Look at Settings, Custody services.',
    scannedAt: null,
    scannedTo: null,
    fees: { verdict: 'waiting', sentence: 'Not known yet.' },
  }),
  wallet({
    id: 'w-old',
    name: 'Pilot account',
    kind: 'amp0',
    purpose: 'hot',
    ampId: 'GA2xQ4mZtRv7NfLcY2dUjEabKpS9wH',
    archived: true,
    balances: [balance(SHARES, 100n)],
  }),
];

const recipients = (count: number, each: bigint): CustodySpend['recipients'] =>
  Array.from({ length: count }, (_, index) => ({
    address: address(),
    label: index === 0 ? 'Lac Léman Partners' : `Client ${index + 1}`,
    amount: amount(each),
  }));

function spend(
  id: string,
  of: CustodyWallet,
  change: Partial<CustodySpend> & Pick<CustodySpend, 'asset' | 'recipients'>,
): CustodySpend {
  return {
    id,
    walletId: of.id,
    walletName: of.name,
    walletKind: of.kind,
    title: 'Withdrawals of the morning',
    total: sum(change.recipients.map((each) => each.amount)),
    fee: amount(412n),
    txid: hex(64),
    state: 'open',
    waitsFor: 'start',
    sentence: 'Built and blinded; it waits for your decision.',
    next: 'Read what it does, and sign.',
    problem: null,
    steps: [{ step: 'built', at: NOW - 4 * MINUTE, sentence: '2 coins, 2 recipients, change in 2 assets.' }],
    order: of.kind === 'single' ? ['user'] : of.kind === 'amp0' ? ['user', 'server'] : ['server', 'user'],
    confirmations: 0,
    cancellable: true,
    canAsk: [],
    unblindedUrl: null,
    createdAt: NOW - 4 * MINUTE,
    ...change,
  };
}

const [amp0, amp2, cold, fees] = WALLETS as [CustodyWallet, CustodyWallet, CustodyWallet, CustodyWallet];
const problem = {
  code: 'COSIGNER_REFUSED',
  message: 'The AMP2 server does not cosign this: a recipient is not in the group of this asset.',
  next: 'Ask the issuer to admit the recipient’s wallet to the group “harbour”, then prepare the payment again.',
  at: NOW - 30 * MINUTE,
};
export const SPENDS: readonly CustodySpend[] = [
  spend('sp-start', amp0, { asset: SHARES, recipients: recipients(2, 60_000n) }),
  spend('sp-signer', amp2, {
    asset: NOTE,
    recipients: recipients(1, 50_000n),
    title: 'Redemption 114',
    waitsFor: 'signer',
    sentence: 'Cosigned; it waits for the signature of Vault room.',
    next: 'Carry the request to Vault room, and load its answer.',
    steps: [
      { step: 'built', at: NOW - 9 * MINUTE, sentence: '1 coin, 1 recipient.' },
      {
        step: 'cosigned',
        at: NOW - 8 * MINUTE,
        sentence: 'The AMP2 server signed; its signatures are valid.',
      },
    ],
    canAsk: [{ peerId: 's1', name: 'Vault room' }],
  }),
  spend('sp-jade', cold, {
    asset: NOTE,
    recipients: recipients(1, 5_000_000n),
    title: 'To the hot wallet',
    waitsFor: 'jade',
    sentence: 'It waits for the Jade.',
    next: 'Attach the Jade and confirm on its screen.',
  }),
  spend('sp-stuck', amp2, {
    asset: NOTE,
    recipients: recipients(1, 1_000n),
    title: 'Redemption 115',
    waitsFor: 'cosigner',
    sentence: 'The AMP2 server does not answer.',
    next: 'It is asked again in about a minute.',
    problem: {
      code: 'COSIGNER_UNREACHABLE',
      message: 'The AMP2 server did not answer within 30 seconds.',
      next: 'Nothing was sent. It is asked again by itself; try now if it answers elsewhere.',
      at: NOW - MINUTE,
    },
  }),
  spend('sp-refused', amp2, {
    asset: NOTE,
    recipients: recipients(1, 70_000n),
    title: 'To a customer’s own wallet',
    state: 'refused',
    waitsFor: null,
    sentence: 'Refused by the AMP2 server.',
    next: '',
    problem,
    cancellable: false,
  }),
  spend('sp-done', fees, {
    asset: LBTC,
    recipients: recipients(3, 20_000n),
    title: 'Top-ups',
    state: 'done',
    waitsFor: null,
    sentence: 'Confirmed twice, in block 1,280.',
    next: '',
    confirmations: 7,
    cancellable: false,
    steps: (['built', 'signed', 'final', 'broadcast', 'confirmed-1', 'confirmed-2'] as const).map(
      (step, index) => ({ step, at: NOW - DAY + index * MINUTE, sentence: 'As planned.' }),
    ),
    unblindedUrl: `http://127.0.0.1:7050/tx/${hex(64)}#blinded=20000,${hex(64)}`,
  }),
];

const HISTORY: readonly CustodyEntry[] = Array.from({ length: 160 }, (_, index) => ({
  txid: hex(64),
  type:
    index % 5 === 2
      ? ('outgoing' as const)
      : index % 11 === 4
        ? ('internal' as const)
        : ('incoming' as const),
  effects: [
    { asset: SHARES, amount: amount(BigInt(index % 5 === 2 ? -60_000 - index : 125_000 + index * 10)) },
    ...(index % 5 === 2 ? [{ asset: LBTC, amount: amount(-412n) }] : []),
  ],
  fee: amount(412n),
  height: index === 0 ? null : 1_290 - index,
  time: index === 0 ? null : NOW - index * 3 * HOUR,
  confirmations: index === 0 ? 0 : index,
  label: index % 3 === 1 ? `Dividend of ${2026 - (index % 4)}` : '',
  spendId: index % 5 === 2 ? 'sp-done' : null,
}));

const COINS: readonly CustodyCoin[] = Array.from({ length: 24 }, (_, index) => ({
  txid: hex(64),
  vout: index % 4,
  asset: index % 4 === 3 ? LBTC : SHARES,
  amount: amount(BigInt(900_000 - index * 31_000)),
  height: index === 0 ? null : 1_286 - index,
  address: address(),
  label: index % 6 === 2 ? 'From the placement' : '',
  heldBy: index === 5 ? 'sp-start' : null,
}));

const ADDRESSES: Result<'custody.addresses'>['rows'] = Array.from({ length: 40 }, (_, index) => {
  const text = address();
  return {
    address: text,
    grouped: text.replace(/(.{4})(?=.)/g, '$1 '),
    index: 40 - index,
    label: index % 4 === 1 ? `Invoice ${900 + index}` : '',
    at: NOW - index * 5 * HOUR,
    used: index > 2,
    from: 'amp0' as const,
  };
});

function bundle(name: string): Outgoing {
  return {
    bundleId: 'b-custody',
    fileName: name,
    content: 'AAECAw==',
    bytes: 4_112,
    frames: 9,
    seconds: 2,
    advice: 'qr',
    adviceText: 'Small enough for QR codes.',
  };
}

function reviewOf(of: CustodySpend): Review {
  return {
    fingerprint: '91b0 77e4 0c1d 5a32 88f6 2e09 d4c7 b35a',
    title: of.title,
    asset: of.asset,
    recipients: of.recipients.length,
    total: of.total,
    fee: of.fee,
    change: [
      { ...of.asset, amount: amount(8_120_000n) },
      { ...LBTC, amount: amount(97_588n) },
    ],
    transactions: [
      { batch: 1, txid: of.txid, recipients: of.recipients.length, amount: of.total, fee: of.fee },
    ],
    checks: [
      [
        'wallet',
        'The payment is of this wallet',
        'Every input is derived here from the registered descriptor.',
      ],
      ['amounts', 'Amount and asset of every payment are proven', 'Every commitment was opened.'],
      ['change', 'Change is the wallet’s by script and by blinding key', '2 outputs derived here.'],
      ['second', 'LWK reads the same from the PSET', 'Balance and fee agree.'],
    ].map(([code = '', title = '', evidence = '']) => ({ code, title, evidence, verdict: 'good' as const })),
    ok: true,
    comparison: null,
  };
}

function rowsOf(of: CustodySpend): ReviewRow[] {
  return of.recipients.map((each, index) => ({
    position: index,
    batch: 1,
    vout: index,
    holder: each.label,
    gaid: null,
    address: each.address,
    amount: each.amount,
    verified: true,
  }));
}

function overview(wallets: readonly CustodyWallet[]): Result<'custody.overview'> {
  const assets = new Map<string, Result<'custody.overview'>['assets'][number]>();
  for (const each of wallets) {
    for (const { asset, confirmed, pending } of each.balances) {
      const line = assets.get(asset.assetId) ?? { asset, confirmed: ZERO, pending: ZERO, wallets: [] };
      assets.set(asset.assetId, {
        asset,
        confirmed: amount(line.confirmed + confirmed),
        pending: amount(line.pending + pending),
        wallets: [
          ...line.wallets,
          { walletId: each.id, name: each.name, purpose: each.purpose, amount: confirmed },
        ],
      });
    }
  }
  return { assets: [...assets.values()] };
}

const ISSUER: Result<'sandbox.amp2'> = {
  serverKey: `[0b2d9a7e/87h/1h/0h]${XPUB}`,
  wallets: [amp2, cold].map(({ wid }) => ({ wid, registeredAt: NOW - 9 * DAY })),
  assets: [
    {
      assetId: NOTE.assetId,
      name: NOTE.name,
      ticker: 'HRBR',
      precision: 2,
      locked: false,
      cap: amount(10_000_000n),
      group: 'harbour',
      members: [amp2.wid],
      ownership: [
        { wid: amp2.wid, amount: amount(910_000n) },
        { wid: cold.wid, amount: amount(80_000_000n) },
        { wid: null, amount: amount(19_090_000n) },
      ],
    },
  ],
};

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new SluiceError('NOT_FOUND', `There is no such ${what}.`, { next: 'Go back to the list.' });
  }
  return value;
}

function slice<T>(rows: readonly T[], page: { offset: number; limit: number }): { rows: T[]; total: number } {
  return { rows: rows.slice(page.offset, page.offset + page.limit), total: rows.length };
}

function matches(text: string, search: string | undefined): boolean {
  return search === undefined || text.toLowerCase().includes(search.toLowerCase());
}

const plan = (total: Amount): Result<'treasury.planSend'> => ({
  assetId: LBTC.assetId,
  name: 'Liquid Bitcoin',
  ticker: 'L-BTC',
  precision: 8,
  total,
  fee: amount(260n),
  treasuryBefore: amount(4_210_000n),
  treasuryAfter: amount(4_210_000n - total - 260n),
  signer: 'keychain',
  checks: [
    {
      code: 'address',
      verdict: 'good',
      message: 'Every address is of this network and confidential.',
      next: '',
    },
    {
      code: 'fees',
      verdict: 'attention',
      message: 'Little L-BTC is left for distributions afterwards.',
      next: 'Fund the treasury before the next one.',
    },
  ],
  ok: true,
  fingerprint: hex(32),
});

/** Answers about custody: everything there, or a desk that has none yet. */
export function custodyHandlers(empty: boolean): Partial<Handlers> {
  const wallets = empty ? [] : WALLETS;
  const spends = empty ? [] : SPENDS;
  const byId = (id: string): CustodyWallet =>
    found(
      wallets.find((each) => each.id === id),
      'wallet',
    );
  const spendById = (id: string): CustodySpend =>
    found(
      spends.find((each) => each.id === id),
      'payment',
    );
  let unread = empty ? 0 : 2;
  return {
    'custody.services': () => ({
      chain: { kind: 'esplora', url: 'http://127.0.0.1:7050' },
      amp0: {
        url: 'ws://127.0.0.1:7060/v2/ws',
        cosignUrl: 'http://127.0.0.1:7061',
        serverPubkey: `02${hex(64)}`,
        serverChainCode: hex(64),
      },
      amp2: empty
        ? null
        : { url: 'http://127.0.0.1:7070', api: 'direct', serverKey: ISSUER.serverKey, first: 'server' },
      simulated: true,
    }),
    'custody.testServices': () => ({
      steps: [
        { service: 'chain', verdict: 'good', message: 'Answers, at block 1,286.', next: '' },
        { service: 'amp0', verdict: 'good', message: 'Green answers.', next: '' },
        {
          service: 'amp2',
          verdict: 'wrong',
          message: 'The AMP2 server does not answer.',
          next: 'Look at its address.',
        },
      ],
    }),
    'custody.wallets': ({ archived }) => ({
      wallets: wallets.filter((each) => archived === true || !each.archived),
      unread,
    }),
    'custody.overview': () => overview(wallets),
    'custody.wallet': ({ id }) => byId(id),
    'custody.descriptor': ({ id }) => ({
      fileName: 'descriptor.txt',
      content: `ct(slip77(${hex(64)}),${byId(id).publicDescriptor.replace(/#.*/, '')})#${hex(8)}\n`,
    }),
    'custody.setups': () => ({
      setups: empty
        ? []
        : [
            {
              id: 'set-1',
              name: 'Fund of funds',
              peerId: 's1',
              peerName: 'Vault room',
              sentence: 'Green’s challenge waits for Vault room.',
              next: 'Carry it there; the account is made when the answer is here.',
              request: bundle('login-fund-of-funds.sluice'),
              startedAt: NOW - 3 * MINUTE,
            },
          ],
    }),
    'custody.newAddress': ({ label }) => ({
      ...found(ADDRESSES[0], 'address'),
      index: 41,
      label: label ?? '',
      used: false,
    }),
    'custody.addresses': ({ id: _id, search, ...page }) =>
      slice(
        ADDRESSES.filter((each) => matches(`${each.address} ${each.label}`, search)),
        page,
      ),
    'custody.history': ({ id, search, assetId: _asset, ...page }) =>
      slice(
        byId(id).verdict === 'wrong'
          ? []
          : HISTORY.filter((each) => matches(`${each.txid} ${each.label}`, search)),
        page,
      ),
    'custody.entry': ({ txid }) => ({
      ...(HISTORY.find((each) => each.txid === txid) ?? found(HISTORY[2], 'transaction')),
      txid,
      outputs: [
        { vout: 0, asset: SHARES, amount: amount(125_010n), own: true, address: address(), label: '' },
        { vout: 1, asset: null, amount: null, own: false, address: address(), label: '' },
        { vout: 2, asset: LBTC, amount: amount(412n), own: false, address: null, label: '' },
      ],
      unblindedUrl: `http://127.0.0.1:7050/tx/${txid}#blinded=125010,${SHARES.assetId}`,
    }),
    'custody.coins': ({ id: _id, assetId, sort: _sort, ...page }) =>
      slice(
        COINS.filter((each) => assetId === undefined || each.asset.assetId === assetId),
        page,
      ),
    'custody.label': () => ({}),
    'custody.exportLabels': () => ({ fileName: 'labels.jsonl', content: '' }),
    'custody.exportHistory': () => ({ fileName: 'history.csv', content: '' }),
    'custody.scan': () => ({ wallets: wallets.length, requests: 12 }),
    'custody.readPayment': ({ text }) => {
      if (!text.startsWith('tex1')) {
        throw new SluiceError('INVALID_ARGUMENT', 'This is not an address of this network.', {
          next: 'Ask the recipient for another.',
        });
      }
      return { address: text, assetId: null, amount: null, label: '', ownWallet: null };
    },
    'custody.prepare': () => spendById('sp-start'),
    'custody.spends': ({ walletId, open, ...page }) =>
      slice(
        spends.filter(
          (each) =>
            (walletId === undefined || each.walletId === walletId) &&
            (open !== true || each.state === 'open'),
        ),
        page,
      ),
    'custody.spend': ({ id }) => spendById(id),
    'custody.review': ({ id }) => reviewOf(spendById(id)),
    'custody.reviewRows': ({ id, search, sort: _sort, ...page }) =>
      slice(
        rowsOf(spendById(id)).filter((row) => matches(row.holder, search)),
        page,
      ),
    'custody.carryOut': ({ id }) => spendById(id),
    'custody.request': () => bundle('request-redemption-114.sluice'),
    'custody.notices': (page) =>
      slice(
        empty
          ? []
          : [
              {
                id: 'n1',
                at: NOW - 5 * MINUTE,
                verdict: 'good' as const,
                text: '400.00 ACME arrived in Clients of the venue.',
                walletId: 'w-amp0',
                spendId: null,
                txid: hex(64),
                read: unread === 0,
              },
              {
                id: 'n2',
                at: NOW - 30 * MINUTE,
                verdict: 'wrong' as const,
                text: `“400.00 ACME to Harbour Capital” (400.00 ACME) was refused: Green refuses the cosignature: Asset ACME (${hex(64)}) is not allowed by the categories of the receiving account, as the issuer set them.`,
                walletId: 'w-amp2',
                spendId: 'sp-refused',
                txid: null,
                read: unread === 0,
              },
            ],
        page,
      ),
    'custody.readNotices': () => {
      unread = 0;
      return {};
    },
    'sandbox.amp2': () => (empty ? { ...ISSUER, wallets: [], assets: [] } : ISSUER),
    'sandbox.amp2Do': () => ISSUER,
    'pairing.peers': () => ({
      peers: empty
        ? []
        : [
            {
              id: 's1',
              name: 'Vault room',
              role: 'signer',
              words: 'legal winner thank year wave sausage worth useful',
              pairedAt: NOW - 90 * DAY,
              lastSent: 3,
              lastReceived: 2,
            },
          ],
    }),
    'arrangement.candidates': () => ({ keys: [] }),
    'jade.devices': () => ({
      devices: [
        {
          port: 'sandbox:jade',
          state: 'ready',
          label: 'Jade Plus 4A2F10',
          fingerprint: 'e3ebcc79',
          firmware: '1.0.36',
          board: 'JADE_V2',
          simulated: true,
          genuine: null,
          message: 'It is unlocked.',
          next: '',
        },
      ],
      help: [],
    }),
    'sandbox.jade': () => ({
      plugged: true,
      locked: false,
      screen: ['Jade', 'Ready'],
      waits: null,
      pin: '123456',
    }),
    'qr.frames': () => ({ frames: [`UR:BYTES/${hex(80).toUpperCase()}`], needed: 1, type: 'bytes' }),
    'treasury.planSend': (args) => plan(sum(args.recipients.map((each) => each.amount))),
  };
}

const login = (id: string, state: 'waiting' | 'answered' | 'expired') => ({
  id,
  from: 'Acme treasury desk',
  name: 'Fund of funds',
  challenge: 'k3Jx9QmT2vLw',
  state,
  receivedAt: NOW - 2 * MINUTE,
  expires: NOW + 20 * MINUTE,
});

/** What a signer knows of a desk's custody wallets. */
export function signerCustodyHandlers(fresh: boolean): Partial<Handlers> {
  return {
    'signer.wallets': () => ({
      wallets: fresh
        ? []
        : [amp2, amp0].map(({ id, kind, name, publicDescriptor, fingerprint }) => ({
            id,
            kind,
            name,
            from: 'Acme treasury desk',
            descriptor: publicDescriptor,
            fingerprint,
          })),
    }),
    'signer.logins': () => ({ logins: fresh ? [] : [login('lg-1', 'waiting'), login('lg-2', 'expired')] }),
    'signer.answerLogin': () => bundle('answer-login.sluice'),
  };
}

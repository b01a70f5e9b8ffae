import type { Handlers, Result, Review, ReviewRow } from '../../../src/shared/contract/index.ts';
import { SluiceError } from '../../../src/shared/errors.ts';
import { amount, sum } from '../../../src/shared/money.ts';
import { signerCustodyHandlers } from './custody-world.ts';
import { ACME, hex, makeHolders, NOW, TESTNET } from './world.ts';

/** A signer to look at: at work, or on its first day. */
export const SIGNER_SCENES = ['signer', 'new-signer'] as const;
export type SignerScene = (typeof SIGNER_SCENES)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOLDERS = 200;

const VAULT_ROOM = {
  ...TESTNET,
  id: 'p9',
  name: 'Vault room',
  role: 'signer' as const,
  ampUrl: '',
  elementsUrl: '',
};

const WORDS = 'legal winner thank year wave sausage worth useful legal winner thank yellow'.split(' ');

const rows: ReviewRow[] = makeHolders(HOLDERS)
  .map((holder, index) => ({
    position: index,
    batch: 1 + Math.floor(index / 75),
    vout: index % 75,
    holder: holder.name,
    gaid: holder.gaid,
    address: `tlq1qq${hex(92)}`,
    amount: amount(BigInt(1_250 + ((index * 7919) % 9_000) * 10)),
    verified: true,
  }))
  .sort((a, b) => Number(b.amount - a.amount));
const total = sum(rows.map((row) => row.amount));

const review: Review = {
  fingerprint: '0f3a 9c21 77b0 d4e5 8812 6afc 1e90 b3c7',
  title: `Pay ${HOLDERS} holders of ${ACME.name}`,
  asset: { assetId: ACME.assetId, name: ACME.name, ticker: ACME.ticker, precision: ACME.precision },
  recipients: HOLDERS,
  total,
  fee: amount(61_240n),
  change: [
    { assetId: ACME.assetId, ticker: 'ACME', precision: 2, amount: amount(88_120_500n) },
    { assetId: hex(64), ticker: 'L-BTC', precision: 8, amount: amount(4_148_760n) },
  ],
  transactions: [1, 2, 3].map((batch) => {
    const inside = rows.filter((row) => row.batch === batch);
    return {
      batch,
      txid: hex(64),
      recipients: inside.length,
      amount: sum(inside.map((row) => row.amount)),
      fee: amount(batch === 3 ? 14_120n : 23_560n),
    };
  }),
  checks: [
    [
      'network',
      'Network, chain and policy asset are those of this treasury',
      'Liquid testnet, genesis block a771da8e…7b6b05ed.',
    ],
    [
      'treasury',
      'The request is for a treasury that is known here',
      'Treasury “Acme”, 2 of 3 keys, fingerprint 4B1C 90D2 …',
    ],
    [
      'recipients',
      'Recipients match the approved allocation one to one',
      '200 outputs for 200 approved holders; none is left over on either side.',
    ],
    [
      'amounts',
      'Amount and asset of every payment are proven',
      '200 commitments opened; each holds what the allocation says.',
    ],
    [
      'change',
      'Change is the treasury’s by script and by blinding key',
      '6 outputs derived here at 1/14 to 1/19.',
    ],
    [
      'fee',
      'One fee per transaction, in L-BTC, below the ceiling',
      'At most 0.00023560 L-BTC; the ceiling is 0.00100000 L-BTC.',
    ],
    ['issuance', 'Nothing is issued and nothing is pegged in', '3 transactions looked through.'],
    [
      'sighash',
      'Signatures will cover the whole transaction (SIGHASH_ALL)',
      'No input asks for anything else.',
    ],
  ].map(([code = '', title = '', evidence = '']) => ({ code, title, evidence, verdict: 'good' as const })),
  ok: true,
  comparison: {
    text: 'Much like the last distribution of ACME: 2.1 % more in total, 4 holders more, 1 holder less.',
    previousAt: NOW - 91 * 24 * HOUR,
    previousTotal: amount(91_204_000n),
    previousRecipients: 197,
    newHolders: 4,
    missingHolders: 1,
  },
};

const tampered: Review = {
  ...review,
  fingerprint: 'c077 01be 5512 9a3f 0bb1 e2d4 7766 08aa',
  checks: review.checks.map((check) =>
    check.code === 'amounts'
      ? {
          ...check,
          verdict: 'wrong' as const,
          evidence: `Transaction 2, output 11 pays 9,000.00 ACME to ${rows[86]?.holder ?? ''}; 90.00 ACME is approved.`,
        }
      : check.code === 'fee'
        ? {
            ...check,
            verdict: 'attention' as const,
            evidence: 'Transaction 3 pays 0.00098000 L-BTC, close to the ceiling of 0.00100000 L-BTC.',
          }
        : check,
  ),
  ok: false,
};

type Request = Result<'signer.request'>['request'];
const waiting: Request = {
  id: 'rq-1',
  title: review.title,
  from: 'Acme treasury desk',
  treasury: 'Acme',
  assetName: ACME.name,
  ticker: 'ACME',
  precision: 2,
  total,
  recipients: HOLDERS,
  transactions: 3,
  state: 'waiting',
  reason: null,
  receivedAt: NOW - 12 * MINUTE,
  expires: NOW + 60 * HOUR,
  decidedAt: null,
};
const requests: Request[] = [
  waiting,
  {
    ...waiting,
    id: 'rq-6',
    kind: 'send',
    title: 'Redemption 114',
    treasury: 'Harbour Capital',
    recipients: 1,
    transactions: 1,
    receivedAt: NOW - HOUR,
  },
  {
    ...waiting,
    id: 'rq-2',
    title: 'Pay 31 holders of Acme notes (altered)',
    recipients: 31,
    transactions: 1,
    receivedAt: NOW - 2 * HOUR,
  },
  {
    ...waiting,
    id: 'rq-3',
    title: 'Pay 75 holders, October',
    state: 'signed',
    receivedAt: NOW - 30 * 24 * HOUR,
    decidedAt: NOW - 30 * 24 * HOUR + MINUTE,
  },
  {
    ...waiting,
    id: 'rq-4',
    title: 'Pay 12 holders, correction',
    state: 'refused',
    reason: 'The amounts are those of last quarter.',
    receivedAt: NOW - 31 * 24 * HOUR,
    decidedAt: NOW - 31 * 24 * HOUR,
  },
  {
    ...waiting,
    id: 'rq-5',
    title: 'Pay 75 holders, September',
    state: 'expired',
    receivedAt: NOW - 61 * 24 * HOUR,
    expires: NOW - 58 * 24 * HOUR,
  },
];

const DESK = {
  id: 'd1',
  name: 'Acme treasury desk',
  role: 'desk' as const,
  words: 'abandon ability acid across anchor ancient avocado zebra',
  pairedAt: NOW - 100 * 24 * HOUR,
  lastSent: 4,
  lastReceived: 6,
};

const treasury: Result<'signer.status'>['treasuries'][number] = {
  id: hex(64),
  name: 'Acme',
  threshold: 2,
  cosigners: [
    {
      kind: 'keychain',
      name: 'Acme treasury desk',
      fingerprint: '73c5da0a',
      path: "87'/1'/0'",
      xpub: `tpub${hex(100)}`,
      peerId: null,
    },
    {
      kind: 'jade',
      name: 'Jade of the CFO',
      fingerprint: '1f9a3300',
      path: "87'/1'/0'",
      xpub: `tpub${hex(100)}`,
      peerId: null,
    },
    {
      kind: 'signer',
      name: 'Vault room',
      fingerprint: '4a2f10c8',
      path: "87'/1'/0'",
      xpub: `tpub${hex(100)}`,
      peerId: 'd1',
    },
  ],
  descriptor: `elwsh(sortedmulti(2,[73c5da0a/87h/1h/0h]tpub${hex(100)}/<0;1>/*,[1f9a3300/87h/1h/0h]tpub${hex(100)}/<0;1>/*,[4a2f10c8/87h/1h/0h]tpub${hex(100)}/<0;1>/*))#${hex(8)}`,
  fingerprint: '4b1c 90d2 11aa 7f03 ce58 2d61 b0f4 9e37',
};

export function outgoing(name: string, bytes = 8_400): Result<'signer.result'> {
  return {
    bundleId: `b-${name}`,
    fileName: `${name}.sluice`,
    content: Buffer.from('A bundle, made up.').toString('base64'),
    bytes,
    frames: Math.ceil(bytes / 350),
    seconds: Math.ceil(bytes / 1750),
    advice: bytes < 70_000 ? 'qr' : 'file',
    adviceText:
      bytes < 70_000
        ? '8 kB are 24 QR codes, about 5 seconds of film: a camera does, and a file as well.'
        : 'Carry it as a file.',
  };
}

const bundles: Result<'bundles.list'>['rows'] = Array.from({ length: 9 }, (_, index) => {
  const refused = index === 2 || index === 5;
  const sent = index % 3 === 1;
  return {
    id: `bundle-${index}`,
    direction: sent ? ('sent' as const) : ('received' as const),
    kind: index === 5 ? null : sent ? ('sign-result' as const) : ('sign-request' as const),
    peerId: index === 5 ? null : 'd1',
    peerName: index === 5 ? null : DESK.name,
    seq: index === 5 ? null : 9 - index,
    fileName: index === 5 ? null : `pay-ACME-200-${sent ? 'signed' : 'unsigned'}.sluice`,
    bytes: 8_400 + index * 1_000,
    state: refused ? ('refused' as const) : sent ? ('sent' as const) : ('accepted' as const),
    sentence: refused
      ? index === 2
        ? 'This bundle was taken in before, on 12 October.'
        : 'A byte of this bundle was changed on its way.'
      : sent
        ? 'Answer to “Pay 200 holders of Acme Industries ordinary shares”.'
        : 'Request “Pay 200 holders of Acme Industries ordinary shares” waits to be read.',
    at: NOW - index * 5 * HOUR,
    expires: index === 5 ? null : NOW + 60 * HOUR,
  };
});

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Answers of a signer; the rest (audit, settings, secrets) are those of every profile. */
export function signerHandlers(scene: SignerScene): Partial<Handlers> {
  const fresh = scene === 'new-signer';
  let key: Result<'signer.status'>['key'] = fresh
    ? null
    : {
        fingerprint: '4a2f10c8',
        words: 24,
        hasPassphrase: true,
        keptIn: 'Passphrase vault in this data folder',
      };
  const kept = (words: number, passphrase: string | undefined): NonNullable<typeof key> =>
    (key = {
      fingerprint: '4a2f10c8',
      words,
      hasPassphrase: passphrase !== undefined,
      keptIn: 'Passphrase vault in this data folder',
    });
  const list = fresh ? [] : requests.map((each) => ({ ...each }));
  const find = (id: string): Request => {
    const found = list.find((each) => each.id === id);
    if (!found)
      throw new SluiceError('NOT_FOUND', 'There is no such request.', { next: 'Go back to the list.' });
    return found;
  };
  const peers: Result<'pairing.peers'>['peers'] = fresh ? [] : [DESK];
  let read = 0;
  return {
    ...signerCustodyHandlers(fresh),
    'profiles.list': () => ({ profiles: [VAULT_ROOM, TESTNET] }),
    'profiles.current': () => ({ profile: VAULT_ROOM }),
    'pairing.identity': () => ({
      id: 's1',
      name: VAULT_ROOM.name,
      role: 'signer',
      card: `sluice1:${Buffer.from(hex(220), 'hex').toString('base64url')}`,
      words: 'chest copper dune exile fabric glide harbor ivory',
    }),
    'pairing.peers': () => ({ peers }),
    'pairing.preview': ({ card }) => {
      if (!card.startsWith('sluice1:'))
        throw new SluiceError('INVALID_ARGUMENT', 'A card begins with “sluice1:”. This is something else.', {
          next: 'Show the card on the other machine again, and scan or copy all of it.',
        });
      return { id: DESK.id, name: DESK.name, role: DESK.role, words: DESK.words, known: peers.length > 0 };
    },
    'pairing.add': () => {
      if (peers.length === 0) peers.push(DESK);
      return DESK;
    },
    'bundles.list': ({ search, offset, limit }) => {
      const found = fresh
        ? []
        : bundles.filter((each) => search === undefined || each.sentence.includes(search));
      return { rows: found.slice(offset, offset + limit), total: found.length };
    },
    'bundles.get': ({ id }) => {
      const found = bundles.find((each) => each.id === id);
      if (found) return found;
      throw new SluiceError('NOT_FOUND', 'There is no such bundle here.', { next: 'Choose another.' });
    },
    'bundles.file': ({ id }) => outgoing(id),
    'bundles.receive': ({ content, acceptGap }) => {
      const text = Buffer.from(content, 'base64').toString();
      if (text.includes('gap') && acceptGap !== true)
        throw new SluiceError(
          'BUNDLE_OUT_OF_ORDER',
          'Bundle 7 of “Acme treasury desk” comes after 6, which never arrived here.',
          {
            next: 'Take in bundle 6 first if it is still to come.',
          },
        );
      if (text.includes('altered'))
        throw new SluiceError('BUNDLE_ALTERED', 'A byte of this bundle was changed on its way.', {
          next: 'Carry it over again.',
        });
      return {
        kind: 'sign-request',
        bundleId: 'bundle-0',
        from: DESK.name,
        sentence: `The request “${waiting.title}” waits to be read.`,
        goTo: { page: 'request', id: 'rq-1' },
      };
    },
    'qr.frames': ({ bytesPerFrame = 350 }) => {
      const needed = Math.ceil(8_400 / bytesPerFrame);
      return {
        frames: Array.from(
          { length: needed * 2 },
          (_, index) =>
            `UR:SLUICE/${index + 1}-${needed}/${Array.from({ length: bytesPerFrame * 2 }, (_each, at) => LETTERS[(at * 7 + index * 13 + at * at) % 26]).join('')}`,
        ),
        needed,
        type: 'sluice',
      };
    },
    'qr.read': ({ session, texts }) => {
      read = session === undefined ? texts.length : read + texts.length;
      const [first = ''] = texts;
      if (first.startsWith('sluice1:'))
        return { session: 'q', have: 1, needed: 1, done: true, kind: 'text', content: first, refused: 0 };
      const done = read >= 3;
      return {
        session: 'q',
        have: read,
        needed: 3,
        done,
        kind: done ? 'bundle' : null,
        content: done ? Buffer.from('whole').toString('base64') : null,
        refused: 0,
      };
    },
    'signer.status': () => ({
      key,
      interfaces: fresh ? ['eth0'] : [],
      stopped: 0,
      sealed: true,
      treasuries: fresh ? [] : [treasury],
      waiting: list.filter(({ state }) => state === 'waiting').length,
    }),
    'signer.newKey': () => ({ id: 'k1', words: WORDS, ask: [3, 7, 12] }),
    'signer.confirmKey': ({ answers, passphrase }) => {
      if (answers.some(({ position, word }) => WORDS[position - 1] !== word))
        throw new SluiceError('CONFIRMATION_MISMATCH', 'A word is another.', { next: 'Look at your paper.' });
      return kept(12, passphrase);
    },
    'signer.restoreKey': ({ mnemonic, passphrase }) => kept(mnemonic.split(' ').length, passphrase),
    'signer.removeKey': () => {
      key = null;
      return {};
    },
    'signer.sendKeys': () => outgoing('vault-room-keys', 620),
    'signer.descriptor': () => ({
      descriptor: `ct(slip77(${hex(64)}),elwpkh([4a2f10c8/84h/1h/0h]tpub${hex(100)}/<0;1>/*))#${hex(8)}`,
      masterBlindingKey: hex(64),
      fingerprint: '4a2f10c8',
    }),
    'signer.findAddress': ({ address }) =>
      address.startsWith('tlq1')
        ? {
            found: { treasury: 'Acme', chain: 0, index: 14, address },
            message: 'This address is the treasury’s.',
          }
        : { found: null, message: 'No treasury of this signer has this address.' },
    'signer.requests': ({ offset, limit }) => ({
      rows: list.slice(offset, offset + limit),
      total: list.length,
    }),
    'signer.request': ({ id }) => ({
      request: find(id),
      review: id === 'rq-2' ? tampered : { ...review, title: find(id).title },
    }),
    'signer.recipients': ({ search, sort, offset, limit }) => {
      const found = rows.filter(
        ({ holder }) => search === undefined || holder.toLowerCase().includes(search.toLowerCase()),
      );
      if (sort?.by === 'amount' && sort.direction === 'asc') found.reverse();
      return { rows: found.slice(offset, offset + limit), total: found.length };
    },
    'signer.sign': ({ id, confirm }) => {
      if (confirm !== 'ACME')
        throw new SluiceError('CONFIRMATION_MISMATCH', 'The ticker is another.', { next: 'Type ACME.' });
      Object.assign(find(id), { state: 'signed', decidedAt: NOW });
      return outgoing(`pay-ACME-200-signed`);
    },
    'signer.refuse': ({ id, reason }) => {
      Object.assign(find(id), { state: 'refused', reason, decidedAt: NOW });
      return outgoing(`pay-ACME-200-refused`, 400);
    },
    'signer.result': ({ id }) => outgoing(`pay-ACME-200-${find(id).state}`),
    'jade.devices': () => ({
      devices: [
        {
          port: '/dev/ttyACM0',
          state: 'ready',
          label: 'Jade Plus 1F9A33',
          fingerprint: '1f9a3300',
          firmware: '1.0.38',
          board: 'JADE_V2',
          simulated: true,
          genuine: true,
          message: 'Unlocked and ready.',
          next: '',
        },
        {
          port: '/dev/ttyACM1',
          state: 'locked',
          label: 'Jade 77AB01',
          fingerprint: null,
          firmware: '1.0.38',
          board: 'JADE',
          simulated: true,
          genuine: true,
          message: 'It is locked.',
          next: 'Unlock it with its PIN.',
        },
      ],
      help: [],
    }),
    'jade.unlockOffline': () => outgoing('jade-pin-request', 700),
  };
}

import type { Handlers, JadeDevice, Result, SimulatedJade } from '../../../src/shared/contract/index.ts';
import { SluiceError } from '../../../src/shared/errors.ts';
import { fixtureHandlers } from './handlers.ts';
import { outgoing, signerHandlers } from './signer-world.ts';
import * as world from './world.ts';

/** A desk whose treasury is signed by several keys, with an operation that waits for them. */
const VAULT = {
  id: 'peer-1',
  name: 'Vault room',
  role: 'signer' as const,
  words: 'chest copper dune exile fabric glide harbor ivory',
  pairedAt: world.NOW - 40 * 24 * 3_600_000,
  lastSent: 6,
  lastReceived: 4,
};
const KEYS = [
  { kind: 'keychain' as const, name: 'This desk', fingerprint: '73c5da0a', peerId: null },
  { kind: 'jade' as const, name: 'Jade of the CFO', fingerprint: '1f9a3300', peerId: null },
  { kind: 'signer' as const, name: VAULT.name, fingerprint: '4a2f10c8', peerId: VAULT.id },
];

export const OPERATION = world.makeOperation('op-9', {
  signer: 'several',
  state: 'waiting',
  sentence: 'Waiting for signatures of 3 batches.',
  batches: [1, 2, 3].map((seq) =>
    world.makeBatch(seq, 'built', { state: 'waiting', sentence: 'Waiting for 1 of 2 signatures.' }),
  ),
});

const device = (change: Partial<JadeDevice>): JadeDevice => ({
  port: 'sandbox:jade',
  state: 'ready',
  label: 'Jade Plus 1F9A33',
  fingerprint: '1f9a3300',
  firmware: '1.0.38',
  board: 'JADE_V2',
  simulated: true,
  genuine: true,
  message: 'Unlocked.',
  next: '',
  ...change,
});

const ARRANGEMENT: NonNullable<Result<'arrangement.get'>['arrangement']> = {
  id: world.hex(64),
  name: 'treasury',
  threshold: 2,
  cosigners: KEYS.map((key) => ({ ...key, path: "87'/1'/0'", xpub: `tpub${world.hex(100)}` })),
  descriptor: `elwsh(sortedmulti(2,[73c5da0a/87h/1h/0h]tpub${world.hex(100)}/<0;1>/*))#${world.hex(8)}`,
  fingerprint: '4b1c 90d2 11aa 7f03 ce58 2d61 b0f4 9e37',
};

/** The calls that the page made and that change something, for tests to look at. */
export interface Made {
  name: string;
  args: unknown;
}

export interface SigningScene {
  /** Nothing set up yet: a hot wallet, nobody paired, no Jade. */
  fresh?: boolean;
  /** A check stops the review. */
  stopped?: boolean;
}

/** Answers of that desk; everything else is as at every desk. */
export function signingHandlers({ fresh = false, stopped = false }: SigningScene, made: Made[] = []) {
  const signer = signerHandlers('signer') as Required<Handlers>;
  const context = { actor: 'person' };
  const asked = async (): Promise<Result<'signer.request'>> =>
    signer['signer.request']({ id: stopped ? 'rq-2' : 'rq-1' }, context);
  const noting =
    <A, R>(name: string, answer: (args: A) => R) =>
    (args: A): R => {
      made.push({ name, args });
      return answer(args);
    };
  let peers: Result<'pairing.peers'>['peers'] = fresh ? [] : [VAULT];
  let signed = false;
  let jade: SimulatedJade = {
    plugged: true,
    locked: false,
    screen: ['Sign transaction?', 'Fee 0.00023560 L-BTC'],
    waits: 'confirm',
    pin: '123456',
  };
  let devices = fresh
    ? []
    : [
        device({}),
        device({
          port: '/dev/ttyACM1',
          state: 'locked',
          label: 'Jade 77AB01',
          fingerprint: null,
          message: 'It is locked.',
          next: 'Unlock it with its PIN.',
        }),
        device({
          port: '/dev/ttyUSB0',
          state: 'no-permission',
          label: 'CP2104 USB to UART',
          fingerprint: null,
          firmware: null,
          board: null,
          simulated: false,
          message: 'This user may not open the port.',
          next: 'Install the udev rule and attach the Jade again.',
        }),
        device({
          port: '/dev/ttyS0',
          state: 'not-jade',
          label: 'Serial printer',
          fingerprint: null,
          firmware: null,
          board: null,
          simulated: false,
          message: 'What is attached here does not answer as a Jade does.',
          next: 'Nothing, if it is another device.',
        }),
      ];
  const arrangement = fresh ? null : ARRANGEMENT;
  const answers: Partial<Handlers> = {
    ...fixtureHandlers('full', 60),
    'profiles.current': () => ({
      profile: { ...world.SANDBOX, signer: fresh ? ('node' as const) : ('several' as const) },
    }),
    'operations.list': ({ state }) =>
      state === 'finished' || fresh ? { rows: [], total: 0 } : { rows: [OPERATION], total: 1 },
    'operations.get': () => OPERATION,
    'treasury.wallet': () => ({
      name: 'treasury',
      mode: fresh ? 'hot' : 'watch-only',
      signer: fresh ? 'node' : 'several',
      fingerprint: null,
      descriptors: [],
      blindingKeyImported: true,
      locked: false,
      keyStoredIn: null,
    }),
    'pairing.identity': () => ({
      id: 'd1',
      name: 'Acme treasury desk',
      role: 'desk',
      card: `sluice1:${Buffer.from(world.hex(220), 'hex').toString('base64url')}`,
      words: 'abandon ability acid across anchor ancient avocado zebra',
    }),
    'pairing.peers': () => ({ peers }),
    'pairing.preview': ({ card }) => {
      if (!card.startsWith('sluice1:')) {
        throw new SluiceError('INVALID_ARGUMENT', 'A card begins with “sluice1:”. This is something else.', {
          next: 'Show the card on the other machine again, and scan or copy all of it.',
        });
      }
      return { id: VAULT.id, name: VAULT.name, role: VAULT.role, words: VAULT.words, known: !fresh };
    },
    'pairing.add': noting('pairing.add', () => {
      peers = [VAULT];
      return VAULT;
    }),
    'pairing.remove': noting('pairing.remove', () => {
      peers = [];
      return {};
    }),
    'bundles.list': fresh ? () => ({ rows: [], total: 0 }) : signer['bundles.list'],
    'bundles.get': signer['bundles.get'],
    'bundles.file': signer['bundles.file'],
    'bundles.receive': noting('bundles.receive', () => {
      signed = true;
      return {
        kind: 'sign-result' as const,
        bundleId: 'bundle-1',
        from: VAULT.name,
        sentence: 'Vault room signed 3 batches.',
        goTo: { page: 'operation' as const, id: OPERATION.id },
      };
    }),
    'qr.frames': signer['qr.frames'],
    'qr.read': signer['qr.read'],
    'arrangement.get': () => ({ arrangement }),
    'arrangement.candidates': () => ({ keys: fresh ? [] : KEYS.filter(({ kind }) => kind === 'signer') }),
    'arrangement.create': noting('arrangement.create', () => ARRANGEMENT),
    'arrangement.send': noting('arrangement.send', () => outgoing('treasury')),
    'arrangement.registerOnJade': noting('arrangement.registerOnJade', () => ({ name: 'treasury' })),
    'arrangement.address': noting('arrangement.address', () => ({
      address: `el1qq${world.hex(92)}`,
      chain: 0,
      index: 14,
    })),
    'arrangement.verifyOnJade': noting('arrangement.verifyOnJade', ({ address }: { address: string }) => ({
      address,
      same: true,
    })),
    'signing.round': () => ({
      batches: OPERATION.batches.map((batch) => ({
        batchId: batch.id,
        seq: batch.seq,
        txid: batch.txid ?? '',
        needed: 2,
        signatures: KEYS.map(({ kind, name, fingerprint }) => ({
          kind,
          name,
          fingerprint,
          at: kind === 'keychain' || (signed && kind === 'signer') ? world.NOW - 90_000 : null,
          how: kind === 'keychain' ? 'at once' : signed && kind === 'signer' ? 'by bundle 5' : null,
        })),
      })),
      canAsk: [{ peerId: VAULT.id, name: VAULT.name }],
      jades: [{ fingerprint: '1f9a3300', name: 'Jade of the CFO' }],
      jadeNote: 'A Jade asks for each of the 75 recipients of a batch.',
    }),
    'signing.review': async () => (await asked()).review,
    'signing.recipients': ({ operationId: _operation, ...look }) =>
      signer['signer.recipients']({ id: 'rq-1', ...look }, context),
    'signing.request': noting('signing.request', () => outgoing('pay-ACME-200-unsigned', 412_000)),
    'signing.withJade': noting('signing.withJade', () => ({
      signed: 3,
      route: 'psbt' as const,
      why: 'its firmware signs PSETs, and every batch is small enough.',
    })),
    'signing.exportPset': ({ batchId, format }) => ({
      fileName: `${batchId}-unauthenticated.pset`,
      content: Buffer.from(`pset ${format}`).toString('base64'),
    }),
    'signing.importPset': noting('signing.importPset', () => ({
      batch: 1,
      added: 1,
      sentence: 'One signature of Jade of the CFO was added to batch 1.',
    })),
    'signing.sheet': () => ({
      fileName: 'pay-ACME-200.html',
      content: '<!doctype html><title>Sheet</title>',
    }),
    'jade.devices': () => ({
      devices,
      help: fresh ? ['Linux: a user may open serial ports only with a udev rule.', 'Use a data cable.'] : [],
    }),
    'jade.unlock': noting('jade.unlock', ({ port }: { port: string }) => {
      devices = devices.map((each) =>
        each.port === port
          ? { ...each, state: 'ready', fingerprint: '77ab0100', message: 'Unlocked.', next: '' }
          : each,
      );
      return device({ port });
    }),
    'jade.release': noting('jade.release', () => ({})),
    'sandbox.jade': () => jade,
    'sandbox.jadeDo': noting('sandbox.jadeDo', ({ action }: { action: string }) => {
      if (action === 'lock') jade = { ...jade, locked: true, screen: ['Locked', 'PIN'], waits: 'pin' };
      else if (action === 'pin') jade = { ...jade, locked: false, screen: ['Ready'], waits: null };
      else if (action === 'unplug') jade = { ...jade, plugged: false, screen: [], waits: null };
      else if (action === 'plug') jade = { ...jade, plugged: true, screen: ['Locked'], waits: null };
      else jade = { ...jade, screen: ['Ready'], waits: null };
      return jade;
    }),
  };
  return answers;
}

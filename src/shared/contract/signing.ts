import { z } from 'zod';
import { command, query } from './define.ts';
import {
  amountCodec,
  done,
  hex32,
  id,
  nothing,
  page,
  pageOf,
  sortBy,
  textFile,
  timestamp,
  txid,
  verdict,
} from './common.ts';

/** Fingerprint of a BIP32 root key: four bytes, hex. */
export const keyFingerprint = z.string().regex(/^[0-9a-f]{8}$/, 'must be 8 lower-case hex digits');

/** A file that is not text: bytes as base64. */
export const binaryFile = z.object({ fileName: z.string(), content: z.base64() });
/** What is read from a file or a QR code: base64 of its bytes. */
const carried = z.base64().max(48 * 1024 * 1024);

/** Where a cosigner's key is: in this desk's secret store, in a Jade, or at an air-gapped signer. */
export const cosignerKind = z.enum(['keychain', 'jade', 'signer']);
export type CosignerKind = z.output<typeof cosignerKind>;

export const cosigner = z.object({
  kind: cosignerKind,
  /** What people call it: “Vault room”, “Jade of the CFO”. */
  name: z.string(),
  fingerprint: keyFingerprint,
  /** Derivation of the account, `84'/1'/0'`. */
  path: z.string(),
  xpub: z.string(),
  /** The paired signer that holds it; null for the other kinds. */
  peerId: id.nullable(),
});
export type Cosigner = z.output<typeof cosigner>;

/** Who signs for a treasury, and how many of them it takes. */
export const arrangement = z.object({
  /** The same on desk and signer: it follows from network, threshold, keys and master blinding key. */
  id,
  name: z.string(),
  threshold: z.number().int().min(1),
  cosigners: z.array(cosigner),
  /** Public descriptor without the blinding key, `elwsh(sortedmulti(2,…))`. */
  descriptor: z.string(),
  /** The id in eight groups of four, as it is compared by eye. */
  fingerprint: z.string(),
});
export type Arrangement = z.output<typeof arrangement>;

// ------------------------------------------------------------------------------------------------ pairing and bundles

/** Another desk or signer. Its words stand for its public keys and are compared by eye, once. */
export const peer = z.object({
  id,
  name: z.string(),
  role: z.enum(['desk', 'signer']),
  /** Eight words. */
  words: z.string(),
  pairedAt: timestamp,
  lastSent: z.number().int(),
  lastReceived: z.number().int(),
});
export type Peer = z.output<typeof peer>;

export const BUNDLE_KINDS = [
  'keys',
  'treasury',
  'sign-request',
  'sign-result',
  'jade-pin-request',
  'jade-pin-answer',
  'custody-wallet',
  'amp0-login',
  'amp0-login-answer',
] as const;
export const bundleKind = z.enum(BUNDLE_KINDS);
export type BundleKind = z.output<typeof bundleKind>;

export const bundle = z.object({
  id,
  direction: z.enum(['sent', 'received']),
  kind: bundleKind.nullable(),
  peerId: id.nullable(),
  peerName: z.string().nullable(),
  seq: z.number().int().nullable(),
  fileName: z.string().nullable(),
  bytes: z.number().int(),
  state: z.enum(['sent', 'accepted', 'refused']),
  /** Why it was refused, or what it did, in words. */
  sentence: z.string(),
  at: timestamp,
  expires: timestamp.nullable(),
});
export type Bundle = z.output<typeof bundle>;

/** Where a person is taken after something was received. */
export const goTo = z.object({
  page: z.enum(['operation', 'request', 'signers', 'treasury', 'jade', 'wallet', 'spend', 'setup', 'login']),
  id: id.nullable(),
});

export const received = z.object({
  kind: bundleKind,
  bundleId: id,
  from: z.string(),
  sentence: z.string(),
  goTo: goTo.nullable(),
});
export type Received = z.output<typeof received>;

/** A file that crosses the air gap, and whether animated QR codes are sensible for its size. */
export const outgoing = binaryFile.extend({
  bundleId: id,
  bytes: z.number().int(),
  /** QR frames without repetition, and the time they take at five a second. */
  frames: z.number().int(),
  seconds: z.number().int(),
  advice: z.enum(['qr', 'file']),
  adviceText: z.string(),
});
export type Outgoing = z.output<typeof outgoing>;

// ------------------------------------------------------------------------------------------------------------- review

/** One rule that was checked before signing, with what it was found by. */
export const reviewCheck = z.object({
  code: z.string(),
  verdict,
  title: z.string(),
  evidence: z.string(),
});
export type ReviewCheck = z.output<typeof reviewCheck>;

export const reviewRow = z.object({
  position: z.number().int(),
  batch: z.number().int(),
  vout: z.number().int().nullable(),
  holder: z.string(),
  gaid: z.string().nullable(),
  address: z.string(),
  amount: amountCodec,
  verified: z.boolean(),
});
export type ReviewRow = z.output<typeof reviewRow>;

/** What somebody is about to sign, as opened from the transactions themselves. The same on desk and signer. */
export const review = z.object({
  /** Eight groups of four hex digits over recipients, amounts, transactions and fees. */
  fingerprint: z.string(),
  title: z.string(),
  asset: z.object({
    assetId: hex32,
    name: z.string(),
    ticker: z.string().nullable(),
    precision: z.number().int(),
  }),
  recipients: z.number().int(),
  total: amountCodec,
  /** Base units of L-BTC over all transactions. */
  fee: amountCodec,
  /** What comes back to the treasury, by asset. */
  change: z.array(
    z.object({
      assetId: hex32,
      ticker: z.string().nullable(),
      precision: z.number().int(),
      amount: amountCodec,
    }),
  ),
  transactions: z.array(
    z.object({
      batch: z.number().int(),
      txid,
      recipients: z.number().int(),
      amount: amountCodec,
      fee: amountCodec,
    }),
  ),
  checks: z.array(reviewCheck),
  /** Nothing is signed unless every check is good or only asks for attention. */
  ok: z.boolean(),
  /** Against the last distribution of this asset that was signed here; null when there was none. */
  comparison: z
    .object({
      text: z.string(),
      previousAt: timestamp,
      previousTotal: amountCodec,
      previousRecipients: z.number().int(),
      newHolders: z.number().int(),
      missingHolders: z.number().int(),
    })
    .nullable(),
});
export type Review = z.output<typeof review>;

// --------------------------------------------------------------------------------------------------------------- jade

export const JADE_STATES = [
  'not-jade',
  'busy',
  'no-permission',
  'old-firmware',
  'wrong-network',
  'uninitialised',
  'locked',
  'ready',
  'waiting-on-device',
  'lost',
] as const;
export const jadeDevice = z.object({
  /** Names the device in calls: the path of its port, or of the simulated one. */
  port: z.string(),
  state: z.enum(JADE_STATES),
  /** “Jade Plus 4A2F10”. */
  label: z.string(),
  fingerprint: keyFingerprint.nullable(),
  firmware: z.string().nullable(),
  board: z.string().nullable(),
  simulated: z.boolean(),
  /** Development firmware or no secure boot: not for real funds. */
  genuine: z.boolean().nullable(),
  message: z.string(),
  next: z.string(),
});
export type JadeDevice = z.output<typeof jadeDevice>;

// -------------------------------------------------------------------------------------------------------------- rounds

export const signatureOf = z.object({
  fingerprint: keyFingerprint,
  name: z.string(),
  kind: cosignerKind,
  /** Null while it is missing. */
  at: timestamp.nullable(),
  /** How it came: over which bundle, from which Jade; “unauthenticated PSET”. */
  how: z.string().nullable(),
});

export const signingBatch = z.object({
  batchId: id,
  seq: z.number().int(),
  txid,
  needed: z.number().int(),
  signatures: z.array(signatureOf),
});

export const signerKey = z.object({
  fingerprint: keyFingerprint,
  words: z.number().int(),
  hasPassphrase: z.boolean(),
  keptIn: z.string(),
});

export const request = z.object({
  id,
  /** `send`: a plain payment, of a treasury or of a custody wallet. Absent where it is not told: a distribution. */
  kind: z.enum(['distribute', 'send']).optional(),
  title: z.string(),
  from: z.string(),
  treasury: z.string(),
  assetName: z.string(),
  ticker: z.string().nullable(),
  precision: z.number().int(),
  total: amountCodec,
  recipients: z.number().int(),
  transactions: z.number().int(),
  state: z.enum(['waiting', 'signed', 'refused', 'expired']),
  /** Why it was refused here, or by which check. */
  reason: z.string().nullable(),
  receivedAt: timestamp,
  expires: timestamp,
  decidedAt: timestamp.nullable(),
});
export type SigningRequestRow = z.output<typeof request>;

const rowsOfReview = {
  search: z.string().max(200).optional(),
  sort: sortBy(['amount', 'holder', 'position']),
  ...page,
};

export const signingContract = {
  'pairing.identity': query(
    'Who this profile is to others: its card (public keys), and the eight words that stand for it.',
    nothing,
    z.object({
      id,
      name: z.string(),
      role: z.enum(['desk', 'signer']),
      card: z.string(),
      words: z.string(),
    }),
  ),
  'pairing.peers': query(
    'Desks and signers that this one is paired with.',
    nothing,
    z.object({ peers: z.array(peer) }),
  ),
  'pairing.preview': query(
    'What a card says, before it is trusted.',
    z.strictObject({ card: z.string().max(4000) }),
    z.object({
      id,
      name: z.string(),
      role: z.enum(['desk', 'signer']),
      words: z.string(),
      known: z.boolean(),
    }),
  ),
  'pairing.add': command(
    'Pair with the holder of a card. `words` must be those that its own screen shows.',
    z.strictObject({ card: z.string().max(4000), words: z.string().max(200) }),
    peer,
  ),
  'pairing.remove': command(
    'End a pairing: its bundles are refused from now on. `confirm` must be its name.',
    z.strictObject({ id, confirm: z.string() }),
    done,
  ),

  'bundles.list': query(
    'What crossed the air gap, newest first, refused ones with the reason.',
    z.strictObject({ search: z.string().max(200).optional(), ...page }),
    pageOf(bundle),
  ),
  'bundles.get': query('One bundle that crossed the air gap.', z.strictObject({ id }), bundle),
  'bundles.file': query('A bundle that was sent, again.', z.strictObject({ id }), outgoing),
  'bundles.receive': command(
    'Take in a bundle. `acceptGap` after one that was sent and never arrived.',
    z.strictObject({ content: carried, acceptGap: z.boolean().optional() }),
    received,
  ),

  'qr.frames': query(
    'Frames of an animated QR code: upper-case texts, each for one picture; more than enough, so that missed ones do not matter.',
    z.strictObject({
      of: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('bundle'), id }),
        z.strictObject({ kind: z.literal('pset'), content: carried }),
        z.strictObject({ kind: z.literal('text'), text: z.string().max(20_000) }),
      ]),
      bytesPerFrame: z.number().int().min(50).max(1500).optional(),
    }),
    z.object({ frames: z.array(z.string()), needed: z.number().int(), type: z.string() }),
  ),
  'qr.read': command(
    'Texts read from QR codes, in any order, repeated or not; `session` carries on where the last call ended.',
    z.strictObject({ session: id.optional(), texts: z.array(z.string().max(8000)).min(1).max(500) }),
    z.object({
      session: id,
      have: z.number().int(),
      needed: z.number().int().nullable(),
      done: z.boolean(),
      /** What it was: a bundle, a bare PSET, or plain text (a card). */
      kind: z.enum(['bundle', 'pset', 'text']).nullable(),
      /** Base64 of a bundle or of a binary PSET; a text as it stands. */
      content: z.string().nullable(),
      refused: z.number().int(),
    }),
  ),

  'arrangement.get': query(
    'Who signs for the treasury; null for a hot wallet or a single key of this desk.',
    nothing,
    z.object({ arrangement: arrangement.nullable() }),
  ),
  'arrangement.candidates': query(
    'Keys that could sign for a treasury: this desk’s own, those that paired signers sent.',
    nothing,
    z.object({
      keys: z.array(
        z.object({
          kind: cosignerKind,
          name: z.string(),
          fingerprint: keyFingerprint,
          peerId: id.nullable(),
        }),
      ),
    }),
  ),
  'arrangement.create': command(
    'Make the treasury wallet of one or several keys on the node, watch-only. `keychain` makes a key here if there is none; a Jade has to be unlocked.',
    z.strictObject({
      wallet: z
        .string()
        .min(1)
        .max(64)
        .regex(/^[\w.-]+$/, 'letters, digits, dot, dash and underscore'),
      name: z
        .string()
        .trim()
        .min(1)
        .max(15)
        .regex(/^[!-~]+$/, 'printable characters without space'),
      threshold: z.number().int().min(1).max(15),
      cosigners: z
        .array(
          z.discriminatedUnion('kind', [
            z.strictObject({ kind: z.literal('keychain'), name: z.string().min(1).max(60) }),
            z.strictObject({ kind: z.literal('jade'), name: z.string().min(1).max(60), port: z.string() }),
            z.strictObject({
              kind: z.literal('signer'),
              name: z.string().min(1).max(60),
              peerId: id,
              /** Of several keys that it sent; the newest unless told. */
              fingerprint: keyFingerprint.optional(),
            }),
          ]),
        )
        .min(1)
        .max(15),
      /**
       * For a single key that was used before: when its first coin may have arrived, 0 for the whole chain. The node
       * looks through every block since. Several keys get a blinding key of their own and have no coins from before.
       */
      birthday: timestamp.optional(),
    }),
    arrangement,
  ),
  'arrangement.send': command(
    'The treasury for a paired signer: descriptor, blinding key, cosigners, as a bundle.',
    z.strictObject({ peerId: id }),
    outgoing,
  ),
  'arrangement.registerOnJade': command(
    'Teach a Jade the multisig of this treasury; it asks on its screen.',
    z.strictObject({ port: z.string() }),
    z.object({ name: z.string() }),
  ),
  'arrangement.address': command(
    'A fresh receive address with its place in the descriptor, to be verified on a signer or a Jade.',
    nothing,
    z.object({ address: z.string(), chain: z.number().int(), index: z.number().int() }),
  ),
  'arrangement.verifyOnJade': command(
    'Show an address of the treasury on a Jade’s screen; it answers what it shows.',
    z.strictObject({ port: z.string(), address: z.string() }),
    z.object({ address: z.string(), same: z.boolean() }),
  ),

  'signing.round': query(
    'Batches of an operation that wait for signatures: who has signed, who is missing.',
    z.strictObject({ operationId: id }),
    z.object({
      batches: z.array(signingBatch),
      /** Paired signers that can be asked now; `askedAt` when the same request was made before and still holds. */
      canAsk: z.array(z.object({ peerId: id, name: z.string(), askedAt: timestamp.optional() })),
      /** Jades of this treasury that have not signed everything. */
      jades: z.array(z.object({ fingerprint: keyFingerprint, name: z.string() })),
      jadeNote: z.string().nullable(),
    }),
  ),
  'signing.review': query(
    'What is about to be signed, checked as the signer checks it.',
    z.strictObject({ operationId: id }),
    review,
  ),
  'signing.recipients': query(
    'Recipients of what is about to be signed, largest first.',
    z.strictObject({ operationId: id, ...rowsOfReview }),
    pageOf(reviewRow),
  ),
  'signing.request': command(
    'The request to a signer, as a bundle: every batch that waits for its signature.',
    z.strictObject({ operationId: id, peerId: id }),
    outgoing,
  ),
  'signing.withJade': command(
    'Sign the waiting batches on a Jade. The device asks for each.',
    z.strictObject({
      operationId: id,
      port: z.string(),
      route: z.enum(['auto', 'psbt', 'liquid-tx']).optional(),
    }),
    z.object({ signed: z.number().int(), route: z.enum(['psbt', 'liquid-tx']), why: z.string() }),
  ),
  'signing.exportPset': query(
    'A bare PSET for another wallet. Nobody vouches for it: it carries no allocation.',
    z.strictObject({ batchId: id, format: z.enum(['base64', 'binary']) }),
    binaryFile,
  ),
  'signing.importPset': command(
    'Signatures from another wallet: a PSET as base64, binary or UR. Only valid signatures of cosigners are kept.',
    z.strictObject({ operationId: id, content: carried }),
    z.object({ batch: z.number().int(), added: z.number().int(), sentence: z.string() }),
  ),
  'signing.sheet': query(
    'A sheet to print and approve by hand: totals, recipients, fee, fingerprint. HTML that needs nothing else.',
    z.strictObject({ operationId: id }),
    textFile,
  ),

  'jade.devices': command(
    'Look at every port that may be a Jade and ask each what it is.',
    nothing,
    z.object({ devices: z.array(jadeDevice), help: z.array(z.string()) }),
  ),
  'jade.unlock': command(
    'Unlock a Jade: the PIN is typed on it, its blind oracle is asked through this desk.',
    z.strictObject({ port: z.string() }),
    jadeDevice,
  ),
  'jade.unlockOffline': command(
    'Unlock a Jade on a machine without a network: the oracle’s request goes to a paired desk as a bundle.',
    z.strictObject({ port: z.string(), peerId: id }),
    outgoing,
  ),
  'jade.release': command('Let go of a Jade’s port.', z.strictObject({ port: z.string() }), done),

  'signer.status': query(
    'This signer: its key, whether the machine has a network, what connections were refused.',
    nothing,
    z.object({
      key: signerKey.nullable(),
      /** Network interfaces of this machine that are up, loopback left out. */
      interfaces: z.array(z.string()),
      /** Attempts to open a connection that were stopped since the start; there should be none. */
      stopped: z.number().int(),
      sealed: z.boolean(),
      treasuries: z.array(arrangement),
      waiting: z.number().int(),
    }),
  ),
  'signer.newKey': command(
    'New words, shown once. Nothing is kept before they are confirmed.',
    z.strictObject({ words: z.union([z.literal(12), z.literal(24)]) }),
    z.object({ id, words: z.array(z.string()), ask: z.array(z.number().int()) }),
  ),
  'signer.confirmKey': command(
    'Keep the new key: `answers` are the words asked for, by position from 1.',
    z.strictObject({
      id,
      answers: z.array(z.strictObject({ position: z.number().int(), word: z.string() })),
      passphrase: z.string().max(256).optional(),
    }),
    signerKey,
  ),
  'signer.restoreKey': command(
    'Restore the key from its words.',
    z.strictObject({ mnemonic: z.string().max(400), passphrase: z.string().max(256).optional() }),
    signerKey,
  ),
  'signer.removeKey': command(
    'Forget the key. `confirm` must be its fingerprint.',
    z.strictObject({ confirm: z.string() }),
    done,
  ),
  'signer.sendKeys': command(
    'Public keys for a paired desk, as a bundle: descriptor with key origin, blinding key of a single-key treasury.',
    z.strictObject({ peerId: id, port: z.string().optional() }),
    outgoing,
  ),
  'signer.descriptor': query(
    'The single-key descriptor with its blinding key as text, for other wallets.',
    nothing,
    z.object({ descriptor: z.string(), masterBlindingKey: z.string(), fingerprint: keyFingerprint }),
  ),
  'signer.findAddress': query(
    'Whether an address belongs to a treasury of this signer, blinding key included, and where.',
    z.strictObject({ address: z.string().max(300) }),
    z.object({
      found: z
        .object({
          treasury: z.string(),
          chain: z.number().int(),
          index: z.number().int(),
          address: z.string(),
        })
        .nullable(),
      message: z.string(),
    }),
  ),
  'signer.wallets': query(
    'Custody wallets that this signer signs for.',
    nothing,
    z.object({
      wallets: z.array(
        z.object({
          id,
          kind: z.enum(['amp0', 'amp2', 'single']),
          name: z.string(),
          from: z.string(),
          /** Without the blinding key. */
          descriptor: z.string(),
          fingerprint: z.string(),
        }),
      ),
    }),
  ),
  'signer.logins': query(
    'Logins of AMP0 accounts that a desk asks this signer’s signature for, newest first.',
    nothing,
    z.object({
      logins: z.array(
        z.object({
          id,
          from: z.string(),
          name: z.string(),
          challenge: z.string(),
          state: z.enum(['waiting', 'answered', 'expired']),
          receivedAt: timestamp,
          expires: timestamp,
        }),
      ),
    }),
  ),
  'signer.answerLogin': command(
    'Sign the challenge of a login, with the key that Green knows the account’s owner by. It cannot move anything.',
    z.strictObject({ id }),
    outgoing,
  ),
  'signer.requests': query('Requests to sign, newest first.', z.strictObject({ ...page }), pageOf(request)),
  'signer.request': query('One request, checked.', z.strictObject({ id }), z.object({ request, review })),
  'signer.recipients': query(
    'Recipients of a request, largest first.',
    z.strictObject({ id, ...rowsOfReview }),
    pageOf(reviewRow),
  ),
  'signer.sign': command(
    'Sign a request whose checks are all passed. `confirm` must be the ticker (or name); with a Jade, its port.',
    z.strictObject({ id, confirm: z.string(), port: z.string().optional() }),
    outgoing,
  ),
  'signer.refuse': command(
    'Refuse a request; the answer tells the desk why.',
    z.strictObject({ id, reason: z.string().trim().min(1).max(500) }),
    outgoing,
  ),
  'signer.result': query('The answer to a request, again.', z.strictObject({ id }), outgoing),
};

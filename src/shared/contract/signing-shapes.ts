import { z } from 'zod';
import { amountCodec, hex32, id, timestamp, txid, verdict } from './common.ts';

/** Fingerprint of a BIP32 root key: four bytes, hex. */
export const keyFingerprint = z.string().regex(/^[0-9a-f]{8}$/, 'must be 8 lower-case hex digits');

/** A file that is not text: bytes as base64. */
export const binaryFile = z.object({ fileName: z.string(), content: z.base64() });
/** What is read from a file or a QR code: base64 of its bytes. */
export const carried = z.base64().max(48 * 1024 * 1024);

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

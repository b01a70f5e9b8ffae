import { z } from 'zod';
import { command, query } from './define.ts';
import { done, id, nothing, page, pageOf, sortBy, textFile, timestamp } from './common.ts';
import {
  keyFingerprint,
  binaryFile,
  carried,
  cosignerKind,
  arrangement,
  peer,
  bundle,
  received,
  outgoing,
  reviewRow,
  review,
  jadeDevice,
  signingBatch,
  signerKey,
  request,
} from './signing-shapes.ts';

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

import { z } from 'zod';
import { command, query } from './define.ts';
import {
  amountCodec,
  done,
  fileContent,
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
import { keyFingerprint, outgoing, review, reviewRow } from './signing-shapes.ts';
import {
  AMP2_ACCOUNTS,
  walletPurpose,
  walletName,
  keyOrigin,
  custodyServices,
  custodyAsset,
  custodyWallet,
  custodyEntry,
  custodyAddress,
  custodyCoin,
  custodySpend,
  notice,
  simulatedAmp2,
} from './custody-shapes.ts';

const words = z.string().trim().min(20).max(400);
const passphrase = z.string().max(1000).optional();
/** A key of our own for a new wallet. */
const ownKey = z.discriminatedUnion('kind', [
  /** New words, or those of an account that exists already. They stay in this desk's secret store. */
  z.strictObject({ kind: z.literal('keychain'), words: words.optional(), passphrase }),
  z.strictObject({ kind: z.literal('signer'), peerId: id, fingerprint: keyFingerprint.optional() }),
  z.strictObject({ kind: z.literal('jade'), port: z.string() }),
  /** As `keychain`, from the file that `custody.exportKeyBackup` made. */
  z.strictObject({
    kind: z.literal('backup'),
    content: fileContent,
    passphrase: z.string().min(1).max(1024),
  }),
]);
const place = { name: walletName, purpose: walletPurpose, owner: z.string().trim().max(120).optional() };

export const custodyContract = {
  'custody.services': query('Chain access and cosigners of custody wallets.', nothing, custodyServices),
  'custody.setServices': command(
    'Change chain access or cosigners. A pinned server key cannot change while a wallet is made with it.',
    z.strictObject({
      chain: z
        .strictObject({
          kind: z.enum(['esplora', 'waterfalls', 'node']),
          url: z.union([z.url({ protocol: /^https?$/ }), z.literal('')]),
        })
        .optional(),
      amp0: z
        .strictObject({
          url: z.url({ protocol: /^wss?$/ }),
          cosignUrl: z.url({ protocol: /^https?$/ }),
          serverPubkey: z.string().regex(/^0[23][0-9a-f]{64}$/, 'must be a compressed public key, hex'),
          serverChainCode: hex32,
        })
        .optional(),
      amp2: z
        .strictObject({
          url: z.url({ protocol: /^https?$/ }),
          api: z.enum(['direct', 'proxy']),
          serverKey: keyOrigin,
          first: z.enum(['server', 'user']),
        })
        .optional(),
    }),
    custodyServices,
  ),
  'custody.testServices': command(
    'Try chain access, AMP0 and AMP2, with a verdict each. Nothing is registered.',
    nothing,
    z.object({
      steps: z.array(
        z.object({
          service: z.enum(['chain', 'amp0', 'amp2']),
          verdict,
          message: z.string(),
          next: z.string(),
        }),
      ),
    }),
  ),

  'custody.wallets': query(
    'All custody wallets with their balances as last known on disk.',
    z.strictObject({ archived: z.boolean().optional() }),
    z.object({ wallets: z.array(custodyWallet), unread: z.number().int() }),
  ),
  'custody.overview': query(
    'What all custody wallets hold, by asset, and in which.',
    nothing,
    z.object({
      assets: z.array(
        z.object({
          asset: custodyAsset,
          confirmed: amountCodec,
          pending: amountCodec,
          wallets: z.array(
            z.object({ walletId: id, name: z.string(), purpose: walletPurpose, amount: amountCodec }),
          ),
        }),
      ),
    }),
  ),
  'custody.wallet': query('One wallet.', z.strictObject({ id }), custodyWallet),
  'custody.descriptor': command(
    'The whole descriptor of a wallet with its blinding key: enough to watch it elsewhere, and needed to recover it.',
    z.strictObject({ id }),
    textFile,
  ),
  'custody.exportKeyBackup': command(
    'The words of a wallet whose key is in this desk’s secret store, with their passphrase and the wallet’s descriptor, sealed with a passphrase, as a file.',
    z.strictObject({ id, passphrase: z.string().min(8).max(1024) }),
    textFile,
  ),
  'custody.createAmp0': command(
    'Make an AMP0 account, or take up the one that the words already have (the first without a wallet here): log in to Green, take the next pointer, create the account, make watch-only credentials and keep them. With a key at a signer the login waits for its answer: see custody.setups.',
    z.strictObject({ ...place, key: ownKey, ampId: z.string().max(60).optional() }),
    z.object({ walletId: id.nullable(), setupId: id.nullable(), sentence: z.string() }),
  ),
  'custody.attachAmp0': command(
    'Take up an AMP0 account by its watch-only credentials, whose key is at a paired signer or nowhere here.',
    z.strictObject({
      ...place,
      username: z.string().min(1).max(200),
      password: z.string().min(1).max(1024),
      ampId: z.string().min(1).max(60),
      peerId: id.optional(),
    }),
    custodyWallet,
  ),
  'custody.setups': query(
    'AMP0 accounts whose login waits for the signer.',
    nothing,
    z.object({
      setups: z.array(
        z.object({
          id,
          name: z.string(),
          peerId: id,
          peerName: z.string(),
          sentence: z.string(),
          next: z.string(),
          /** The challenge, as a bundle; null once the connection to Green is lost (then begin again). */
          request: outgoing.nullable(),
          startedAt: timestamp,
        }),
      ),
    }),
  ),
  'custody.retrySetup': command(
    'Connect to Green again for a setup that waits.',
    z.strictObject({ id }),
    done,
  ),
  'custody.cancelSetup': command('Give up a setup. Nothing was created.', z.strictObject({ id }), done),
  'custody.createAmp2': command(
    'Make a 2-of-2 wallet with the AMP2 server and register it. The wallet id that it answers must be the one computed here.',
    z.strictObject({
      ...place,
      key: ownKey,
      /** `elip153` unless told; keys at a Jade or a signer are `slip77` with a blinding key of this wallet’s own. */
      form: z.enum(['elip153', 'slip77', 'elip151']).optional(),
      /** Of the key. Left out, the first that has no wallet on this desk: AMP2 takes each account once. */
      account: z
        .number()
        .int()
        .min(0)
        .max(AMP2_ACCOUNTS - 1)
        .optional(),
    }),
    custodyWallet,
  ),
  'custody.importAmp2': command(
    'Take up a 2-of-2 wallet that was registered before, by its exact descriptor.',
    z.strictObject({ ...place, descriptor: z.string().min(50).max(4000), key: ownKey.optional() }),
    custodyWallet,
  ),
  'custody.createSingle': command(
    'A plain Liquid wallet of one key, for fees and free assets; or one that is only watched, by its descriptor.',
    z.strictObject({ ...place, key: ownKey.optional(), descriptor: z.string().min(50).max(4000).optional() }),
    custodyWallet,
  ),
  'custody.editWallet': command(
    'Change name, purpose, owner, or put a wallet away (its balances still count).',
    z.strictObject({
      id,
      name: walletName.optional(),
      purpose: walletPurpose.optional(),
      owner: z.string().trim().max(120).optional(),
      archived: z.boolean().optional(),
    }),
    custodyWallet,
  ),
  'custody.sendWallet': command(
    'A wallet for a paired signer, which then checks its spends by itself: as a bundle.',
    z.strictObject({ id, peerId: id.optional() }),
    outgoing,
  ),
  'custody.registerOnJade': command(
    'Teach a Jade the multisig of an AMP2 wallet; it asks on its screen.',
    z.strictObject({ id, port: z.string() }),
    z.object({ name: z.string() }),
  ),

  'custody.scan': command(
    'Look at the chain now: one wallet, or all of them.',
    z.strictObject({ id: id.optional() }),
    z.object({ wallets: z.number().int(), requests: z.number().int() }),
  ),
  'custody.newAddress': command(
    'The next receive address. Of an AMP0 account it is asked from the server, which cosigns for no other.',
    z.strictObject({ id, label: z.string().trim().max(200).optional() }),
    custodyAddress,
  ),
  'custody.addresses': query(
    'Addresses that were given out, newest first.',
    z.strictObject({ id, search: z.string().max(200).optional(), ...page }),
    pageOf(custodyAddress),
  ),
  'custody.history': query(
    'What happened in a wallet, newest first.',
    z.strictObject({ id, search: z.string().max(200).optional(), assetId: hex32.optional(), ...page }),
    pageOf(custodyEntry),
  ),
  'custody.entry': query(
    'One transaction of a wallet with its inputs and outputs as far as the wallet can open them.',
    z.strictObject({ id, txid }),
    custodyEntry.extend({
      outputs: z.array(
        z.object({
          vout: z.number().int(),
          asset: custodyAsset.nullable(),
          amount: amountCodec.nullable(),
          own: z.boolean(),
          address: z.string().nullable(),
          label: z.string(),
        }),
      ),
      /** Explorer link that carries what opens our own outputs; null without an explorer. */
      unblindedUrl: z.string().nullable(),
    }),
  ),
  'custody.coins': query(
    'Unspent coins of a wallet.',
    z.strictObject({ id, assetId: hex32.optional(), sort: sortBy(['amount', 'height']), ...page }),
    pageOf(custodyCoin),
  ),
  'custody.label': command(
    'Name a transaction, an address or a coin. Empty takes the label away.',
    z.strictObject({
      id,
      type: z.enum(['tx', 'addr', 'output']),
      ref: z.string().min(1).max(300),
      label: z.string().trim().max(500),
    }),
    done,
  ),
  'custody.exportLabels': query('Labels as BIP 329 (JSON lines).', z.strictObject({ id }), textFile),
  'custody.importLabels': command(
    'Labels from a BIP 329 file; others stay.',
    z.strictObject({ id, content: z.string().max(16 * 1024 * 1024) }),
    z.object({ set: z.number().int(), skipped: z.number().int(), sentence: z.string() }),
  ),
  'custody.exportHistory': query('The history of a wallet as CSV.', z.strictObject({ id }), textFile),
  'custody.nameAsset': command(
    'Say what an asset is called here, which no register of this desk knows.',
    z.strictObject({
      assetId: hex32,
      name: z.string().trim().min(1).max(120),
      ticker: z.string().trim().max(12),
      precision: z.number().int().min(0).max(8),
    }),
    custodyAsset,
  ),

  'custody.readPayment': query(
    'What an address or a payment link (BIP 21) means on this desk: network, asset, amount, and whether it is one of ours.',
    z.strictObject({ text: z.string().trim().min(1).max(2000) }),
    z.object({
      address: z.string(),
      assetId: hex32.nullable(),
      amount: amountCodec.nullable(),
      label: z.string(),
      ownWallet: z.object({ id, name: z.string() }).nullable(),
    }),
  ),
  'custody.prepare': command(
    'Choose coins, work out change and fee, build and blind a payment, and hold its coins. Nothing is signed. `everything` sends all of the asset to the one recipient (for L-BTC, less the fee).',
    z.strictObject({
      walletId: id,
      assetId: hex32,
      recipients: z
        .array(
          z.strictObject({
            address: z.string().trim().min(1).max(300),
            amount: amountCodec,
            label: z.string().trim().max(200).optional(),
          }),
        )
        .min(1)
        .max(60),
      everything: z.boolean().optional(),
      /** Spend exactly these; chosen by the desk unless told. */
      coins: z
        .array(z.strictObject({ txid, vout: z.number().int() }))
        .max(200)
        .optional(),
      title: z.string().trim().max(120).optional(),
    }),
    custodySpend,
  ),
  'custody.spends': query(
    'Spends, newest first.',
    z.strictObject({ walletId: id.optional(), open: z.boolean().optional(), ...page }),
    pageOf(custodySpend),
  ),
  'custody.spend': query('One spend.', z.strictObject({ id }), custodySpend),
  'custody.review': query(
    'What is about to be signed, checked as the signer checks it.',
    z.strictObject({ id }),
    review,
  ),
  'custody.reviewRows': query(
    'Recipients of what is about to be signed.',
    z.strictObject({
      id,
      search: z.string().max(200).optional(),
      sort: sortBy(['amount', 'holder', 'position']),
      ...page,
    }),
    pageOf(reviewRow),
  ),
  'custody.carryOut': command(
    'Go on with a spend as far as possible: cosigner, signature by the desk’s own key, check, broadcast. `confirm` is the asset’s ticker (or the first six digits of its id) at the first time; `first` changes whose signature is asked first.',
    z.strictObject({ id, confirm: z.string().max(60), first: z.enum(['server', 'user']).optional() }),
    custodySpend,
  ),
  'custody.request': command(
    'The request to the signer that holds the key, as a bundle.',
    z.strictObject({ id, peerId: id }),
    outgoing,
  ),
  'custody.withJade': command(
    'Sign a spend on a Jade.',
    z.strictObject({ id, port: z.string() }),
    custodySpend,
  ),
  'custody.cancel': command(
    'Give up a spend; its coins are free again.',
    z.strictObject({ id }),
    custodySpend,
  ),

  'custody.notices': query(
    'What happened in custody wallets, newest first.',
    z.strictObject({ ...page }),
    pageOf(notice),
  ),
  'custody.readNotices': command('Mark notices as read.', nothing, done),

  'sandbox.amp2': query(
    'Simulated: what the issuer of AMP2 assets sees and decides.',
    nothing,
    simulatedAmp2,
  ),
  'sandbox.amp2Do': command(
    'Simulated: as the issuer of an AMP2 asset, admit a wallet to its group, put it out, lock the asset, cap transfers.',
    z.discriminatedUnion('action', [
      z.strictObject({ action: z.literal('admit'), assetId: hex32, wid: z.string().max(60) }),
      z.strictObject({ action: z.literal('remove'), assetId: hex32, wid: z.string().max(60) }),
      z.strictObject({ action: z.literal('lock'), assetId: hex32 }),
      z.strictObject({ action: z.literal('unlock'), assetId: hex32 }),
      /** 0 takes the cap away. */
      z.strictObject({ action: z.literal('cap'), assetId: hex32, amount: amountCodec }),
    ]),
    simulatedAmp2,
  ),
};

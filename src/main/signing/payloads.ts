import { z } from 'zod';
import { cosignerKind, hex32, id, keyFingerprint } from '../../shared/contract/index.ts';
import { amount, MAX_AMOUNT } from '../../shared/money.ts';

/** What desk and signer tell each other within a bundle. CBOR carries whole numbers as number or bigint. */
const bytes = z.instanceof(Uint8Array);
const hex33 = z.string().regex(/^[0-9a-f]{66}$/);
const count = z.number().int().min(0).max(100_000);
const network = z.enum(['liquidv1', 'liquidtestnet', 'regtest']);
const money = z
  .union([z.bigint(), z.number().int()])
  .transform((value) => BigInt(value))
  .refine((value) => value >= 0n && value <= MAX_AMOUNT)
  .transform((value) => amount(value));

const account = z.strictObject({ path: z.string().max(100), xpub: z.string().max(150) });

/** What Green is told of an AMP0 account's owner, and what opens the owner's blob. Public but for the blinding key. */
const amp0Keys = z.strictObject({
  /** Root key, public. */
  masterXpub: z.string().max(150),
  /** Public key and chain code of m/18241': the owner's path at Green is worked out of them. */
  registerPubkey: hex33,
  registerChainCode: hex32,
  /** Public key of m/1885434739': the keys of the blob are worked out of it. */
  blobPubkey: hex33,
  /** m/3'/n' for n = 1 … 20. */
  accounts: z
    .array(z.strictObject({ pointer: z.number().int().min(1).max(1000), xpub: z.string().max(150) }))
    .max(50),
});

/** Keys for custody wallets; `amp0` is null where the key cannot log in at Green. */
export const custodyKeysPayload = z.strictObject({
  /** One wallet each, from account 0 on; signers that knew of one only sent that. */
  amp2: z.union([z.tuple([account], account), account.transform((only): [typeof only] => [only])]),
  amp0: amp0Keys.nullable(),
});

/** signer → desk: public keys, and the SLIP-77 key for a treasury of this one key. */
export const keysPayload = z.strictObject({
  network,
  name: z.string().max(60),
  kind: cosignerKind,
  fingerprint: keyFingerprint,
  single: account,
  multi: account,
  masterBlindingKey: hex32,
  /** For custody wallets; a Jade and older signers send none. */
  custody: custodyKeysPayload.optional(),
});

/** desk → signer: the treasury that it will be asked to sign for. */
export const treasuryPayload = z.strictObject({
  network,
  name: z.string().max(60),
  genesisHash: hex32,
  policyAsset: hex32,
  threshold: z.number().int().min(1).max(15),
  masterBlindingKey: hex32,
  cosigners: z
    .array(
      z.strictObject({
        name: z.string().max(60),
        kind: cosignerKind,
        fingerprint: keyFingerprint,
        path: z.string().max(100),
        xpub: z.string().max(150),
      }),
    )
    .min(1)
    .max(15),
});
export type TreasuryPayload = z.output<typeof treasuryPayload>;

/** desk → signer: a custody wallet that it will be asked to sign for. Its id is worked out from network and descriptor. */
export const custodyWalletPayload = z.strictObject({
  network,
  kind: z.enum(['amp0', 'amp2', 'single']),
  name: z.string().max(60),
  genesisHash: hex32,
  policyAsset: hex32,
  /** Whole, exactly as registered. */
  descriptor: z.string().max(4000),
});
export type CustodyWalletPayload = z.output<typeof custodyWalletPayload>;

/** desk → signer: the challenge of a login at Green, and signer → desk: its signature. */
export const amp0LoginPayload = z.strictObject({
  setupId: id,
  network,
  name: z.string().max(60),
  /** Of the key that is to sign. */
  fingerprint: keyFingerprint,
  challenge: z.string().regex(/^[0-9A-Za-z]{1,64}$/),
});
export const amp0LoginAnswerPayload = z.strictObject({
  setupId: id,
  challenge: z.string().max(64),
  /** DER, hex. */
  signature: z.string().regex(/^(?:[0-9a-f]{2}){60,74}$/),
});

const secrets = {
  assetId: hex32,
  value: money,
  assetBlinder: hex32,
  amountBlinder: hex32,
};

export const approvedRecipient = z.strictObject({
  /** Which transaction pays it. */
  batch: count,
  holder: z.string().max(500),
  holderId: z.number().int(),
  gaid: z.string().max(100).nullable(),
  /** The confidential address that AMP gave for the holder. */
  address: z.string().max(300),
  amount: money,
});
export type ApprovedRecipient = z.output<typeof approvedRecipient>;

export const requestTransaction = z.strictObject({
  batchId: id,
  seq: count,
  /** Binary PSET, blinded. */
  pset: bytes,
  inputs: z.array(z.strictObject({ txid: hex32, vout: count, ...secrets })).max(300),
  outputs: z
    .array(
      z.strictObject({
        vout: count,
        role: z.enum(['recipient', 'change', 'lane', 'fee']),
        script: z.string().max(200),
        ...secrets,
        blindingPubkey: hex33.nullable(),
        ephemeralKey: hex32.nullable(),
      }),
    )
    .max(300),
});
export type RequestTransaction = z.output<typeof requestTransaction>;

/** desk → signer: what is to be signed, with everything that is needed to check it without believing the desk. */
export const signRequestPayload = z.strictObject({
  requestId: id,
  operationId: id,
  /** `send`: a plain payment, of a treasury or of a custody wallet, that AMP is not told of. */
  kind: z.enum(['distribute', 'send']),
  title: z.string().max(300),
  network,
  genesisHash: hex32,
  policyAsset: hex32,
  /** Id of the treasury or of the custody wallet. */
  treasury: hex32,
  asset: z.strictObject({
    assetId: hex32,
    name: z.string().max(300),
    ticker: z.string().max(30).nullable(),
    precision: z.number().int().min(0).max(8),
  }),
  /** Most that one transaction may cost, base units of L-BTC. */
  feeCeiling: money,
  allocation: z.array(approvedRecipient).min(1).max(100_000),
  transactions: z.array(requestTransaction).min(1).max(1000),
});
export type SignRequest = z.output<typeof signRequestPayload>;

/** signer → desk: signatures, or why there are none. */
export const signResultPayload = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('signed'),
    requestId: id,
    operationId: id,
    fingerprint: keyFingerprint,
    /** The fingerprint of the whole, as the person saw it. */
    review: z.string().max(60),
    signatures: z
      .array(
        z.strictObject({
          batchId: id,
          txid: hex32,
          signatures: z.array(z.strictObject({ input: count, pubkey: hex33, signature: bytes })).max(300),
        }),
      )
      .max(1000),
  }),
  z.strictObject({
    outcome: z.literal('refused'),
    requestId: id,
    operationId: id,
    reason: z.string().max(1000),
  }),
]);
export type SignResult = z.output<typeof signResultPayload>;

/** signer → desk: what a Jade asks its blind oracle, and desk → signer: the answer. JSON as text. */
export const pinRequestPayload = z.strictObject({
  exchange: id,
  urls: z.array(z.string().max(300)).max(10),
  data: z.string().max(20_000),
});
export const pinAnswerPayload = z.strictObject({ exchange: id, data: z.string().max(20_000) });

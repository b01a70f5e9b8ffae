import { z } from 'zod';
import { amountCodec, hex32, id, timestamp, txid, verdict } from './common.ts';
import { keyFingerprint } from './signing-shapes.ts';

/**
 * `amp0`: 2-of-2 with the Green server, addresses only from it. `amp2`: 2-of-2 with the AMP2 server, ordinary derivation.
 * `single`: one key and nobody else (plain Liquid), for fees and free assets.
 */
export const WALLET_KINDS = ['amp0', 'amp2', 'single'] as const;
export const walletKind = z.enum(WALLET_KINDS);
export type WalletKind = z.output<typeof walletKind>;

/** Where a custody wallet's own key is; `none` for a wallet that is only watched here. */
export const walletKeyKind = z.enum(['keychain', 'jade', 'signer', 'none']);
export type WalletKeyKind = z.output<typeof walletKeyKind>;

/** Accounts of one key at AMP2: as many as a signer tells its public keys of. */
export const AMP2_ACCOUNTS = 20;

/** What a wallet is for, as a venue arranges its wallets. */
export const WALLET_PURPOSES = ['omnibus', 'user', 'hot', 'cold', 'fees', 'own'] as const;
export const walletPurpose = z.enum(WALLET_PURPOSES);

export const walletName = z.string().trim().min(1).max(60);
/** `[fingerprint/path]xpub` of a cosigner, as handed over at onboarding. */
export const keyOrigin = z
  .string()
  .trim()
  .regex(
    /^\[[0-9a-f]{8}(?:\/\d+['h]?)*\][1-9A-HJ-NP-Za-km-z]{100,120}$/,
    'must be a key with its origin: [fingerprint/path]xpub',
  );

// ------------------------------------------------------------------------------------------------------------ services

/** Where the chain is looked at for custody wallets, and who cosigns. */
export const custodyServices = z.object({
  /** `node`: the desk's own Elements node. */
  chain: z.object({ kind: z.enum(['esplora', 'waterfalls', 'node']), url: z.string() }),
  amp0: z.object({
    url: z.string(),
    cosignUrl: z.string(),
    /** Green's root key, which its addresses are made of: public key and chain code, hex. Pinned. */
    serverPubkey: z.string(),
    serverChainCode: z.string(),
  }),
  /** Null until somebody enters what onboarding told. */
  amp2: z
    .object({
      url: z.string(),
      /** `direct`: …/wallets/register and …/wallets/sign. `proxy`: …/proxy/register and …/proxy/cosign. */
      api: z.enum(['direct', 'proxy']),
      /** Pinned: wallets are made with it, and it is the only key whose signatures are accepted. */
      serverKey: z.string(),
      /** Whose signature is asked for first. */
      first: z.enum(['server', 'user']),
    })
    .nullable(),
  simulated: z.boolean(),
});
export type CustodyServices = z.output<typeof custodyServices>;

// ------------------------------------------------------------------------------------------------------------- wallets

/** An asset as a custody wallet shows it. Names come from AMP's registers, or were entered here. */
export const custodyAsset = z.object({
  assetId: hex32,
  name: z.string(),
  ticker: z.string().nullable(),
  precision: z.number().int(),
  kind: z.enum(['lbtc', 'amp', 'named', 'unknown']),
});
export type CustodyAsset = z.output<typeof custodyAsset>;

export const walletBalance = z.object({
  asset: custodyAsset,
  /** In coins with a confirmation. */
  confirmed: amountCodec,
  /** Coming in, not yet confirmed. */
  pending: amountCodec,
  /** Held for spends under way. */
  held: amountCodec,
});
export type WalletBalance = z.output<typeof walletBalance>;

export const custodyWallet = z.object({
  id,
  kind: walletKind,
  name: z.string(),
  purpose: walletPurpose,
  /** For `user`: whose. */
  owner: z.string(),
  key: z.object({
    kind: walletKeyKind,
    /** Of our own key; null for a wallet that is only watched. */
    fingerprint: keyFingerprint.nullable(),
    /** Signer that holds it. */
    peerId: id.nullable(),
    peerName: z.string().nullable(),
  }),
  /** AMP ID (GAID) of an AMP0 account. */
  ampId: z.string().nullable(),
  /** Wallet id at AMP2, which is also the ELIP-152 id of every other wallet. */
  wid: z.string(),
  /** How outputs are blinded, as the descriptor says. */
  blinding: z.enum(['slip77', 'elip151', 'view']),
  /** Exactly as registered, without the blinding key. */
  publicDescriptor: z.string(),
  /** Eight groups of four, compared by eye with the signer. */
  fingerprint: z.string(),
  balances: z.array(walletBalance),
  /** Height up to which the chain was looked at; null before the first time. */
  scannedTo: z.number().int().nullable(),
  scannedAt: timestamp.nullable(),
  scanning: z.boolean(),
  /** How it is: `waiting` while it is set up or scanned, `wrong` with what failed. */
  verdict,
  sentence: z.string(),
  next: z.string(),
  /** L-BTC that is left for fees: `attention` when it is short. */
  fees: z.object({ verdict, sentence: z.string() }),
  /** Waiting spends. */
  openSpends: z.number().int(),
  archived: z.boolean(),
  createdAt: timestamp,
});
export type CustodyWallet = z.output<typeof custodyWallet>;

export const custodyEntry = z.object({
  txid,
  type: z.enum(['incoming', 'outgoing', 'internal', 'issuance', 'reissuance', 'burn', 'other']),
  /** Net effect on the wallet by asset; the fee is in L-BTC's. */
  effects: z.array(z.object({ asset: custodyAsset, amount: amountCodec })),
  fee: amountCodec,
  /** Null while unconfirmed. */
  height: z.number().int().nullable(),
  time: timestamp.nullable(),
  confirmations: z.number().int(),
  label: z.string(),
  spendId: id.nullable(),
});
export type CustodyEntry = z.output<typeof custodyEntry>;

export const custodyAddress = z.object({
  address: z.string(),
  /** In groups of four. */
  grouped: z.string(),
  index: z.number().int(),
  label: z.string(),
  at: timestamp,
  used: z.boolean(),
  /** From whom: derived here, or issued by AMP0. */
  from: z.enum(['derived', 'amp0']),
});
export type CustodyAddress = z.output<typeof custodyAddress>;

export const custodyCoin = z.object({
  txid,
  vout: z.number().int(),
  asset: custodyAsset,
  amount: amountCodec,
  height: z.number().int().nullable(),
  address: z.string(),
  label: z.string(),
  heldBy: id.nullable(),
});
export type CustodyCoin = z.output<typeof custodyCoin>;

// -------------------------------------------------------------------------------------------------------------- spends

export const SPEND_STEPS = [
  'built',
  'signed',
  'cosigned',
  'final',
  'broadcast',
  'confirmed-1',
  'confirmed-2',
] as const;
export const spendStep = z.enum(SPEND_STEPS);

export const custodySpend = z.object({
  id,
  walletId: id,
  walletName: z.string(),
  walletKind,
  title: z.string(),
  asset: custodyAsset,
  recipients: z.array(z.object({ address: z.string(), label: z.string(), amount: amountCodec })),
  total: amountCodec,
  fee: amountCodec,
  txid,
  /**
   * `open`: somebody has to do something (`waitsFor`). `sent`: broadcast, not yet confirmed twice. `refused`: the cosigner
   * said no and the coins are free again.
   */
  state: z.enum(['open', 'sent', 'done', 'refused', 'cancelled']),
  waitsFor: z.enum(['start', 'signer', 'jade', 'cosigner', 'network', 'confirmations']).nullable(),
  sentence: z.string(),
  next: z.string(),
  /** Refusal or failure as it was told; null when there is none. */
  problem: z.object({ code: z.string(), message: z.string(), next: z.string(), at: timestamp }).nullable(),
  steps: z.array(z.object({ step: spendStep, at: timestamp, sentence: z.string() })),
  /** In which order signatures come. */
  order: z.array(z.enum(['user', 'server'])),
  confirmations: z.number().int(),
  /** Not once both signatures may be with the cosigner. */
  cancellable: z.boolean(),
  /** Paired signers that can be asked now. */
  canAsk: z.array(z.object({ peerId: id, name: z.string() })),
  unblindedUrl: z.string().nullable(),
  createdAt: timestamp,
});
export type CustodySpend = z.output<typeof custodySpend>;

export const notice = z.object({
  id,
  at: timestamp,
  verdict,
  text: z.string(),
  walletId: id,
  spendId: id.nullable(),
  txid: txid.nullable(),
  read: z.boolean(),
});
export type Notice = z.output<typeof notice>;

/** The simulated AMP2 server from its issuer's side. */
export const simulatedAmp2 = z.object({
  serverKey: z.string(),
  wallets: z.array(z.object({ wid: z.string(), registeredAt: timestamp })),
  assets: z.array(
    z.object({
      assetId: hex32,
      name: z.string(),
      ticker: z.string(),
      precision: z.number().int(),
      locked: z.boolean(),
      /** Most that one transfer may move; null without a cap. */
      cap: amountCodec.nullable(),
      group: z.string(),
      members: z.array(z.string()),
      /** What the issuer sees of who holds it; `wid` null outside registered wallets. */
      ownership: z.array(z.object({ wid: z.string().nullable(), amount: amountCodec })),
    }),
  ),
});
export type SimulatedAmp2 = z.output<typeof simulatedAmp2>;

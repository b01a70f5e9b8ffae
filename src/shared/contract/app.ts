import { z } from 'zod';
import { command, query } from './define.ts';
import { amountCodec, done, id, nothing, timestamp, verdict } from './common.ts';

export const secretStoreStatus = z.object({
  /** Which store holds this desk's secrets: the OS keychain, the passphrase vault, or none yet. */
  store: z.enum(['keychain', 'vault', 'none']),
  /** Where precisely, in words: "GNOME keyring (Secret Service)", "Passphrase vault in this data folder". */
  detail: z.string(),
  keychainAvailable: z.boolean(),
  /** Why the keychain cannot be used, in words; null when it can. */
  keychainProblem: z.string().nullable(),
  vaultExists: z.boolean(),
  unlocked: z.boolean(),
});

export const NETWORKS = ['sandbox', 'regtest', 'liquidtestnet', 'liquidv1'] as const;
export const network = z.enum(NETWORKS);
export type Network = z.output<typeof network>;

/**
 * Who signs for the treasury: the node (hot), a key in this desk's secret store, a Jade, an air-gapped signer, or several
 * of these together. All but the first leave the node watch-only.
 */
export const treasurySigner = z.enum(['node', 'keychain', 'jade', 'signer', 'several']);
export type TreasurySigner = z.output<typeof treasurySigner>;

/** A desk prepares and pays; a signer has keys, no network, and signs. */
export const role = z.enum(['desk', 'signer']);
export type Role = z.output<typeof role>;

export const profile = z.object({
  id,
  name: z.string(),
  network,
  role,
  ampUrl: z.string(),
  ampUsername: z.string(),
  elementsUrl: z.string(),
  elementsUsername: z.string(),
  elementsWallet: z.string(),
  signer: treasurySigner,
  createdAt: timestamp,
  lastOpenedAt: timestamp.nullable(),
});
export type Profile = z.output<typeof profile>;

const profileName = z.string().trim().min(1).max(60);

/** Addresses and credentials of a profile that talks to real systems (or to a stand-alone sandbox). */
export const connection = z.strictObject({
  ampUrl: z.url({ protocol: /^https?$/ }),
  ampUsername: z.string().min(1),
  ampPassword: z.string().min(1),
  elementsUrl: z.url({ protocol: /^https?$/ }),
  elementsUsername: z.string(),
  elementsPassword: z.string(),
  elementsWallet: z.string(),
});

export const connectionStep = z.object({
  step: z.enum([
    'node',
    'node-version',
    'network',
    'sync',
    'wallet',
    'unlock',
    'blinding-key',
    'amp',
    'amp-login',
    'amp-role',
  ]),
  title: z.string(),
  verdict,
  message: z.string(),
  next: z.string(),
});
export type ConnectionStep = z.output<typeof connectionStep>;

export const appContract = {
  'app.info': query(
    'Version, host and platform of this desk.',
    nothing,
    z.object({
      version: z.string(),
      host: z.enum(['electron', 'browser', 'cli']),
      platform: z.string(),
      dataDir: z.string(),
    }),
  ),
  'secrets.status': query(
    'Which store holds the secrets and whether it is open.',
    nothing,
    secretStoreStatus,
  ),
  'secrets.createVault': command(
    'Make the passphrase vault of this data folder (for machines without a keychain).',
    z.strictObject({ passphrase: z.string().min(8).max(1024) }),
    secretStoreStatus,
  ),
  'secrets.unlockVault': command(
    'Open the passphrase vault.',
    z.strictObject({ passphrase: z.string().max(1024) }),
    secretStoreStatus,
  ),
  'secrets.lock': command(
    'Close the vault and the open profile; secrets leave memory.',
    nothing,
    secretStoreStatus,
  ),
  'profiles.list': query(
    'All profiles of this data folder.',
    nothing,
    z.object({ profiles: z.array(profile) }),
  ),
  'profiles.current': query('The open profile, if any.', nothing, z.object({ profile: profile.nullable() })),
  'profiles.create': command(
    'Make a profile. The sandbox and a signer need a name and a network only; every other desk needs the connection.',
    z.strictObject({
      name: profileName,
      network,
      role: role.optional(),
      signer: treasurySigner.optional(),
      connection: connection.optional(),
      /** Sandbox only: seconds between blocks (default 10) and seed of the simulated world. */
      sandbox: z
        .strictObject({
          blockSeconds: z.number().min(0).max(3600).optional(),
          seed: z.number().int().min(0).optional(),
        })
        .optional(),
    }),
    profile,
  ),
  'profiles.update': command(
    'Change a profile’s name, addresses or credentials. Empty passwords keep the stored ones.',
    z.strictObject({
      id,
      name: profileName.optional(),
      connection: connection.partial().extend({ ampPassword: z.string().optional() }).optional(),
    }),
    profile,
  ),
  'profiles.remove': command(
    'Delete a profile with its database and secrets. `confirm` must be its name.',
    z.strictObject({ id, confirm: z.string() }),
    done,
  ),
  'profiles.open': command('Open a profile; the one open before is closed.', z.strictObject({ id }), profile),
  'profiles.close': command('Close the open profile.', nothing, done),
  'profiles.test': command(
    'Try the connections of a profile (or of one not yet made), with a verdict per step.',
    z.strictObject({ id: id.optional(), network: network.optional(), connection: connection.optional() }),
    z.object({ steps: z.array(connectionStep), ok: z.boolean() }),
  ),
  'sandbox.status': query(
    'The simulated world of the open Sandbox profile.',
    nothing,
    z.object({
      running: z.boolean(),
      ampUrl: z.string(),
      elementsUrl: z.string(),
      controlUrl: z.string(),
      blockSeconds: z.number(),
      height: z.number().int(),
    }),
  ),
  'sandbox.mine': command(
    'Simulated: mine blocks now instead of waiting for the timer.',
    z.strictObject({ blocks: z.number().int().min(1).max(100) }),
    z.object({ height: z.number().int() }),
  ),
  'sandbox.gaids': query(
    'Simulated: accounts (GAIDs) that exist and that no holder has yet, to try imports with; as many as there are, at most `count`.',
    z.strictObject({ count: z.number().int().min(1).max(500) }),
    z.object({ gaids: z.array(z.string()) }),
  ),
  'sandbox.jade': query(
    'The simulated Jade: what its screen shows and what it waits for.',
    nothing,
    z.lazy(() => simulatedJade),
  ),
  'sandbox.jadeDo': command(
    'Simulated: press a button of the Jade, type its PIN, or pull its plug.',
    z.strictObject({
      action: z.enum(['approve', 'reject', 'pin', 'lock', 'unplug', 'plug']),
      /** Six digits, for `pin`. */
      pin: z
        .string()
        .regex(/^\d{6}$/, 'six digits')
        .optional(),
    }),
    z.lazy(() => simulatedJade),
  ),
  'health.get': query(
    'Health of node and AMP, the chain tip, and what is left for fees.',
    nothing,
    z.object({
      node: z.object({
        verdict,
        message: z.string(),
        next: z.string(),
        version: z.string().nullable(),
        chain: z.string().nullable(),
        height: z.number().int().nullable(),
        tipTime: timestamp.nullable(),
        checkedAt: timestamp,
      }),
      amp: z.object({
        verdict,
        message: z.string(),
        next: z.string(),
        version: z.string().nullable(),
        checkedAt: timestamp,
      }),
      fees: z.object({
        verdict,
        message: z.string(),
        confirmed: amountCodec,
        /** How many full batches that pays for, at the profile's fee rate. */
        batchesLeft: z.number().int(),
      }),
      simulated: z.boolean(),
    }),
  ),
  'settings.get': query(
    'Settings of the open profile.',
    nothing,
    z.lazy(() => settings),
  ),
  'settings.set': command(
    'Change settings of the open profile.',
    z.lazy(() => settings.partial()),
    z.lazy(() => settings),
  ),
  'backup.create': command(
    'Write a verified copy of the open profile’s database into the data folder.',
    nothing,
    z.object({ path: z.string(), bytes: z.number().int(), auditHead: z.string() }),
  ),
  'sync.run': command(
    'Read holders, categories and assets from AMP now.',
    nothing,
    z.object({
      holders: z.number().int(),
      categories: z.number().int(),
      assets: z.number().int(),
      at: timestamp,
    }),
  ),
  'sync.status': query(
    'When the copy of AMP’s registers was last read.',
    nothing,
    z.object({ at: timestamp.nullable(), running: z.boolean(), error: z.string().nullable() }),
  ),
};

/** The simulated Jade as somebody in front of it sees it. */
export const simulatedJade = z.object({
  plugged: z.boolean(),
  locked: z.boolean(),
  /** Lines on its screen, from above. */
  screen: z.array(z.string()),
  /** What it waits for from the person who holds it; null when it shows something only, or nothing. */
  waits: z.enum(['confirm', 'pin']).nullable(),
  /** The PIN that opens it. Nothing is protected by it: it is simulated. */
  pin: z.string(),
});
export type SimulatedJade = z.output<typeof simulatedJade>;

export const settings = z.strictObject({
  /** Recipients of one batch; the relay limit of 400,000 weight units holds 80 to 81. */
  recipientsPerBatch: z.number().int().min(1).max(80),
  /** sat per virtual byte, undiscounted, as text with at most three decimals. */
  feeRate: z.string().regex(/^\d{1,4}(\.\d{1,3})?$/),
  /** Most batches under way side by side. */
  lanes: z.number().int().min(1).max(10),
  /** Refuse to sign when a batch's fee is above this (base units of L-BTC). */
  feeCeiling: amountCodec,
  /** Warn when confirmed L-BTC is below this (base units). */
  lowFeeFunds: amountCodec,
});
export type Settings = z.output<typeof settings>;

import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { SECRET, type ProfileSecrets } from '../keychain/types.ts';
import type { AccountKeys, CustodyKeys, Liquid, LiquidNetwork, Seed } from '../liquid/types.ts';
import type { Store } from '../store/types.ts';

const storedSeed = z.strictObject({ mnemonic: z.string(), passphrase: z.string().optional() });

export interface OwnKey extends AccountKeys {
  words: number;
  hasPassphrase: boolean;
}

/** A Jade whose public keys were sent from here. */
export type JadeKey = AccountKeys;

/** The keys of this signer: its own seed in the store for secrets, and Jades that it has spoken to. */
export interface OwnKeys {
  seed(): Promise<Seed | null>;
  /** Public keys of the seed; null without one. */
  own(): Promise<OwnKey | null>;
  /** Throws SECRET_MISSING. */
  require(): Promise<{ seed: Seed; key: OwnKey }>;
  /** What custody wallets are made of, of the seed; null without one. */
  custody(): Promise<{ seed: Seed; keys: CustodyKeys } | null>;
  /** Throws CONFLICT when there is a key. */
  keep(seed: Seed, actor: string, how: 'made' | 'restored'): Promise<OwnKey>;
  /** CONFIRMATION_MISMATCH unless `confirm` is the fingerprint. */
  remove(confirm: string, actor: string): Promise<void>;
  /** Remembers a Jade's public keys; the blinding key stays with the desk that it is sent to. */
  keepJade(keys: JadeKey): void;
  jades(): Omit<JadeKey, 'masterBlindingKey'>[];
}

export interface OwnKeysDeps {
  store: Store;
  secrets: ProfileSecrets;
  liquid: Liquid;
  network: LiquidNetwork;
  clock: () => number;
}

export function createOwnKeys({ store, secrets, liquid, network, clock }: OwnKeysDeps): OwnKeys {
  /** Worked out once per seed: deriving takes a while. */
  let known: { text: string; key: OwnKey } | null = null;
  let knownCustody: { text: string; keys: CustodyKeys } | null = null;

  async function seed(): Promise<Seed | null> {
    const text = await secrets.get(SECRET.signerSeed);
    return text === null ? null : storedSeed.parse(JSON.parse(text));
  }

  async function keyOf(of: Seed): Promise<OwnKey> {
    const text = JSON.stringify(of);
    if (known?.text === text) return known.key;
    const key: OwnKey = {
      ...(await liquid.accountKeys(of, network)),
      words: of.mnemonic.trim().split(/\s+/).length,
      hasPassphrase: of.passphrase !== undefined && of.passphrase !== '',
    };
    known = { text, key };
    return key;
  }

  async function own(): Promise<OwnKey | null> {
    const present = await seed();
    return present === null ? null : keyOf(present);
  }

  async function custody(): Promise<{ seed: Seed; keys: CustodyKeys } | null> {
    const present = await seed();
    if (present === null) return null;
    const text = JSON.stringify(present);
    if (knownCustody?.text !== text) {
      knownCustody = { text, keys: await liquid.custodyKeys(present, network) };
    }
    return { seed: present, keys: knownCustody.keys };
  }

  return {
    seed,
    own,
    custody,
    async require() {
      const present = await seed();
      if (present === null) {
        throw new SluiceError('SECRET_MISSING', 'This signer has no key yet.', {
          next: 'Make a key or restore one, or attach the Jade that holds it.',
        });
      }
      return { seed: present, key: await keyOf(present) };
    },
    async keep(given, actor, how) {
      const before = await own();
      if (before) {
        throw new SluiceError('CONFLICT', `This signer holds the key ${before.fingerprint} already.`, {
          next: 'Remove it first, or make another signer profile for the other key.',
        });
      }
      const clean: Seed = {
        mnemonic: given.mnemonic.trim().toLowerCase().split(/\s+/).join(' '),
        ...(given.passphrase === undefined || given.passphrase === ''
          ? {}
          : { passphrase: given.passphrase.normalize('NFKD') }),
      };
      const key = await keyOf(clean);
      await secrets.set(SECRET.signerSeed, JSON.stringify(clean));
      const { fingerprint, words, hasPassphrase } = key;
      store.tx(() =>
        store.audit({
          type: `signer.key-${how}`,
          subject: `key:${fingerprint}`,
          actor,
          data: { words, hasPassphrase },
        }),
      );
      return key;
    },
    async remove(confirm, actor) {
      const key = await own();
      if (!key) {
        throw new SluiceError('NOT_FOUND', 'This signer has no key.', {
          next: 'There is nothing to remove.',
        });
      }
      if (confirm.trim() !== key.fingerprint) {
        throw new SluiceError('CONFIRMATION_MISMATCH', `“${confirm}” is not the fingerprint of the key.`, {
          next: `Make sure that its words are written down, then type ${key.fingerprint}.`,
          field: 'confirm',
        });
      }
      await secrets.remove(SECRET.signerSeed);
      known = null;
      knownCustody = null;
      store.tx(() =>
        store.audit({ type: 'signer.key-removed', subject: `key:${key.fingerprint}`, actor, data: {} }),
      );
    },
    keepJade({ fingerprint, single, multi }) {
      store.db
        .prepare(
          `INSERT INTO signer_jade (fingerprint, accounts, sent_at) VALUES (?, ?, ?)
           ON CONFLICT (fingerprint) DO UPDATE SET accounts = excluded.accounts, sent_at = excluded.sent_at`,
        )
        .run(fingerprint, JSON.stringify({ single, multi }), clock());
    },
    jades: () =>
      store.db
        .prepare<[], { fingerprint: string; accounts: string }>(
          'SELECT fingerprint, accounts FROM signer_jade',
        )
        .all()
        .map(({ fingerprint, accounts }) => ({ fingerprint, ...jadeAccounts.parse(JSON.parse(accounts)) })),
  };
}

const account = z.object({ path: z.string(), xpub: z.string() });
const jadeAccounts = z.object({ single: account, multi: account });

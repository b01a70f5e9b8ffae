import { z } from 'zod';
import { cosigner, type Arrangement, type Cosigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { SECRET, type ProfileSecrets } from '../keychain/types.ts';
import type { LiquidNetwork, TreasuryPolicy } from '../liquid/types.ts';
import type { Store } from '../store/types.ts';

const storedCosigners = z.array(cosigner);
const storedBlindingKeys = z.record(z.string(), z.string());

interface Row {
  wallet: string;
  id: string;
  name: string;
  threshold: bigint;
  cosigners: string;
  descriptor: string;
}

/** Treasuries of several keys, or of somebody else's: what is public in the database, blinding keys in the secret store. */
export interface Arrangements {
  /** Of a wallet of the node; null for a hot wallet or a key of this desk alone. */
  of(wallet: string): Arrangement | null;
  /** Inside `store.tx`. */
  insert(wallet: string, arrangement: Arrangement, at: number): void;
  /** With the blinding key. Throws SECRET_MISSING when it is gone. */
  policy(arrangement: Arrangement): Promise<TreasuryPolicy>;
}

/** SLIP-77 keys of treasuries and of offered keys, by name, in one secret. */
export interface BlindingKeys {
  get(name: string): Promise<string | null>;
  set(name: string, key: string): Promise<void>;
}

export function createBlindingKeys(secrets: ProfileSecrets): BlindingKeys {
  // One after the other: each writes the whole.
  let turn: Promise<unknown> = Promise.resolve();
  async function all(): Promise<Record<string, string>> {
    const text = await secrets.get(SECRET.treasuryBlindingKey);
    return text === null ? {} : storedBlindingKeys.parse(JSON.parse(text));
  }
  return {
    get: async (name) => (await all())[name] ?? null,
    set(name, key) {
      const mine = turn.then(async () => {
        const now = await all();
        if (now[name] === key) return;
        await secrets.set(SECRET.treasuryBlindingKey, JSON.stringify({ ...now, [name]: key }));
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

export function createArrangements(
  { db }: Pick<Store, 'db'>,
  blindingKeys: BlindingKeys,
  network: LiquidNetwork,
): Arrangements {
  const find = db.prepare<[string], Row>('SELECT * FROM arrangement WHERE wallet = ?');
  return {
    of(wallet) {
      const row = find.get(wallet);
      if (!row) return null;
      const { id, name, descriptor } = row;
      const cosigners = storedCosigners.parse(JSON.parse(row.cosigners));
      return { id, name, descriptor, threshold: Number(row.threshold), cosigners, fingerprint: grouped(id) };
    },
    insert(wallet, { id, name, threshold, cosigners, descriptor }, at) {
      db.prepare(
        `INSERT INTO arrangement (wallet, id, name, threshold, cosigners, descriptor, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(wallet, id, name, threshold, JSON.stringify(cosigners), descriptor, at);
    },
    async policy({ id, name, threshold, cosigners }) {
      const masterBlindingKey = await blindingKeys.get(id);
      if (masterBlindingKey === null) {
        throw new SluiceError(
          'SECRET_MISSING',
          `The blinding key of the treasury “${name}” is not in the secret store.`,
          {
            next: 'Unlock the store, or restore it from its backup; a signer of this treasury has the key as well.',
          },
        );
      }
      return { network, threshold, keys: policyKeys(cosigners), masterBlindingKey };
    },
  };
}

export function policyKeys(cosigners: readonly Cosigner[]): TreasuryPolicy['keys'] {
  return cosigners.map(({ fingerprint, path, xpub }) => ({ fingerprint, path, xpub }));
}

/** Eight groups of four, as an id is compared by eye. */
export function grouped(id: string): string {
  return (id.slice(0, 32).match(/.{4}/g) ?? []).join(' ');
}

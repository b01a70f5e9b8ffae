import { all, atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import type { GaidBook } from './gaid.ts';

/** An owner of AMP0 accounts, as Green knows them. */
export interface Owner {
  id: bigint;
  /** Of the root, hex. */
  pubkey: string;
  chainCode: string;
  gaitPath: string;
}

export interface ClientBlob {
  blob: string;
  hmac: string;
  sequence: number;
}

export interface Subaccount {
  gaid: string;
  pointer: number;
  type: string;
  xpub: string;
  /** Index of the last address issued; 0 before the first. */
  lastAddress: number;
}

/** A refusal in Green's words. */
export class GreenRefusal extends Error {}

/** GAIDs of accounts with keys of their owners' begin at this number of the GaidBook, far above the seeded ones. */
const FIRST_NUMBER = 3_000_000_000;

/** What stands for the hash of a blob that was never set: 32 zero bytes. */
export const ZERO_HMAC = Buffer.alloc(32).toString('base64');

interface OwnerRow {
  id: bigint;
  pubkey: string;
  chain_code: string;
  gait_path: string;
}

interface SubaccountRow {
  gaid: string;
  pointer: bigint;
  type: string;
  xpub: string;
  last_address: bigint;
}

/** Who has AMP0 accounts at the simulated Green server, and which; in AMP's database. */
export class GreenOwners {
  private readonly db: Db;
  private readonly gaids: GaidBook;

  constructor(db: Db, gaids: GaidBook) {
    this.db = db;
    this.gaids = gaids;
  }

  /** Registers an owner; one who is known stays as they are. All hex; `keyHash` is HASH160 of the public key. */
  register(owner: { pubkey: string; keyHash: string; chainCode: string; gaitPath: string }): void {
    run(
      this.db,
      `INSERT OR IGNORE INTO green_owners (pubkey, key_hash, chain_code, gait_path, blob_hmac) VALUES (?, ?, ?, ?, ?)`,
      owner.pubkey,
      owner.keyHash,
      owner.chainCode,
      owner.gaitPath,
      ZERO_HMAC,
    );
  }

  byKeyHash(keyHash: string): Owner | null {
    return this.owner('key_hash = ?', keyHash);
  }

  byWatchOnly(username: string, password: string): Owner | null {
    return this.owner('watch_username = ? AND watch_password = ?', username, password);
  }

  private owner(condition: string, ...args: string[]): Owner | null {
    const row = one<OwnerRow>(this.db, `SELECT * FROM green_owners WHERE ${condition}`, ...args);
    return row
      ? { id: row.id, pubkey: row.pubkey, chainCode: row.chain_code, gaitPath: row.gait_path }
      : null;
  }

  /** The key of the blob, encrypted with the watch-only credentials; null without any. */
  watchKey(owner: Owner): string | null {
    return (
      one<{ watch_key: string | null }>(this.db, 'SELECT watch_key FROM green_owners WHERE id = ?', owner.id)
        ?.watch_key ?? null
    );
  }

  /** Replaces the owner's credentials. Throws GreenRefusal when the name is somebody else's. */
  setWatchOnly(owner: Owner, username: string, password: string, key: string): void {
    if (one(this.db, 'SELECT 1 FROM green_owners WHERE watch_username = ? AND id <> ?', username, owner.id)) {
      throw new GreenRefusal('Username not available');
    }
    run(
      this.db,
      'UPDATE green_owners SET watch_username = ?, watch_password = ?, watch_key = ? WHERE id = ?',
      username,
      password,
      key,
      owner.id,
    );
  }

  blob(owner: Owner): ClientBlob {
    const row = one<{ blob: string; blob_hmac: string; blob_sequence: bigint }>(
      this.db,
      'SELECT blob, blob_hmac, blob_sequence FROM green_owners WHERE id = ?',
      owner.id,
    );
    return {
      blob: row?.blob ?? '',
      hmac: row?.blob_hmac ?? ZERO_HMAC,
      sequence: Number(row?.blob_sequence ?? 0n),
    };
  }

  /** Replaces the blob if `previous` is the hash of the present one; false when somebody else was faster. */
  setBlob(owner: Owner, blob: string, hmac: string, previous: string): boolean {
    const { changes } = run(
      this.db,
      `UPDATE green_owners SET blob = ?, blob_hmac = ?, blob_sequence = blob_sequence + 1
       WHERE id = ? AND blob_hmac = ?`,
      blob,
      hmac,
      owner.id,
      previous,
    );
    return changes === 1;
  }

  /** Returns the new account's GAID. Throws GreenRefusal for a pointer that is taken. */
  createSubaccount(owner: Owner, pointer: number, type: string, xpub: string): string {
    return atomically(this.db, () => {
      if (this.subaccount(owner, pointer)) throw new GreenRefusal(`Subaccount ${pointer} already exists`);
      const count = one<{ n: bigint }>(this.db, 'SELECT count(*) AS n FROM green_subaccounts')?.n ?? 0n;
      const gaid = this.gaids.of(FIRST_NUMBER + Number(count));
      run(
        this.db,
        'INSERT INTO green_subaccounts (gaid, owner, pointer, type, xpub) VALUES (?, ?, ?, ?, ?)',
        gaid,
        owner.id,
        pointer,
        type,
        xpub,
      );
      return gaid;
    });
  }

  subaccounts(owner: Owner): Subaccount[] {
    return all<SubaccountRow>(
      this.db,
      'SELECT * FROM green_subaccounts WHERE owner = ? ORDER BY pointer',
      owner.id,
    ).map(subaccountOf);
  }

  subaccount(owner: Owner, pointer: number): Subaccount | null {
    const row = one<SubaccountRow>(
      this.db,
      'SELECT * FROM green_subaccounts WHERE owner = ? AND pointer = ?',
      owner.id,
      pointer,
    );
    return row ? subaccountOf(row) : null;
  }

  /** Whether a number of the GaidBook is in the range of these accounts. */
  isOurs(number: number): boolean {
    return number >= FIRST_NUMBER;
  }

  exists(gaid: string): boolean {
    return one(this.db, 'SELECT 1 FROM green_subaccounts WHERE gaid = ?', gaid) !== undefined;
  }
}

function subaccountOf(row: SubaccountRow): Subaccount {
  return {
    gaid: row.gaid,
    pointer: Number(row.pointer),
    type: row.type,
    xpub: row.xpub,
    lastAddress: Number(row.last_address),
  };
}

import { toHex } from '../../crypto/index.ts';
import { all, atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import type { GaidBook } from './gaid.ts';
import type { AddressScripts, AddressTerms, ServerKeys } from './server-keys.ts';
import { decodeConfidential } from './address.ts';

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

/** An address that Green issued: whose it is and which. */
export interface IssuedAddress {
  gaid: string;
  index: number;
  terms: AddressTerms;
}

export interface PastAddress extends AddressScripts {
  index: number;
  /** How often it was paid. */
  payments: number;
}

/** A refusal in Green's words. */
export class GreenRefusal extends Error {}

/** GAIDs of accounts with keys of their owners' begin at this number of the GaidBook, far above the seeded ones. */
const FIRST_NUMBER = 3_000_000_000;

/** How many unused confidential addresses Green wants of an account in advance. */
const ADDRESSES_IN_ADVANCE = 20;

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

/** The AMP0 accounts of the simulated Green server, in AMP's database. */
export class GreenOwners {
  readonly keys: ServerKeys;
  private readonly db: Db;
  private readonly gaids: GaidBook;

  constructor(db: Db, gaids: GaidBook, keys: ServerKeys) {
    this.db = db;
    this.gaids = gaids;
    this.keys = keys;
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

  /** Issues the account's next address. */
  issue(owner: Owner, account: Subaccount): { index: number } & AddressScripts {
    return atomically(this.db, () => {
      const row = one<{ last_address: bigint }>(
        this.db,
        'UPDATE green_subaccounts SET last_address = last_address + 1 WHERE gaid = ? RETURNING last_address',
        account.gaid,
      );
      const index = Number(row?.last_address ?? 0n);
      const scripts = this.keys.scripts(
        { gaitPath: owner.gaitPath, subaccount: account.pointer, xpub: account.xpub },
        index,
      );
      run(
        this.db,
        'INSERT INTO green_addresses VALUES (?, ?, ?)',
        toHex(scripts.script),
        account.gaid,
        index,
      );
      return { index, ...scripts };
    });
  }

  /** The issued address of a script; null for one that is no AMP0 account's. */
  issued(script: string): IssuedAddress | null {
    const row = one<{ gaid: string; number: bigint; pointer: bigint; xpub: string; gait_path: string }>(
      this.db,
      `SELECT a.gaid, a.number, s.pointer, s.xpub, o.gait_path FROM green_addresses a
         JOIN green_subaccounts s ON s.gaid = a.gaid JOIN green_owners o ON o.id = s.owner
       WHERE a.script = ?`,
      script,
    );
    if (!row) return null;
    return {
      gaid: row.gaid,
      index: Number(row.number),
      terms: { gaitPath: row.gait_path, subaccount: Number(row.pointer), xpub: row.xpub },
    };
  }

  /** Issued addresses from the newest down, those below index `below` when it is given; at most `count`. */
  newest(owner: Owner, account: Subaccount, below: number | null, count: number): PastAddress[] {
    const terms = { gaitPath: owner.gaitPath, subaccount: account.pointer, xpub: account.xpub };
    return all<{ number: bigint; payments: bigint }>(
      this.db,
      `SELECT a.number, (SELECT count(*) FROM chain_payments p WHERE p.script = a.script) AS payments
       FROM green_addresses a WHERE a.gaid = ? AND a.number < ? ORDER BY a.number DESC LIMIT ?`,
      account.gaid,
      below ?? Number.MAX_SAFE_INTEGER,
      count,
    ).map((row) => ({
      index: Number(row.number),
      payments: Number(row.payments),
      ...this.keys.scripts(terms, Number(row.number)),
    }));
  }

  /** How many confidential addresses Green would like to have of the account. */
  wanted(account: Pick<Subaccount, 'gaid'>): number {
    const left = one<{ n: bigint }>(
      this.db,
      'SELECT count(*) AS n FROM green_uploads WHERE gaid = ? AND given = 0',
      account.gaid,
    );
    return Math.max(0, ADDRESSES_IN_ADVANCE - Number(left?.n ?? 0n));
  }

  /** Takes confidential addresses, all or none. Throws GreenRefusal for one that was not issued to this account. */
  upload(account: Subaccount, addresses: readonly string[]): void {
    atomically(this.db, () => {
      const count = one<{ n: bigint }>(
        this.db,
        'SELECT count(*) AS n FROM green_uploads WHERE gaid = ?',
        account.gaid,
      );
      let seq = Number(count?.n ?? 0n);
      for (const address of addresses) {
        const script = decodeConfidential(address);
        if (script === null) throw new GreenRefusal(`Invalid confidential address: ${address}`);
        const issued = this.issued(script);
        if (issued?.gaid !== account.gaid) {
          throw new GreenRefusal(`Address was not issued to this subaccount: ${address}`);
        }
        if (one(this.db, 'SELECT 1 FROM green_uploads WHERE script = ?', script)) {
          throw new GreenRefusal(`Address already uploaded: ${address}`);
        }
        run(
          this.db,
          'INSERT INTO green_uploads (gaid, seq, address, script) VALUES (?, ?, ?, ?)',
          account.gaid,
          seq++,
          address,
          script,
        );
      }
    });
  }

  /** The account's next confidential address for an issuer, or null when all have been given away. */
  give(gaid: string): { address: string; script: string } | null {
    return (
      one<{ address: string; script: string }>(
        this.db,
        `UPDATE green_uploads SET given = 1 WHERE gaid = ? AND seq =
           (SELECT min(seq) FROM green_uploads WHERE gaid = ? AND given = 0) RETURNING address, script`,
        gaid,
        gaid,
      ) ?? null
    );
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

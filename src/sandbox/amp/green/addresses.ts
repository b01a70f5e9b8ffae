import { toHex } from '../../crypto/index.ts';
import { all, atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import { decodeConfidential } from './address.ts';
import { GreenRefusal } from './owners.ts';
import type { Owner, Subaccount } from './owners.ts';
import type { AddressScripts, AddressTerms, ServerKeys } from './server-keys.ts';

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

/** How many unused confidential addresses Green wants of an account in advance. */
const ADDRESSES_IN_ADVANCE = 20;

/** Addresses of AMP0 accounts: issued one after the other, and those among them that issuers may be given. */
export class GreenAddresses {
  readonly keys: ServerKeys;
  private readonly db: Db;

  constructor(db: Db, keys: ServerKeys) {
    this.db = db;
    this.keys = keys;
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

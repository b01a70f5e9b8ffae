import { p2wpkh, toHex, wally } from '../../crypto/index.ts';
import type { Bytes } from '../../crypto/index.ts';
import { atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import { GaidBook } from './gaid.ts';
import { keyPair } from './keys.ts';

/** How addresses of this chain begin. */
export interface AddressPrefixes {
  plain: string;
  confidential: string;
}

export interface GreenAddress {
  address: string;
  /** scriptPubKey, hex. */
  script: string;
}

/**
 * The simulated Green server with its holders' wallets. Each account has its own keys; only they open what its
 * addresses receive. Nothing is stored for an account before it hands out its first address.
 */
export class Green {
  readonly gaids: GaidBook;
  private readonly db: Db;
  private readonly root: Bytes;
  private readonly prefixes: AddressPrefixes;

  constructor(db: Db, root: Bytes, prefixes: AddressPrefixes) {
    this.db = db;
    this.root = root;
    this.prefixes = prefixes;
    this.gaids = new GaidBook(root);
  }

  has(gaid: string): boolean {
    return this.gaids.numberOf(gaid) !== null;
  }

  /** A fresh confidential p2wpkh address of the account. Throws RangeError for an account that does not exist. */
  freshAddress(gaid: string): GreenAddress {
    const account = this.gaids.numberOf(gaid);
    if (account === null) throw new RangeError(`no account ${gaid}`);
    return atomically(this.db, () => {
      const next = one<{ next: bigint }>(
        this.db,
        'SELECT next FROM green_accounts WHERE gaid = ?',
        gaid,
      )?.next;
      const number = Number(next ?? 0n);
      const script = p2wpkh(keyPair(this.root, `account ${account} spend ${number}`).public);
      const blinding = keyPair(this.root, `account ${account} blind ${number}`).public;
      const plain = wally.addr_segwit_from_bytes(script, this.prefixes.plain, 0);
      const address = wally.confidential_addr_from_addr_segwit(
        plain,
        this.prefixes.plain,
        this.prefixes.confidential,
        blinding,
      );
      run(
        this.db,
        'INSERT INTO green_accounts VALUES (?, ?) ON CONFLICT (gaid) DO UPDATE SET next = excluded.next',
        gaid,
        number + 1,
      );
      run(this.db, 'INSERT INTO green_addresses VALUES (?, ?, ?)', toHex(script), gaid, number);
      return { address, script: toHex(script) };
    });
  }

  /** Whose address a script is, and the key that opens what it received; null for a script that Green never made. */
  ownerOf(script: string): { gaid: string; blindingKey: Bytes } | null {
    const row = one<{ gaid: string; number: bigint }>(
      this.db,
      'SELECT gaid, number FROM green_addresses WHERE script = ?',
      script,
    );
    if (!row) return null;
    const account = this.gaids.numberOf(row.gaid);
    return {
      gaid: row.gaid,
      blindingKey: keyPair(this.root, `account ${account} blind ${row.number}`).secret,
    };
  }
}

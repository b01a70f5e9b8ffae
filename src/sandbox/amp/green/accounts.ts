import { p2wpkh, toHex, wally } from '../../crypto/index.ts';
import type { Bytes } from '../../crypto/index.ts';
import { atomically, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';
import { GaidBook } from './gaid.ts';
import { derive, keyPair } from './keys.ts';
import { GreenAddresses } from './addresses.ts';
import { GreenOwners } from './owners.ts';
import { ServerKeys } from './server-keys.ts';

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

/** An account has no address left that could be given to an issuer. */
export class NoAddressLeft extends Error {
  constructor(gaid: string) {
    super(`GAID ${gaid} has no unused confidential address: its wallet has to be opened to upload more.`);
    this.name = 'NoAddressLeft';
  }
}

/** What is inside an output, as somebody showed it. Blinders in hex, display order. */
export interface KnownOpening {
  asset: string;
  amount: bigint;
}

/**
 * The simulated Green server with its holders' wallets. Most accounts are played by the sandbox: their keys follow from
 * the world's seed, and nothing is stored for them before their first address. The others are AMP0 accounts of owners
 * with keys of their own (`owners`); what such an account received is known as far as somebody has shown it.
 */
export class Green {
  readonly gaids: GaidBook;
  readonly owners: GreenOwners;
  readonly addresses: GreenAddresses;
  private readonly db: Db;
  private readonly root: Bytes;
  private readonly prefixes: AddressPrefixes;

  constructor(db: Db, root: Bytes, prefixes: AddressPrefixes) {
    this.db = db;
    this.root = root;
    this.prefixes = prefixes;
    this.gaids = new GaidBook(root);
    this.owners = new GreenOwners(db, this.gaids);
    this.addresses = new GreenAddresses(db, new ServerKeys(derive(root, 'green server')));
  }

  has(gaid: string): boolean {
    const number = this.gaids.numberOf(gaid);
    return number !== null && (!this.owners.isOurs(number) || this.owners.exists(gaid));
  }

  /**
   * A fresh confidential address of the account: p2wpkh for those that the sandbox plays, the next uploaded one of an
   * AMP0 account. Throws RangeError for an account that does not exist, NoAddressLeft when nothing uploaded is left.
   */
  freshAddress(gaid: string): GreenAddress {
    const account = this.gaids.numberOf(gaid);
    if (account === null || !this.has(gaid)) throw new RangeError(`no account ${gaid}`);
    if (this.owners.isOurs(account)) {
      const given = this.addresses.give(gaid);
      if (!given) throw new NoAddressLeft(gaid);
      return given;
    }
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

  /**
   * Whose address a script is, and the key that opens what it received (null for an AMP0 account, whose owner keeps
   * it); null for a script that Green never made.
   */
  ownerOf(script: string): { gaid: string; blindingKey: Bytes | null } | null {
    const row = one<{ gaid: string; number: bigint }>(
      this.db,
      'SELECT gaid, number FROM green_addresses WHERE script = ?',
      script,
    );
    if (!row) return null;
    const account = this.gaids.numberOf(row.gaid);
    const known = account !== null && !this.owners.isOurs(account);
    return {
      gaid: row.gaid,
      blindingKey: known ? keyPair(this.root, `account ${account} blind ${row.number}`).secret : null,
    };
  }

  /** What is inside an output by a report to AMP, or by the nonces that came with a request to cosign; else null. */
  openingOf(txid: string, vout: number): KnownOpening | null {
    return (
      one<KnownOpening>(
        this.db,
        `SELECT asset_id AS asset, amount FROM outputs WHERE txid = @txid AND vout = @vout
         UNION ALL SELECT asset_id, amount FROM green_openings WHERE txid = @txid AND vout = @vout LIMIT 1`,
        { txid, vout },
      ) ?? null
    );
  }
}

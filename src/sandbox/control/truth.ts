import {
  assetIdOf,
  fromHex,
  isUnspendable,
  prevTxid,
  toDisplay,
  toHex,
  valueOf,
  wally,
} from '../crypto/index.ts';
import type { Bytes, ProofPool, TxOutput } from '../crypto/index.ts';
import { ChainFollower, NodeRefusal, all, atomically, one, openFile, run } from '../amp/index.ts';
import type { Db, FollowedBlock, FollowerStore, Green, NodeClient } from '../amp/index.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS blocks (height INTEGER PRIMARY KEY, hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS spends (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, height INTEGER NOT NULL, PRIMARY KEY (txid, vout)
) STRICT, WITHOUT ROWID;
-- asset, amount and owner are null until an output has been opened; its fields are kept until then.
CREATE TABLE IF NOT EXISTS outputs (
  txid TEXT NOT NULL, vout INTEGER NOT NULL, height INTEGER NOT NULL, script TEXT NOT NULL,
  asset TEXT, amount INTEGER, owner TEXT, burnt INTEGER NOT NULL,
  asset_field BLOB, value_field BLOB, nonce BLOB, rangeproof BLOB, tried TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (txid, vout)
) STRICT;
CREATE INDEX IF NOT EXISTS outputs_open ON outputs (height) WHERE owner IS NULL AND burnt = 0;
CREATE INDEX IF NOT EXISTS outputs_asset ON outputs (asset, owner);
`;

interface StoredOutput {
  txid: string;
  vout: bigint;
  script: string;
  asset: string | null;
  amount: bigint | null;
  asset_field: Bytes;
  value_field: Bytes;
  nonce: Bytes;
  rangeproof: Bytes;
  tried: string;
}

/** Base units as text, by asset id. */
export interface TruthOfAsset {
  /** All wallets of the node that have been let in, by name. */
  wallets: Record<string, string>;
  /** Their sum. */
  treasury: string;
  /** By GAID, or by wallet id at AMP2. */
  holders: Record<string, string>;
  burned: string;
}

export interface Truth {
  height: number;
  assets: Record<string, TruthOfAsset>;
  /** Unspent outputs at a holder's address that its own key does not open: nobody can ever spend them knowingly. */
  unreadable: { txid: string; vout: number }[];
}

/** Registered AMP2 wallets, as the truth needs them. */
export interface Amp2Owners {
  /** Before `ownerOf` is asked: knows all scripts that may have been paid to. */
  ready(): Promise<void>;
  /** Whose a script (hex) is, and the key that opens what it received. */
  ownerOf(script: string): { wid: string; blindingKey: Bytes } | null;
}

const NO_AMP2: Amp2Owners = { ready: () => Promise.resolve(), ownerOf: () => null };

/**
 * Who holds what, by unblinding the confirmed chain: holders' outputs with the keys of their Green accounts, the
 * treasury's with the blinding keys of the node's wallets. AMP's books play no part in it, except for what AMP0 accounts
 * with keys of their own received: their outputs count once somebody has opened them to AMP or to Green.
 */
export class TruthTeller {
  private readonly db: Db;
  private readonly node: NodeClient;
  private readonly green: Green;
  private readonly amp2: Amp2Owners;
  private readonly pool: ProofPool;
  private readonly follower: ChainFollower;
  /** Wallets that are not the issuer's. */
  private readonly excluded: ReadonlySet<string>;

  constructor(
    path: string | null,
    from: number,
    node: NodeClient,
    green: Green,
    pool: ProofPool,
    excluded: readonly string[],
    amp2: Amp2Owners = NO_AMP2,
  ) {
    this.db = openFile(path, SCHEMA);
    this.node = node;
    this.green = green;
    this.amp2 = amp2;
    this.pool = pool;
    this.excluded = new Set(excluded);
    this.follower = new ChainFollower(node, store(this.db), from);
  }

  async tell(): Promise<Truth> {
    const height = await this.follower.catchUp();
    const unreadable = await this.openAll();
    const assets: Record<string, TruthOfAsset> = {};
    const of = (asset: string): TruthOfAsset =>
      (assets[asset] ??= { wallets: {}, treasury: '0', holders: {}, burned: '0' });
    for (const row of all<{ asset: string; owner: string; total: bigint }>(
      this.db,
      `SELECT o.asset, o.owner, sum(o.amount) AS total FROM outputs o
       WHERE o.owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM spends s WHERE s.txid = o.txid AND s.vout = o.vout)
       GROUP BY o.asset, o.owner ORDER BY o.asset, o.owner`,
    )) {
      const entry = of(row.asset);
      const name = row.owner.slice(1);
      if (row.owner.startsWith('G')) entry.holders[name] = row.total.toString();
      else {
        entry.wallets[name] = row.total.toString();
        entry.treasury = (BigInt(entry.treasury) + row.total).toString();
      }
    }
    for (const row of all<{ asset: string; total: bigint }>(
      this.db,
      'SELECT asset, sum(amount) AS total FROM outputs WHERE burnt = 1 AND amount > 0 GROUP BY asset',
    )) {
      of(row.asset).burned = row.total.toString();
    }
    return { height, assets, unreadable };
  }

  close(): void {
    this.db.close();
  }

  /** Opens what has no owner yet. Owners are `G` and a GAID or an AMP2 wallet's id, or `W` and a wallet. */
  private async openAll(): Promise<Truth['unreadable']> {
    await this.amp2.ready();
    const wallets = await this.wallets();
    const names = wallets.map((wallet) => wallet.name).join('/');
    const rows = all<StoredOutput>(
      this.db,
      `SELECT o.* FROM outputs o WHERE o.owner IS NULL AND o.burnt = 0
         AND NOT EXISTS (SELECT 1 FROM spends s WHERE s.txid = o.txid AND s.vout = o.vout)
       ORDER BY o.height`,
    );
    const unreadable: Truth['unreadable'] = [];
    await Promise.all(
      rows.map(async (row) => {
        const holder = this.green.ownerOf(row.script) ?? this.amp2.ownerOf(row.script);
        if (!holder && row.tried === names) return;
        if (holder) {
          const opened =
            holder.blindingKey || row.asset !== null
              ? await this.open(row, holder.blindingKey ?? new Uint8Array(32))
              : this.green.openingOf(row.txid, Number(row.vout));
          if (opened) this.settle(row, opened, `G${'gaid' in holder ? holder.gaid : holder.wid}`);
          else if (holder.blindingKey) unreadable.push({ txid: row.txid, vout: Number(row.vout) });
          return;
        }
        for (const wallet of wallets) {
          const opened =
            row.asset === null
              ? await this.open(row, wallet.keyOf(row.script))
              : (await this.isMine(wallet.name, row))
                ? { asset: row.asset, amount: row.amount ?? 0n }
                : null;
          if (opened) {
            this.settle(row, opened, `W${wallet.name}`);
            return;
          }
        }
        run(this.db, 'UPDATE outputs SET tried = ? WHERE txid = ? AND vout = ?', names, row.txid, row.vout);
      }),
    );
    return unreadable;
  }

  private async open(row: StoredOutput, key: Bytes): Promise<{ asset: string; amount: bigint } | null> {
    if (row.asset !== null) return { asset: row.asset, amount: row.amount ?? 0n };
    const opened = await this.pool.open({
      asset: row.asset_field,
      value: row.value_field,
      nonce: row.nonce,
      rangeproof: row.rangeproof,
      script: fromHex(row.script),
      blindingKey: key,
    });
    return opened && { asset: toDisplay(opened.asset), amount: opened.value };
  }

  private settle(row: StoredOutput, opened: { asset: string; amount: bigint }, owner: string): void {
    run(
      this.db,
      `UPDATE outputs SET asset = ?, amount = ?, owner = ?, asset_field = NULL, value_field = NULL, nonce = NULL,
         rangeproof = NULL WHERE txid = ? AND vout = ?`,
      opened.asset,
      opened.amount,
      owner,
      row.txid,
      row.vout,
    );
  }

  /** The node's wallets with their SLIP-77 keys. */
  private async wallets(): Promise<{ name: string; keyOf: (script: string) => Bytes }[]> {
    const names = await this.node.call<string[]>('listwallets');
    const found: { name: string; keyOf: (script: string) => Bytes }[] = [];
    for (const name of names.filter((one) => !this.excluded.has(one)).sort()) {
      try {
        const master = fromHex(await this.node.call<string>('dumpmasterblindingkey', [], name));
        const padded = new Uint8Array(64);
        padded.set(master, 32);
        found.push({
          name,
          keyOf: (script) => wally.asset_blinding_key_to_ec_private_key(padded, fromHex(script)),
        });
      } catch (error) {
        // A wallet without a blinding key has nothing that could be opened.
        if (!(error instanceof NodeRefusal)) throw error;
      }
    }
    return found;
  }

  private async isMine(wallet: string, row: StoredOutput): Promise<boolean> {
    const tx = await this.node.call<{ vout: { scriptPubKey: { address?: string } }[] }>('getrawtransaction', [
      row.txid,
      true,
    ]);
    const address = tx.vout[Number(row.vout)]?.scriptPubKey.address;
    if (address === undefined) return false;
    const info = await this.node.call<{ ismine: boolean; iswatchonly: boolean }>(
      'getaddressinfo',
      [address],
      wallet,
    );
    return info.ismine || info.iswatchonly;
  }
}

function store(db: Db): FollowerStore {
  return {
    tip() {
      const row = one<{ height: bigint; hash: string }>(
        db,
        'SELECT * FROM blocks ORDER BY height DESC LIMIT 1',
      );
      return row ? { height: Number(row.height), hash: row.hash } : null;
    },
    hashAt(height) {
      return one<{ hash: string }>(db, 'SELECT hash FROM blocks WHERE height = ?', height)?.hash ?? null;
    },
    add(block) {
      atomically(db, () => record(db, block));
    },
    rollback(height) {
      atomically(db, () => {
        for (const table of ['blocks', 'spends', 'outputs'])
          run(db, `DELETE FROM ${table} WHERE height >= ?`, height);
      });
    },
  };
}

function record(db: Db, block: FollowedBlock): void {
  run(db, 'INSERT INTO blocks VALUES (?, ?)', block.height, block.hash);
  for (const { txid, tx } of block.transactions) {
    for (const input of tx.inputs) {
      run(db, 'INSERT OR REPLACE INTO spends VALUES (?, ?, ?)', prevTxid(input), input.vout, block.height);
    }
    tx.outputs.forEach((output, vout) => {
      // The fee belongs to nobody.
      if (output.script.length > 0) insert(db, block.height, txid, vout, output);
    });
  }
}

function insert(db: Db, height: number, txid: string, vout: number, output: TxOutput): void {
  const asset = assetIdOf(output.asset);
  const amount = valueOf(output.value);
  const explicit = asset !== null && amount !== null;
  const bytes = (field: Bytes): Buffer | null => (explicit ? null : Buffer.from(field));
  run(
    db,
    `INSERT OR REPLACE INTO outputs (txid, vout, height, script, asset, amount, burnt, asset_field, value_field, nonce,
       rangeproof) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    txid,
    vout,
    height,
    toHex(output.script),
    explicit ? asset : null,
    explicit ? amount : null,
    isUnspendable(output.script) ? 1 : 0,
    bytes(output.asset),
    bytes(output.value),
    bytes(output.nonce),
    bytes(output.rangeproof),
  );
}

import {
  explicitAsset,
  explicitValue,
  fromHex,
  p2wpkh,
  toHex,
  txidOf,
  valueOf,
  wally,
} from '../../crypto/index.ts';
import type { Bytes, Transaction } from '../../crypto/index.ts';
import { keyPair } from '../green/keys.ts';
import type { KeyPair } from '../green/keys.ts';
import type { AddressPrefixes } from '../green/accounts.ts';
import { all, one, run } from '../store/database.ts';
import type { Db } from '../store/database.ts';

/** A coin of L-BTC that the server can spend. Blinders in internal byte order, zeros for an explicit coin. */
export interface PurseCoin {
  txid: string;
  vout: number;
  amount: bigint;
  assetBlinder: Bytes;
  amountBlinder: Bytes;
  /** Wire form, as the spending transaction's proofs and signature need them. */
  assetField: Bytes;
  valueField: Bytes;
}

interface CoinRow {
  txid: string;
  vout: bigint;
  amount: bigint;
  abf: string;
  vbf: string;
  asset_field: string;
  value_field: string;
}

/** The simulated AMP server's own wallet: one key, and the coins that it was given or kept as change. */
export class IssuerPurse {
  readonly keys: KeyPair;
  readonly blinding: KeyPair;
  readonly script: Bytes;
  /** Not confidential, so that what it receives needs no opening. */
  readonly address: string;
  private readonly db: Db;

  constructor(db: Db, root: Bytes, prefixes: AddressPrefixes) {
    this.db = db;
    this.keys = keyPair(root, 'amp purse');
    this.blinding = keyPair(root, 'amp purse blinding');
    this.script = p2wpkh(this.keys.public);
    this.address = wally.addr_segwit_from_bytes(this.script, prefixes.plain, 0);
  }

  balance(): bigint {
    return one<{ total: bigint | null }>(this.db, 'SELECT sum(amount) AS total FROM purse')?.total ?? 0n;
  }

  /** The largest coin that is worth at least `least` base units, or null. */
  coin(least: bigint): PurseCoin | null {
    const [row] = all<CoinRow>(
      this.db,
      'SELECT * FROM purse WHERE amount >= ? ORDER BY amount DESC LIMIT 1',
      least,
    );
    if (!row) return null;
    return {
      txid: row.txid,
      vout: Number(row.vout),
      amount: row.amount,
      assetBlinder: fromHex(row.abf),
      amountBlinder: fromHex(row.vbf),
      assetField: fromHex(row.asset_field),
      valueField: fromHex(row.value_field),
    };
  }

  /** Takes in the explicit outputs of a transaction that pay the purse. */
  receive(tx: Transaction, policyAsset: string): void {
    const txid = txidOf(tx);
    tx.outputs.forEach((output, vout) => {
      const amount = valueOf(output.value);
      if (toHex(output.script) !== toHex(this.script) || amount === null) return;
      this.add({
        txid,
        vout,
        amount,
        assetBlinder: new Uint8Array(32),
        amountBlinder: new Uint8Array(32),
        assetField: explicitAsset(policyAsset),
        valueField: explicitValue(amount),
      });
    });
  }

  add(coin: PurseCoin): void {
    run(
      this.db,
      'INSERT OR IGNORE INTO purse VALUES (?, ?, ?, ?, ?, ?, ?)',
      coin.txid,
      coin.vout,
      coin.amount,
      toHex(coin.assetBlinder),
      toHex(coin.amountBlinder),
      toHex(coin.assetField),
      toHex(coin.valueField),
    );
  }

  remove(coin: Pick<PurseCoin, 'txid' | 'vout'>): void {
    run(this.db, 'DELETE FROM purse WHERE txid = ? AND vout = ?', coin.txid, coin.vout);
  }
}

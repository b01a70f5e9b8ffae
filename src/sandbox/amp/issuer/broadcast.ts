import type { Context } from '../context.ts';
import { invalid } from '../http/answers.ts';
import { NodeRefusal } from '../node/client.ts';
import { all, atomically, run } from '../store/database.ts';
import type { PurseCoin } from './purse.ts';

interface Outgoing {
  uuid: string;
  hex: string;
  txid: string;
  coin: PurseCoin;
  change: PurseCoin;
}

const ALREADY_IN_CHAIN = -27;

/** Sends a recorded issuance; when the node refuses it, takes the record back and throws 400. */
export async function broadcast(context: Context, outgoing: Outgoing): Promise<void> {
  const { db, purse } = context;
  try {
    await context.chain.node.call('sendrawtransaction', [outgoing.hex]);
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    atomically(db, () => {
      for (const table of ['assets', 'transactions', 'outputs', 'activities']) {
        run(db, `DELETE FROM ${table} WHERE asset_uuid = ?`, outgoing.uuid);
      }
      purse.remove(outgoing.change);
      purse.add(outgoing.coin);
    });
    throw invalid('non_field_errors', `The issuance was refused by the node: ${error.message}`);
  }
  run(db, 'UPDATE assets SET broadcast = 1 WHERE asset_uuid = ?', outgoing.uuid);
}

/** After a restart: sends again, byte for byte, what may not have gone out before the process ended. */
export async function rebroadcast(context: Context): Promise<void> {
  const rows = all<{ asset_uuid: string; raw_tx: string }>(
    context.db,
    'SELECT asset_uuid, raw_tx FROM assets WHERE broadcast = 0',
  );
  for (const row of rows) {
    try {
      await context.chain.node.call('sendrawtransaction', [row.raw_tx]);
    } catch (error) {
      if (!(error instanceof NodeRefusal) || error.code !== ALREADY_IN_CHAIN) throw error;
    }
    run(context.db, 'UPDATE assets SET broadcast = 1 WHERE asset_uuid = ?', row.asset_uuid);
  }
}

import Database from 'better-sqlite3';
import type { WalletView, WatchedTransaction } from '../../src/main/liquid/index.ts';
import type { NewWallet } from '../../src/main/custody/records.ts';
import type { Store } from '../../src/main/store/index.ts';
import { amount } from '../../src/shared/money.ts';
import { migrateTo } from './migration.ts';

/** A store in memory with the newest schema; what is audited is kept in `audited`. */
export function custodyStore(): Pick<Store, 'db' | 'tx' | 'audit'> & { audited: string[] } {
  const db = new Database(':memory:');
  db.defaultSafeIntegers(true);
  db.pragma('foreign_keys = ON');
  migrateTo(db, 1_000_000);
  const audited: string[] = [];
  return {
    db,
    audited,
    tx: (work) => (db.inTransaction ? work() : db.transaction(work).immediate()),
    audit: ({ type }) => void audited.push(type),
  };
}

export function madeUpWallet(change: Partial<NewWallet> = {}): NewWallet {
  return {
    id: 'w1',
    kind: 'single',
    name: 'Fees',
    purpose: 'fees',
    owner: '',
    policyId: '01'.repeat(32),
    wid: '0000-0001',
    publicDescriptor: 'elwpkh(…)',
    blinding: 'slip77',
    chains: 2,
    keyKind: 'keychain',
    fingerprint: '00000001',
    peerId: null,
    ampId: null,
    pointer: null,
    serverKey: null,
    registeredAt: null,
    caution: null,
    birthday: 1,
    createdAt: 1,
    ...change,
  };
}

/** A transaction that pays a wallet `value` of an asset at a place. */
export function madeUpPayment(
  of: { txid: string; assetId: string; value: bigint; index?: number } & Partial<WatchedTransaction>,
): WatchedTransaction {
  const { txid, assetId, value, index = 0, ...change } = of;
  return {
    txid,
    hex: '00',
    height: null,
    time: null,
    type: 'incoming',
    fee: 40n,
    effects: [{ assetId, value }],
    outputs: [
      {
        txid,
        vout: 0,
        script: `0014${index.toString(16).padStart(40, '0')}`,
        chain: 0,
        index,
        assetId,
        value: amount(value),
        assetBlinder: '0a'.repeat(32),
        amountBlinder: '0b'.repeat(32),
      },
    ],
    ...change,
  };
}

/** What a wallet knows when nothing of these was spent, but for the transactions named in `spent`. */
export function viewOf(
  transactions: readonly WatchedTransaction[],
  options: { height?: number; spent?: readonly string[] } = {},
): WalletView {
  return {
    tip: { height: options.height ?? 100, hash: (options.height ?? 100).toString(16).padStart(64, '0') },
    transactions: [...transactions],
    coins: transactions
      .filter(({ txid }) => !options.spent?.includes(txid))
      .flatMap(({ outputs, height }) => outputs.map((output) => ({ ...output, height }))),
    lastUsed: [-1, -1],
  };
}

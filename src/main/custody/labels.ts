import type { Store } from '../store/types.ts';

/** BIP 329's types that a wallet here can have. */
export const LABEL_TYPES = ['tx', 'addr', 'output', 'xpub'] as const;
export type LabelType = (typeof LABEL_TYPES)[number];

export interface Label {
  type: LabelType;
  ref: string;
  label: string;
}

/** Names that people gave. `ref`: a txid, an address, `txid:vout`, an extended key. Writes belong inside `store.tx`. */
export interface Labels {
  get(walletId: string, type: LabelType, ref: string): string;
  /** Empty takes it away. */
  set(walletId: string, label: Label): void;
  /** Only where there is none yet. */
  offer(walletId: string, label: Label): void;
  all(walletId: string): Label[];
}

export function createLabels({ db }: Pick<Store, 'db'>): Labels {
  const one = db
    .prepare<[string, string, string], string>(
      'SELECT label FROM custody_label WHERE wallet_id = ? AND type = ? AND ref = ?',
    )
    .pluck();
  const all = db.prepare<[string], Label>(
    'SELECT type, ref, label FROM custody_label WHERE wallet_id = ? ORDER BY type, ref',
  );
  const put = db.prepare(
    `INSERT INTO custody_label (wallet_id, type, ref, label) VALUES (?, ?, ?, ?)
     ON CONFLICT (wallet_id, type, ref) DO UPDATE SET label = excluded.label`,
  );
  const remove = db.prepare('DELETE FROM custody_label WHERE wallet_id = ? AND type = ? AND ref = ?');
  function get(walletId: string, type: LabelType, ref: string): string {
    return one.get(walletId, type, ref) ?? '';
  }
  function set(walletId: string, { type, ref, label }: Label): void {
    if (label === '') remove.run(walletId, type, ref);
    else put.run(walletId, type, ref, label);
  }
  return {
    get,
    set,
    offer(walletId, label) {
      if (get(walletId, label.type, label.ref) === '') set(walletId, label);
    },
    all: (walletId) => all.all(walletId),
  };
}

import type { DerivedAddress } from '../liquid/index.ts';
import type { Store } from '../store/types.ts';

/** `given`: to somebody who pays. `change`: of a spend. `issuers`: told to Green in advance, who gives it to issuers. */
export type PlaceUse = 'given' | 'change' | 'issuers';

export interface Place {
  walletId: string;
  script: string;
  address: string;
  chain: 0 | 1;
  index: number;
  use: PlaceUse;
  at: number;
}

/** Addresses of custody wallets that are known to somebody. Everything that writes belongs inside `store.tx`. */
export interface Places {
  /** A place that is known already keeps its use. */
  insert(walletId: string, place: DerivedAddress, use: PlaceUse, at: number): void;
  find(script: string): Place | null;
  /** Given out, newest first. */
  page(query: { id: string; search?: string | undefined; offset: number; limit: number }): {
    rows: (Place & { label: string; used: boolean })[];
    total: number;
  };
  /** Confidential address of a script of a wallet; null when it was never written down. */
  address(walletId: string, script: string): string | null;
}

interface Row {
  wallet_id: string;
  script: string;
  address: string;
  chain: bigint;
  place: bigint;
  use: PlaceUse;
  at: bigint;
}

export function createPlaces({ db }: Pick<Store, 'db'>): Places {
  const insert = db.prepare(
    `INSERT INTO custody_address (wallet_id, script, address, chain, place, use, at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const byScript = db.prepare<[string], Row>('SELECT * FROM custody_address WHERE script = ? LIMIT 1');
  const address = db
    .prepare<[string, string], string>(
      'SELECT address FROM custody_address WHERE wallet_id = ? AND script = ? LIMIT 1',
    )
    .pluck();
  return {
    insert(walletId, { script, address: text, chain, index }, use, at) {
      insert.run(walletId, script, text, chain, index, use, at);
    },
    find(script) {
      const row = byScript.get(script);
      return row ? placeOf(row) : null;
    },
    page({ id, search, offset, limit }) {
      const wanted = search?.trim() ?? '';
      const like = wanted === '' ? null : `%${wanted.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      const from = `FROM custody_address a
        LEFT JOIN custody_label l ON l.wallet_id = a.wallet_id AND l.type = 'addr' AND l.ref = a.address
        WHERE a.wallet_id = :id AND a.use = 'given'
        AND (:like IS NULL OR a.address LIKE :like ESCAPE '\\' OR l.label LIKE :like ESCAPE '\\')`;
      const named = { id, like };
      const total = db.prepare<[typeof named], bigint>(`SELECT count(*) ${from}`).pluck().get(named);
      const rows = db
        .prepare<
          [typeof named & { offset: number; limit: number }],
          Row & { label: string | null; used: bigint }
        >(
          `SELECT a.*, l.label, EXISTS (SELECT 1 FROM custody_output o
             WHERE o.script = a.script AND o.wallet_id = a.wallet_id) AS used
           ${from} ORDER BY a.at DESC, a.place DESC LIMIT :limit OFFSET :offset`,
        )
        .all({ ...named, offset, limit });
      return {
        total: Number(total ?? 0n),
        rows: rows.map((row) => ({ ...placeOf(row), label: row.label ?? '', used: row.used === 1n })),
      };
    },
    address: (walletId, script) => address.get(walletId, script) ?? null,
  };
}

function placeOf(row: Row): Place {
  return {
    walletId: row.wallet_id,
    script: row.script,
    address: row.address,
    chain: row.chain === 0n ? 0 : 1,
    index: Number(row.place),
    use: row.use,
    at: Number(row.at),
  };
}

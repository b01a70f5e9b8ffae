import type { ChainBlock, ChainTransaction } from '../liquid/index.ts';
import type { Store } from '../store/index.ts';

/** Where the index stands. */
export interface Position {
  height: number;
  hash: string;
}

export interface IndexedTransaction {
  txid: string;
  height: number;
  hash: string;
  /** ms. */
  time: number;
}

/** A block with what in it touches followed scripts. */
export interface Match {
  block: Pick<ChainBlock, 'height' | 'time'> & { hash: string };
  found: { txid: string; touches: ReadonlySet<string>; outputs: { vout: number; script: string }[] }[];
}

/** Blocks whose hashes are kept: far more than a Liquid chain was ever rewound. */
const REMEMBERED = 2000;

/** The index as it lies in the profile's database, and what matching needs of it in memory. */
export class ScriptIndex {
  readonly #store: Store;
  readonly #scripts = new Set<string>();
  /** Script by `txid:vout`. */
  readonly #outputs = new Map<string, string>();

  constructor(store: Store) {
    this.#store = store;
    this.#load();
  }

  #load(): void {
    this.#scripts.clear();
    this.#outputs.clear();
    for (const { script } of this.#all<{ script: string }>('SELECT script FROM chain_script')) {
      this.#scripts.add(script);
    }
    for (const { txid, vout, script } of this.#all<{ txid: string; vout: bigint; script: string }>(
      'SELECT txid, vout, script FROM chain_output',
    )) {
      this.#outputs.set(`${txid}:${vout}`, script);
    }
  }

  #all<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.#store.db.prepare<unknown[], Row>(sql).all(...params);
  }

  #get<Row>(sql: string, ...params: unknown[]): Row | undefined {
    return this.#store.db.prepare<unknown[], Row>(sql).get(...params);
  }

  #run(sql: string, ...params: unknown[]): void {
    this.#store.db.prepare(sql).run(...params);
  }

  position(): Position | null {
    const row = this.#get<{ height: bigint; hash: string }>('SELECT height, hash FROM chain_state');
    return row ? { height: Number(row.height), hash: row.hash } : null;
  }

  genesis(): string | null {
    return this.#get<{ genesis: string }>('SELECT genesis FROM chain_state')?.genesis ?? null;
  }

  /** Puts the index at a block of a chain; everything that was read of another is forgotten, what is followed is not. */
  start(genesis: string, at: Position): void {
    this.#store.tx(() => {
      this.#run('DELETE FROM chain_transaction');
      this.#run('DELETE FROM chain_block');
      this.#run('DELETE FROM chain_state');
      this.#run(
        'INSERT INTO chain_state (id, genesis, height, hash) VALUES (1, ?, ?, ?)',
        genesis,
        at.height,
        at.hash,
      );
      this.#run('INSERT INTO chain_block (height, hash) VALUES (?, ?)', at.height, at.hash);
      this.#run('UPDATE chain_script SET next_height = 0');
    });
    this.#load();
  }

  /** Hashes of the last blocks read, newest first. */
  remembered(): Position[] {
    return this.#all<{ height: bigint; hash: string }>(
      'SELECT height, hash FROM chain_block ORDER BY height DESC',
    ).map(({ height, hash }) => ({ height: Number(height), hash }));
  }

  /** Takes back what was read above this block. */
  rewind(to: Position): void {
    this.#store.tx(() => {
      this.#run('DELETE FROM chain_transaction WHERE height > ?', to.height);
      this.#run('DELETE FROM chain_block WHERE height > ?', to.height);
      this.#run('UPDATE chain_state SET height = ?, hash = ?', to.height, to.hash);
      this.#run(
        'UPDATE chain_script SET next_height = ? WHERE next_height > ?',
        to.height + 1,
        to.height + 1,
      );
    });
    this.#load();
  }

  isFollowed(script: string): boolean {
    return this.#scripts.has(script);
  }

  /** Earliest birthday (ms) of these scripts, or of all; null where none is followed. */
  earliest(scripts?: Iterable<string>): number | null {
    if (scripts === undefined) {
      const row = this.#get<{ least: bigint | null }>('SELECT min(birthday) AS least FROM chain_script');
      return row?.least == null ? null : Number(row.least);
    }
    let least: number | null = null;
    for (const script of scripts) {
      const row = this.#get<{ birthday: bigint }>(
        'SELECT birthday FROM chain_script WHERE script = ?',
        script,
      );
      if (row) least = Math.min(least ?? Infinity, Number(row.birthday));
    }
    return least;
  }

  /** Scripts of these that are not followed from so early on yet. */
  unknown(scripts: readonly string[], birthday: number): string[] {
    const find = this.#store.db
      .prepare<[string], bigint>('SELECT birthday FROM chain_script WHERE script = ?')
      .pluck();
    return scripts.filter((script) => {
      const known = find.get(script);
      return known === undefined || Number(known) > birthday;
    });
  }

  /** @param from first block to look for them in */
  follow(scripts: readonly string[], birthday: number, from: number): void {
    this.#store.tx(() => {
      const height = this.position()?.height ?? -1;
      const behind = from > height ? null : from;
      for (const script of scripts) {
        this.#run(
          `INSERT INTO chain_script (script, birthday, next_height) VALUES (?, ?, ?)
           ON CONFLICT (script) DO UPDATE SET birthday = excluded.birthday, next_height = excluded.next_height`,
          script,
          birthday,
          behind,
        );
      }
    });
    for (const script of scripts) this.#scripts.add(script);
  }

  /** The first block that a script still has to be looked for in; null when all go with the index. */
  furthestBehind(): number | null {
    const row = this.#get<{ least: bigint | null }>(
      'SELECT min(next_height) AS least FROM chain_script WHERE next_height IS NOT NULL',
    );
    return row?.least == null ? null : Number(row.least);
  }

  isBehind(script: string): boolean {
    const row = this.#get<{ next_height: bigint | null }>(
      'SELECT next_height FROM chain_script WHERE script = ?',
      script,
    );
    return row?.next_height != null;
  }

  /** What of these transactions touches a followed script. Outputs are known to the ones behind them at once. */
  match(
    transactions: readonly ChainTransaction[],
    unconfirmed: Map<string, string> = this.#outputs,
  ): Match['found'] {
    const found: Match['found'] = [];
    for (const { txid, spends, scripts } of transactions) {
      const outputs = scripts.flatMap((script, vout) =>
        this.#scripts.has(script) ? [{ vout, script }] : [],
      );
      const touches = new Set(outputs.map(({ script }) => script));
      for (const point of spends) {
        const key = `${point.txid}:${point.vout}`;
        const script = this.#outputs.get(key) ?? unconfirmed.get(key);
        if (script !== undefined) touches.add(script);
      }
      for (const { vout, script } of outputs) unconfirmed.set(`${txid}:${vout}`, script);
      if (touches.size > 0) found.push({ txid, touches, outputs });
    }
    return found;
  }

  /** Keeps what blocks of the index itself held; it stands at the last of them then. */
  advance(matches: readonly Match[]): void {
    const last = matches.at(-1)?.block;
    if (last === undefined) return;
    this.#store.tx(() => {
      for (const match of matches) {
        this.#keep(match);
        const { height, hash } = match.block;
        this.#run('INSERT OR REPLACE INTO chain_block (height, hash) VALUES (?, ?)', height, hash);
      }
      this.#run('DELETE FROM chain_block WHERE height <= ?', last.height - REMEMBERED);
      this.#run('UPDATE chain_state SET height = ?, hash = ?', last.height, last.hash);
    });
  }

  /** Keeps what older blocks held for scripts that are behind; those go with the index once they have caught up. */
  catchUp(matches: readonly Match[]): void {
    const last = matches.at(-1)?.block;
    const first = matches[0]?.block;
    if (last === undefined || first === undefined) return;
    this.#store.tx(() => {
      for (const match of matches) this.#keep(match);
      const next = last.height + 1;
      const reached = next > (this.position()?.height ?? -1) ? null : next;
      this.#run(
        'UPDATE chain_script SET next_height = ? WHERE next_height >= ? AND next_height <= ?',
        reached,
        first.height,
        last.height,
      );
    });
  }

  #keep({ block, found }: Match): void {
    for (const { txid, touches, outputs } of found) {
      this.#run(
        'INSERT OR IGNORE INTO chain_transaction (txid, height, hash, time) VALUES (?, ?, ?, ?)',
        txid,
        block.height,
        block.hash,
        block.time,
      );
      for (const script of touches) {
        this.#run('INSERT OR IGNORE INTO chain_touch (script, txid) VALUES (?, ?)', script, txid);
      }
      for (const { vout, script } of outputs) {
        this.#run(
          'INSERT OR IGNORE INTO chain_output (txid, vout, script) VALUES (?, ?, ?)',
          txid,
          vout,
          script,
        );
      }
    }
  }

  /** Confirmed transactions of a script, newest first. */
  history(script: string): IndexedTransaction[] {
    return this.#all<{ txid: string; height: bigint; hash: string; time: bigint }>(
      `SELECT txid, height, hash, time FROM chain_touch JOIN chain_transaction USING (txid)
       WHERE script = ? ORDER BY height DESC, txid`,
      script,
    ).map((row) => ({ ...row, height: Number(row.height), time: Number(row.time) }));
  }

  blockOf(txid: string): string | null {
    return (
      this.#get<{ hash: string }>('SELECT hash FROM chain_transaction WHERE txid = ?', txid)?.hash ?? null
    );
  }

  scriptOf(address: string): string | null {
    return (
      this.#get<{ script: string }>('SELECT script FROM chain_script WHERE address = ?', address)?.script ??
      null
    );
  }

  nameScript(script: string, address: string): void {
    this.#store.tx(() => this.#run('UPDATE chain_script SET address = ? WHERE script = ?', address, script));
  }
}

import type { Store } from '../store/types.ts';

export type RegisterKind = 'holder' | 'category' | 'asset';

/** The state of the desk's copy as a whole: its version, its age, and what the desk changed while it was being read. */
export function createRegisterState(store: Store) {
  const { db } = store;
  const sql = {
    state: db.prepare<[], { version: bigint; synced_at: bigint | null }>(
      `SELECT version, synced_at FROM register_state`,
    ),
    bump: db.prepare(`UPDATE register_state SET version = version + 1`),
    synced: db.prepare(`UPDATE register_state SET synced_at = ?`),
    touch: db.prepare(`INSERT OR IGNORE INTO register_touch (kind, key) VALUES (?, ?)`),
    forget: db.prepare(`DELETE FROM register_touch`),
  };
  return {
    version: (): bigint => sql.state.get()?.version ?? 0n,
    syncedAt(): number | null {
      const at = sql.state.get()?.synced_at ?? null;
      return at === null ? null : Number(at);
    },
    /** Tells that the copy differs from what it was. Inside `store.tx`. */
    bump(): void {
      sql.bump.run();
    },
    /** Notes what the desk changed itself: a list that AMP gave out before must not undo it. Inside `store.tx`. */
    touch(kind: RegisterKind, key: number | string): void {
      sql.touch.run(kind, String(key));
      sql.bump.run();
    },
    /** A new reading begins: what was changed so far is in AMP's lists by now. Inside `store.tx`. */
    forgetTouches(): void {
      sql.forget.run();
    },
    setSynced(at: number): void {
      sql.synced.run(at);
    },
  };
}

import { z } from 'zod';
import type { Store } from '../store/types.ts';
import type { Place } from './taking-up.ts';

const storedProblem = z.object({ message: z.string(), next: z.string() });

/** An AMP0 account whose login waits for a signer. */
export interface StoredSetup {
  id: string;
  name: string;
  purpose: Place['purpose'];
  owner: string;
  peerId: string;
  fingerprint: string;
  /** The account that was asked for; null: the first that is not here, or a new one. */
  ampId: string | null;
  challenge: string | null;
  bundleId: string | null;
  problem: z.output<typeof storedProblem> | null;
  startedAt: number;
}

interface Row {
  id: string;
  name: string;
  purpose: Place['purpose'];
  owner: string;
  peer_id: string;
  fingerprint: string;
  amp_id: string | null;
  challenge: string | null;
  bundle_id: string | null;
  problem: string | null;
  started_at: bigint;
}

/** Everything that writes belongs inside `store.tx`. */
export function createSetupRecords({ db }: Pick<Store, 'db'>) {
  const all = db.prepare<[], Row>('SELECT * FROM custody_setup ORDER BY started_at, id');
  const one = db.prepare<[string], Row>('SELECT * FROM custody_setup WHERE id = ?');
  return {
    list: (): StoredSetup[] => all.all().map(readRow),
    find(id: string): StoredSetup | null {
      const row = one.get(id);
      return row ? readRow(row) : null;
    },
    insert(setup: Omit<StoredSetup, 'challenge' | 'bundleId' | 'problem'>): void {
      db.prepare(
        `INSERT INTO custody_setup (id, name, purpose, owner, peer_id, fingerprint, amp_id, started_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        setup.id,
        setup.name,
        setup.purpose,
        setup.owner,
        setup.peerId,
        setup.fingerprint,
        setup.ampId,
        setup.startedAt,
      );
    },
    challenged(id: string, challenge: string, bundleId: string): void {
      db.prepare('UPDATE custody_setup SET challenge = ?, bundle_id = ?, problem = NULL WHERE id = ?').run(
        challenge,
        bundleId,
        id,
      );
    },
    lost(id: string, { message, next }: { message: string; next: string }): void {
      const problem = JSON.stringify({ message, next });
      db.prepare('UPDATE custody_setup SET challenge = NULL, bundle_id = NULL, problem = ? WHERE id = ?').run(
        problem,
        id,
      );
    },
    remove(id: string): void {
      db.prepare('DELETE FROM custody_setup WHERE id = ?').run(id);
    },
  };
}

function readRow(row: Row): StoredSetup {
  return {
    id: row.id,
    name: row.name,
    purpose: row.purpose,
    owner: row.owner,
    peerId: row.peer_id,
    fingerprint: row.fingerprint,
    ampId: row.amp_id,
    challenge: row.challenge,
    bundleId: row.bundle_id,
    problem: row.problem === null ? null : storedProblem.parse(JSON.parse(row.problem)),
    startedAt: Number(row.started_at),
  };
}

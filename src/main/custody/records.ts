import { z } from 'zod';
import type { CustodyWallet, WalletKeyKind, WalletKind } from '../../shared/contract/index.ts';
import { ERROR_CODES, SluiceError } from '../../shared/errors.ts';
import type { Store } from '../store/types.ts';
import type { WalletRecord } from './types.ts';

/** Why a look at the chain failed, as it was told. */
export const storedProblem = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  next: z.string(),
  at: z.number(),
});
export type StoredProblem = z.output<typeof storedProblem>;

/** Everything that the database has of a wallet itself. */
export interface StoredWallet extends WalletRecord {
  purpose: CustodyWallet['purpose'];
  owner: string;
  archived: boolean;
  blinding: CustodyWallet['blinding'];
  chains: 1 | 2;
  /** The cosigner's key that it was made with; null without a cosigner. */
  serverKey: string | null;
  registeredAt: number | null;
  caution: string | null;
  /** Next place that nobody was told yet, by chain. */
  next: [number, number];
  lastIndex: number;
  scannedTo: number | null;
  scannedHash: string | null;
  scannedAt: number | null;
  problem: StoredProblem | null;
  /** Nothing of it can be on the chain from before (ms); 0 where nobody knows. */
  birthday: number;
  createdAt: number;
}

export type NewWallet = Omit<
  StoredWallet,
  'archived' | 'scannedTo' | 'scannedHash' | 'scannedAt' | 'problem' | 'next' | 'lastIndex'
>;

interface Row {
  id: string;
  kind: WalletKind;
  name: string;
  purpose: CustodyWallet['purpose'];
  owner: string;
  archived: bigint;
  policy_id: string;
  wid: string;
  public_descriptor: string;
  blinding: CustodyWallet['blinding'];
  chains: bigint;
  key_kind: WalletKeyKind;
  fingerprint: string | null;
  peer_id: string | null;
  amp_id: string | null;
  pointer: bigint | null;
  server_key: string | null;
  registered_at: bigint | null;
  caution: string | null;
  next_external: bigint;
  next_internal: bigint;
  last_index: bigint;
  scanned_to: bigint | null;
  scanned_hash: string | null;
  scanned_at: bigint | null;
  problem: string | null;
  birthday: bigint;
  created_at: bigint;
}

/** The register of custody wallets. Everything that writes belongs inside `store.tx`. */
export interface Records {
  /** Oldest first; those put away only when asked for. */
  list(archived?: boolean): StoredWallet[];
  find(id: string): StoredWallet | null;
  /** Throws NOT_FOUND. */
  get(id: string): StoredWallet;
  byPolicyId(policyId: string): StoredWallet | null;
  /** Throws CONFLICT for a wallet that is here already. */
  insert(wallet: NewWallet): void;
  edit(id: string, change: Pick<StoredWallet, 'name' | 'purpose' | 'owner' | 'archived'>): void;
  registered(id: string, at: number): void;
  /** Of a wallet that was never registered, with what the chain showed of it meanwhile. */
  remove(id: string): void;
  setNext(id: string, chain: 0 | 1, next: number): void;
  setLastIndex(id: string, index: number): void;
  scanned(id: string, tip: { height: number; hash: string } | null, at: number): void;
  setProblem(id: string, problem: StoredProblem | null): void;
}

export function createRecords({ db }: Pick<Store, 'db'>): Records {
  const all = db.prepare<[], Row>('SELECT * FROM custody_wallet ORDER BY created_at, rowid');
  const one = db.prepare<[string], Row>('SELECT * FROM custody_wallet WHERE id = ?');
  const byPolicy = db.prepare<[string], Row>('SELECT * FROM custody_wallet WHERE policy_id = ?');
  const insert = db.prepare(
    `INSERT INTO custody_wallet (id, kind, name, purpose, owner, archived, policy_id, wid, public_descriptor, blinding,
       chains, key_kind, fingerprint, peer_id, amp_id, pointer, server_key, registered_at, caution, next_external,
       next_internal, last_index, birthday, created_at)
     VALUES (:id, :kind, :name, :purpose, :owner, 0, :policyId, :wid, :publicDescriptor, :blinding,
       :chains, :keyKind, :fingerprint, :peerId, :ampId, :pointer, :serverKey, :registeredAt, :caution, 0, 0, 0,
       :birthday, :createdAt)`,
  );
  const edit = db.prepare(
    'UPDATE custody_wallet SET name = :name, purpose = :purpose, owner = :owner, archived = :archived WHERE id = :id',
  );
  const find = (id: string): StoredWallet | null => walletOf(one.get(id));
  const byPolicyId = (policyId: string): StoredWallet | null => walletOf(byPolicy.get(policyId));
  return {
    list: (archived = true) =>
      all.all().flatMap((row) => (row.archived === 0n || archived ? [readRow(row)] : [])),
    find,
    get(id) {
      const found = find(id);
      if (found) return found;
      throw new SluiceError('NOT_FOUND', 'There is no such custody wallet here.', {
        next: 'Choose one from the list of wallets.',
        field: 'id',
      });
    },
    byPolicyId,
    insert(wallet) {
      const known = byPolicyId(wallet.policyId);
      if (known) throw held(known);
      insert.run(wallet);
    },
    edit(id, change) {
      edit.run({ ...change, id, archived: change.archived ? 1 : 0 });
    },
    registered(id, at) {
      db.prepare('UPDATE custody_wallet SET registered_at = ? WHERE id = ?').run(at, id);
    },
    remove(id) {
      // Registered after all, by the background: then it stays, with everything.
      if (find(id)?.registeredAt !== null) return;
      for (const table of ['update', 'entry', 'address', 'label', 'notice'] as const)
        db.prepare(`DELETE FROM custody_${table} WHERE wallet_id = ?`).run(id);
      db.prepare('DELETE FROM custody_wallet WHERE id = ?').run(id);
    },
    setNext(id, chain, next) {
      const column = chain === 0 ? 'next_external' : 'next_internal';
      db.prepare(`UPDATE custody_wallet SET ${column} = max(${column}, ?) WHERE id = ?`).run(next, id);
    },
    setLastIndex(id, index) {
      db.prepare('UPDATE custody_wallet SET last_index = max(last_index, ?) WHERE id = ?').run(index, id);
    },
    scanned(id, tip, at) {
      db.prepare(
        `UPDATE custody_wallet SET scanned_to = coalesce(?, scanned_to), scanned_hash = coalesce(?, scanned_hash),
           scanned_at = ?, problem = NULL WHERE id = ?`,
      ).run(tip?.height ?? null, tip?.hash ?? null, at, id);
    },
    setProblem(id, problem) {
      const text = problem === null ? null : JSON.stringify(problem);
      db.prepare('UPDATE custody_wallet SET problem = ? WHERE id = ?').run(text, id);
    },
  };
}

/** The same wallet cannot be taken up twice: its coins would count twice. */
export function held({ name, archived }: Pick<StoredWallet, 'name' | 'archived'>): SluiceError {
  return new SluiceError('CONFLICT', `This desk has that wallet already: “${name}”.`, {
    next: archived ? 'It was put away; bring it back under its settings.' : 'Use that one.',
  });
}

function walletOf(row: Row | undefined): StoredWallet | null {
  return row ? readRow(row) : null;
}

function readRow(row: Row): StoredWallet {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    purpose: row.purpose,
    owner: row.owner,
    archived: row.archived === 1n,
    policyId: row.policy_id,
    wid: row.wid,
    publicDescriptor: row.public_descriptor,
    blinding: row.blinding,
    chains: row.chains === 1n ? 1 : 2,
    keyKind: row.key_kind,
    fingerprint: row.fingerprint,
    peerId: row.peer_id,
    ampId: row.amp_id,
    pointer: numberOf(row.pointer),
    serverKey: row.server_key,
    registeredAt: numberOf(row.registered_at),
    caution: row.caution,
    next: [Number(row.next_external), Number(row.next_internal)],
    lastIndex: Number(row.last_index),
    scannedTo: numberOf(row.scanned_to),
    scannedHash: row.scanned_hash,
    scannedAt: numberOf(row.scanned_at),
    problem: row.problem === null ? null : storedProblem.parse(JSON.parse(row.problem)),
    birthday: Number(row.birthday),
    createdAt: Number(row.created_at),
  };
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

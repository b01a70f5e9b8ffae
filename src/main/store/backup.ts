import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import { SluiceError } from '../../shared/errors.ts';
import { ensurePrivateFolder, inWords, storageError, syncFolder } from '../files/index.ts';
import { createAuditLog } from './audit.ts';
import { checkPages } from './connection.ts';

/** Opens a copy on its own, reads all of it and recomputes its audit chain. Returns the chain's head. */
function verifyCopy(path: string): string {
  const copy = new Database(path);
  try {
    copy.defaultSafeIntegers(true);
    // One file instead of three: a backup is moved about by hand.
    copy.pragma('journal_mode = DELETE');
    checkPages(copy, path, 'integrity_check');
    const orphans = copy.pragma('foreign_key_check') as unknown[];
    if (orphans.length > 0) {
      throw new SluiceError('DATABASE_CORRUPT', `The copy ${path} has rows that refer to nothing.`, {
        next: 'Keep this database as it is, and the older backups: the fault is in the original.',
      });
    }
    const audit = createAuditLog(copy, () => 0).auditVerify();
    if (!audit.ok) {
      throw new SluiceError(
        'AUDIT_BROKEN',
        `The copy was made, but its audit trail does not verify. ${audit.message}`,
        {
          next: 'Keep the older backups and find out who changed the database.',
        },
      );
    }
    return audit.head;
  } finally {
    copy.close();
  }
}

/**
 * Copies a database while it is in use, opens the copy and checks it, and only then gives it its name. What stands
 * under that name is therefore always a good backup.
 */
export async function backupDatabase(
  db: Database.Database,
  path: string,
): Promise<{ bytes: number; auditHead: string }> {
  if (existsSync(path)) {
    throw new SluiceError('CONFLICT', `There is already a file ${path}.`, {
      next: 'Choose another name; a backup never replaces a file.',
    });
  }
  ensurePrivateFolder(dirname(path));
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    closeSync(openSync(beside, 'wx', 0o600));
    await db.backup(beside);
    const auditHead = verifyCopy(beside);
    return inWords(path, () => {
      const handle = openSync(beside, 'r+');
      try {
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      chmodSync(beside, 0o600);
      renameSync(beside, path);
      syncFolder(dirname(path));
      return { bytes: statSync(path).size, auditHead };
    });
  } catch (error) {
    for (const rest of ['', '-journal', '-wal', '-shm']) rmSync(beside + rest, { force: true });
    throw storageError(error, path) ?? error;
  }
}

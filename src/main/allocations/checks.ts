import type { AllocationRow } from '../../shared/contract/index.ts';
import type { Store } from '../store/types.ts';

/**
 * What stops a row from being paid, by the registers as they are now. All of it is decided in SQL, so that 100,000 rows
 * are judged in one statement. `r` is the row, `h` its holder, `:asset` the asset's uuid. Rows that are in an operation
 * or paid are history and have no problems any more.
 */
const DUPLICATE = `EXISTS (SELECT 1 FROM allocation_row d
  WHERE d.holder_id = r.holder_id AND d.allocation_id = r.allocation_id AND d.id < r.id)`;
const MISSING = `EXISTS (SELECT 1 FROM asset_requirement q WHERE q.asset_uuid = :asset
  AND NOT EXISTS (SELECT 1 FROM holder_category m WHERE m.holder_id = r.holder_id AND m.category_id = q.category_id))`;

export const HAS_PROBLEM = `(r.state = 'open' AND (h.id IS NULL OR h.gaid IS NULL OR ${DUPLICATE} OR ${MISSING}))`;

/** Columns to select beside a row, from which `readProblems` makes its problems. */
export const PROBLEM_COLUMNS = `h.id IS NULL AS unknown_holder, h.gaid IS NULL AS no_gaid,
  ${DUPLICATE} AS is_duplicate, ${MISSING} AS lacks_category`;

export interface ProblemFlags {
  unknown_holder: bigint;
  no_gaid: bigint;
  is_duplicate: bigint;
  lacks_category: bigint;
}

export function createProblemReader(store: Store) {
  const missing = store.db.prepare<{ asset: string; holder: number }, { name: string | null; id: bigint }>(
    `SELECT q.category_id AS id, c.name FROM asset_requirement q LEFT JOIN category c ON c.id = q.category_id
     WHERE q.asset_uuid = :asset AND NOT EXISTS (
       SELECT 1 FROM holder_category m WHERE m.holder_id = :holder AND m.category_id = q.category_id)
     ORDER BY c.name`,
  );
  return (
    row: ProblemFlags & { state: string; holder_id: bigint; holder_name: string },
    assetUuid: string,
  ): AllocationRow['problems'] => {
    if (row.state !== 'open') return [];
    const problems: AllocationRow['problems'] = [];
    if (row.unknown_holder === 1n) {
      problems.push({
        code: 'unknown-holder',
        message: `“${row.holder_name}” (number ${row.holder_id}) is no holder any more. Remove the row.`,
      });
      if (row.is_duplicate === 0n) return problems;
    } else {
      if (row.no_gaid === 1n) {
        problems.push({
          code: 'no-gaid',
          message: `“${row.holder_name}” has no GAID and cannot receive. Add one on the holder’s page.`,
        });
      }
      if (row.lacks_category === 1n) {
        const names = missing
          .all({ asset: assetUuid, holder: Number(row.holder_id) })
          .map((category) => `“${category.name ?? `Category ${category.id}`}”`);
        problems.push({
          code: 'category-missing',
          message: `“${row.holder_name}” is not in ${names.join(', ')}, which the asset requires.`,
        });
      }
    }
    if (row.is_duplicate === 1n) {
      problems.push({
        code: 'duplicate',
        message: `“${row.holder_name}” stands in this allocation already. Remove one of the rows.`,
      });
    }
    return problems;
  };
}

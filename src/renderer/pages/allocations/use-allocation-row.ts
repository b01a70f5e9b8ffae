import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { AllocationRow } from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';

/** The row of an allocation by its number. Rows are ordered by number, so halving finds it in a few steps. */
export function useAllocationRow(
  id: string,
  rowId: number | undefined,
): UseQueryResult<AllocationRow | null, BridgeError> {
  return useQuery<AllocationRow | null, BridgeError>({
    queryKey: ['allocations.rows', `${id}/${rowId ?? ''}`],
    enabled: rowId !== undefined,
    queryFn: () => (rowId === undefined ? null : findRow(id, rowId)),
  });
}

async function findRow(id: string, rowId: number): Promise<AllocationRow | null> {
  const at = (offset: number) =>
    call('allocations.rows', { id, sort: { by: 'id', direction: 'asc' }, offset, limit: 1 });
  let low = 0;
  let high = (await at(0)).total;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = (await at(middle)).rows[0];
    if (!row) return null;
    if (row.id === rowId) return row;
    if (row.id < rowId) low = middle + 1;
    else high = middle;
  }
  return null;
}

import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ImportRow } from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';

const PAGE = 1000;

/** The row of an import by its line: wrong rows come first, so it is nearly always in the first page. */
export function useImportRow(
  id: string,
  line: number | undefined,
): UseQueryResult<ImportRow | null, BridgeError> {
  return useQuery<ImportRow | null, BridgeError>({
    queryKey: ['imports.rows', `${id}/${line ?? ''}`],
    enabled: line !== undefined,
    queryFn: async () => {
      for (let offset = 0; ; offset += PAGE) {
        const { rows, total } = await call('imports.rows', { id, offset, limit: PAGE });
        const found = rows.find((row) => row.line === line);
        if (found) return found;
        if (offset + PAGE >= total) return null;
      }
    },
  });
}

import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Result } from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';

/**
 * The Jades at this machine. Looking opens every port that may be one, so it is done once when somebody needs it and
 * again when they ask; the answer is shared by all that show it.
 */
export function useJades(enabled = true): UseQueryResult<Result<'jade.devices'>, BridgeError> {
  return useQuery<Result<'jade.devices'>, BridgeError>({
    queryKey: ['jade.devices', '{}'],
    queryFn: () => call('jade.devices', {}),
    enabled,
    staleTime: Infinity,
    retry: false,
  });
}

import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { Args, CallName, Contract, Result } from '../../shared/contract/index.ts';
import type { BridgeError } from './bridge-error.ts';
import { call } from './call.ts';
import { staleAfterCommand } from './invalidation.ts';
import { refresh } from './refresh.ts';

export type QueryName = { [N in CallName]: Contract[N]['kind'] extends 'query' ? N : never }[CallName];
export type CommandName = Exclude<CallName, QueryName>;

export interface AskOptions {
  enabled?: boolean;
  /** Keep showing the last answer while another one is on its way (search, sort). */
  keep?: boolean;
  /** Ask again by itself: events may be lost, freshness must not depend on them alone. Milliseconds. */
  every?: number;
}

/** The key under which an answer is kept. Arguments hold bigints, so they are written out. */
export function queryKey<N extends QueryName>(name: N, args: Args<N>): readonly [N, string] {
  return [
    name,
    JSON.stringify(args, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
  ];
}

/** A query of the contract, kept and refreshed by events. */
export function useAsk<N extends QueryName>(
  name: N,
  args: Args<N>,
  options: AskOptions = {},
): UseQueryResult<Result<N>, BridgeError> {
  return useQuery<Result<N>, BridgeError, Result<N>>({
    queryKey: queryKey(name, args),
    queryFn: () => call(name, args),
    enabled: options.enabled ?? true,
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
    ...(options.every === undefined ? {} : { refetchInterval: options.every }),
  });
}

/**
 * A command of the contract. What it changes is asked for again, but the command does not wait for that: what follows it on
 * the page (going somewhere, closing a drawer) must not be lost because new answers took its place away first.
 */
export function useCommand<N extends CommandName>(
  name: N,
): UseMutationResult<Result<N>, BridgeError, Args<N>> {
  const client = useQueryClient();
  return useMutation<Result<N>, BridgeError, Args<N>>({
    mutationKey: [name],
    mutationFn: (args) => call(name, args),
    onSettled: () => {
      void refresh(client, staleAfterCommand(name));
    },
  });
}

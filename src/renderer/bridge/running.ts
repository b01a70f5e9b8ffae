import { useMutationState } from '@tanstack/react-query';
import type { Args } from '../../shared/contract/index.ts';
import type { CommandName } from './hooks.ts';

/**
 * The arguments of a command's calls that are under way, wherever on the page they were started: who leaves a page and
 * comes back finds them again.
 */
export function useRunning<N extends CommandName>(name: N): Args<N>[] {
  return useMutationState({
    filters: { mutationKey: [name], exact: true, status: 'pending' },
    select: (mutation) => mutation.state.variables as Args<N>,
  });
}

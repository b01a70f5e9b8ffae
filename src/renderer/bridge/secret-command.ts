import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Args, Result } from '../../shared/contract/index.ts';
import { asBridgeError, type BridgeError } from './bridge-error.ts';
import { call } from './call.ts';
import type { CommandName } from './hooks.ts';
import { staleAfterCommand } from './invalidation.ts';
import { refresh } from './refresh.ts';

export interface SecretCommand<N extends CommandName> {
  isPending: boolean;
  error: BridgeError | null;
  /** Answers undefined when it failed; `error` then says why. */
  run: (args: Args<N>) => Promise<Result<N> | undefined>;
}

/** A command whose arguments hold a secret: unlike others, nothing of the page keeps them once they are sent. */
export function useSecretCommand<N extends CommandName>(name: N): SecretCommand<N> {
  const client = useQueryClient();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<BridgeError | null>(null);
  return {
    isPending,
    error,
    run: async (args) => {
      setPending(true);
      setError(null);
      try {
        return await call(name, args);
      } catch (reason) {
        setError(asBridgeError(name, reason));
        return undefined;
      } finally {
        setPending(false);
        void refresh(client, staleAfterCommand(name));
      }
    },
  };
}

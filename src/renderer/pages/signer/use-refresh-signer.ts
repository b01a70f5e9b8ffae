import { useQueryClient } from '@tanstack/react-query';
import { refresh } from '../../bridge/refresh.ts';

/** Asks again what depends on the signer's key, after a command whose arguments must not be kept by the cache. */
export function useRefreshSigner(): () => void {
  const client = useQueryClient();
  return () => {
    void refresh(client, ['signer.status', 'signer.requests', 'signer.descriptor', 'audit.list']);
  };
}

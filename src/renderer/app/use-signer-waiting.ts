import { useAsk } from '../bridge/hooks.ts';
import { signerItems } from './signer-waiting.ts';
import type { Waiting } from './use-waiting.ts';

const EVERY = 20_000;
const LOOKED_AT = 100;

/** What waits for the person at a signer, from answers that the Overview and the left list share. */
export function useSignerWaiting(): Waiting {
  const status = useAsk('signer.status', {}, { every: EVERY });
  const peers = useAsk('pairing.peers', {});
  const requests = useAsk('signer.requests', { offset: 0, limit: LOOKED_AT }, { every: EVERY });
  const logins = useAsk('signer.logins', {}, { every: EVERY });
  const answers = [status, peers, requests, logins];
  const failed = answers.filter((answer) => answer.isError && answer.data === undefined);
  return {
    items: signerItems({
      status: status.data,
      peers: peers.data?.peers,
      requests: requests.data?.rows,
      logins: logins.data?.logins,
    }),
    state: failed.length > 0 ? 'partly' : answers.some((answer) => answer.isPending) ? 'loading' : 'known',
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const answer of failed) void answer.refetch();
    },
  };
}

import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Review } from '../../../../shared/contract/index.ts';
import type { BridgeError } from '../../../bridge/bridge-error.ts';
import { useAsk } from '../../../bridge/hooks.ts';
import type { Round } from '../../../lib/signatures.ts';

/** The review of what waits in a round, asked for again when other batches wait: opening every output takes its time. */
export function useReview(
  operationId: string,
  round: Round | undefined,
): UseQueryResult<Review, BridgeError> {
  const review = useAsk('signing.review', { operationId });
  const { refetch } = review;
  const waiting = round?.batches.map(({ batchId, txid }) => `${batchId} ${txid}`).join();
  const before = useRef(waiting);
  useEffect(() => {
    if (before.current === waiting) return;
    if (before.current !== undefined && waiting !== '') void refetch();
    before.current = waiting;
  }, [waiting, refetch]);
  return review;
}

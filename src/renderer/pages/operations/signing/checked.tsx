import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Review } from '../../../../shared/contract/index.ts';
import type { BridgeError } from '../../../bridge/bridge-error.ts';
import { Answer } from '../../../components/layout/answer.tsx';
import styles from './signing.module.css';

interface CheckedProps {
  review: UseQueryResult<Review, BridgeError>;
  lines?: number;
  children: (review: Review) => ReactNode;
}

/** A review, or why it takes a while: every output is opened from the transaction itself. */
export function Checked({ review, lines = 4, children }: CheckedProps): ReactNode {
  return (
    <>
      {review.isPending && (
        <p className={styles.help}>Opening and checking every output. This takes some seconds.</p>
      )}
      <Answer of={review} lines={lines}>
        {children}
      </Answer>
    </>
  );
}

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { Failure } from './failure.tsx';
import styles from './layout.module.css';

interface AnswerProps<T> {
  of: UseQueryResult<T, BridgeError>;
  /** Lines of the skeleton, so that the page keeps its height. */
  lines?: number;
  children: (data: T) => ReactNode;
}

/** An answer of the desk in whichever state it is. An answer that grew old stays visible when a new one fails. */
export function Answer<T>({ of, lines = 4, children }: AnswerProps<T>): ReactNode {
  if (of.data !== undefined) return children(of.data);
  if (of.isError) return <Failure error={of.error} onRetry={() => void of.refetch()} />;
  return <Skeleton lines={lines} />;
}

export function Skeleton({ lines }: { lines: number }): ReactElement {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}

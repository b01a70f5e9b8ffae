import type { ReactElement, ReactNode } from 'react';
import { Button } from '../controls/button.tsx';
import styles from './table.module.css';

interface BulkBarProps {
  /** “3 holders selected” */
  count: string;
  onClear: () => void;
  children: ReactNode;
}

export function BulkBar({ count, onClear, children }: BulkBarProps): ReactElement {
  return (
    <div className={styles.bulk} role="group" aria-label="Selected rows">
      <strong>{count}</strong>
      {children}
      <Button tone="quiet" size="small" onPress={onClear}>
        Clear selection
      </Button>
    </div>
  );
}

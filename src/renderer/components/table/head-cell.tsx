import type { ReactElement } from 'react';
import { classes } from '../../lib/text.ts';
import { Icon } from '../icon.tsx';
import styles from './table.module.css';

interface HeadCellProps {
  name: string;
  end: boolean;
  order: 'asc' | 'desc' | undefined;
  onSort: (() => void) | undefined;
}

export function HeadCell({ name, end, order, onSort }: HeadCellProps): ReactElement {
  const sorted = order === 'asc' ? 'ascending' : order === 'desc' ? 'descending' : 'none';
  return (
    <div
      role="columnheader"
      aria-sort={onSort ? sorted : undefined}
      className={classes(styles.cell, end && styles.end)}
    >
      {onSort ? (
        <button type="button" className={styles.sort} onClick={onSort}>
          {name}
          {order && <Icon name={order === 'asc' ? 'up' : 'down'} size={12} />}
        </button>
      ) : (
        name
      )}
    </div>
  );
}

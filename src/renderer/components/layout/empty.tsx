import type { ReactElement, ReactNode } from 'react';
import styles from './layout.module.css';

/** Nothing here: one sentence and the next step. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }): ReactElement {
  return (
    <div className={styles.empty}>
      <p>{children}</p>
      {action}
    </div>
  );
}

import type { ReactElement, ReactNode } from 'react';
import styles from './frame.module.css';

/** The desk before a profile is open: no list, no bar, one thing to do. */
export function Bare({ title, children }: { title?: string; children?: ReactNode }): ReactElement {
  return (
    <main className={styles.bare}>
      <div className={styles.bareBox}>
        <div className={styles.brand}>
          <img src="./icon.svg" alt="" />
          <span>Sluice, the issuer’s treasury desk</span>
        </div>
        {title !== undefined && <h1>{title}</h1>}
        {children}
      </div>
    </main>
  );
}

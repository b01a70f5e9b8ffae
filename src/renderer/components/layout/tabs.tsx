import type { ReactElement, ReactNode } from 'react';
import styles from './layout.module.css';

/** Links between parts of a page that have their own address. */
export function LinkTabs({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {children}
    </nav>
  );
}

export function TabCount({ children }: { children: ReactNode }): ReactElement {
  return <small className="figures">{children}</small>;
}

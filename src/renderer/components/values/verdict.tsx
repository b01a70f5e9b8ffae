import type { ReactElement, ReactNode } from 'react';
import { classes } from '../../lib/text.ts';
import { Icon, type IconName } from '../icon.tsx';
import styles from './values.module.css';

export type Meaning = 'good' | 'waiting' | 'attention' | 'wrong';

const SHAPE: Record<Meaning, IconName> = {
  good: 'check',
  waiting: 'clock',
  attention: 'warning',
  wrong: 'wrong',
};
const WORD: Record<Meaning, string> = {
  good: 'Good',
  waiting: 'Waiting',
  attention: 'Attention',
  wrong: 'Wrong',
};

/** A meaning as shape and word; colour only repeats it. */
export function Verdict({ of, children }: { of: Meaning; children?: ReactNode }): ReactElement {
  return (
    <span className={classes(styles.verdict, styles[of])}>
      <Icon name={SHAPE[of]} size={14} />
      <span>{children ?? WORD[of]}</span>
    </span>
  );
}

/** The same, small and filled, for states in tables and heads. */
export function Badge({
  of = 'neutral',
  children,
}: {
  of?: Meaning | 'neutral';
  children: ReactNode;
}): ReactElement {
  return (
    <span className={classes(styles.badge, styles[of])}>
      {of !== 'neutral' && <Icon name={SHAPE[of]} size={12} />}
      {children}
    </span>
  );
}

/** What stands where there is nothing. */
export function None({ children = '—' }: { children?: ReactNode }): ReactElement {
  return <span className={styles.none}>{children}</span>;
}

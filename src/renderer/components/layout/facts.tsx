import type { ReactElement, ReactNode } from 'react';
import { Verdict, type Meaning } from '../values/verdict.tsx';
import { classes } from '../../lib/text.ts';
import styles from './layout.module.css';

export type Fact = readonly [label: string, value: ReactNode, note?: ReactNode];

/** A few figures that matter most. */
export function KeyFigures({ figures, label }: { figures: readonly Fact[]; label: string }): ReactElement {
  return (
    <dl className={styles.figures} aria-label={label}>
      {figures.map(([name, value, note]) => (
        <div key={name} className={styles.figure}>
          <dt>{name}</dt>
          <dd className="figures">
            {value}
            {note !== undefined && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Facts({ facts }: { facts: readonly Fact[] }): ReactElement {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <FactLine key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function FactLine({ name, value }: { name: string; value: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

interface Check {
  verdict: Meaning;
  message: string;
  next: string;
  title?: string;
}

const CHECK_WORD: Record<Meaning, string> = {
  good: 'Passed',
  waiting: 'Not yet',
  attention: 'Look at this',
  wrong: 'Stops it',
};

/** Every check as a line with its evidence. */
export function Checks({ checks, label }: { checks: readonly Check[]; label: string }): ReactElement {
  return (
    <ul className={styles.checks} aria-label={label}>
      {checks.map((check, index) => (
        <li key={index}>
          <Verdict of={check.verdict}>{CHECK_WORD[check.verdict]}</Verdict>
          <div>
            {check.title !== undefined && <strong>{check.title}: </strong>}
            {check.message}
            {check.next !== '' && check.verdict !== 'good' && <p>{check.next}</p>}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface BannerProps {
  of: Meaning;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

/** A warning where it applies. */
export function Banner({ of, title, children, actions }: BannerProps): ReactElement {
  return (
    <div className={classes(styles.notice, styles[of])}>
      <div>
        <Verdict of={of}>{title}</Verdict>
        {children !== undefined && <span>{children}</span>}
      </div>
      {actions}
    </div>
  );
}

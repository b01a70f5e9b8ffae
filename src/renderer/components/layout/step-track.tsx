import type { ReactElement } from 'react';
import { classes } from '../../lib/text.ts';
import { absoluteTime } from '../../lib/time.ts';
import { Icon } from '../icon.tsx';
import styles from './step-track.module.css';

export interface TrackStep {
  name: string;
  state: 'done' | 'next' | 'later';
  /** When it was reached, if it is known. */
  at: number | null;
}

interface StepTrackProps {
  label: string;
  steps: readonly TrackStep[];
  /** The next step does not come by itself. */
  stuck?: boolean;
}

const SAID = { done: 'done', next: 'next', later: 'not yet' } as const;

/** Where something stands on its way: what is done and when, what comes next, what later. */
export function StepTrack({ label, steps, stuck = false }: StepTrackProps): ReactElement {
  return (
    <ol
      className={styles.steps}
      aria-label={label}
      style={{ gridTemplateColumns: `repeat(${steps.length}, minmax(0, 1fr))` }}
    >
      {steps.map((step) => (
        <li
          key={step.name}
          className={classes(
            styles.step,
            step.state === 'done' && styles.done,
            step.state === 'next' && (stuck ? styles.stuck : styles.next),
          )}
          aria-current={step.state === 'next' ? 'step' : undefined}
          data-tip={step.at === null ? undefined : absoluteTime(step.at)}
          data-step={step.state}
        >
          <span className={styles.mark}>{step.state === 'done' && <Icon name="check" size={10} />}</span>
          <span>
            {step.name}
            <span className="visually-hidden">: {SAID[step.state]}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

import type { ReactElement } from 'react';
import type { ReviewCheck } from '../../../shared/contract/index.ts';
import { Verdict, type Meaning } from '../values/verdict.tsx';
import { worstFirst } from './words.ts';
import styles from './review.module.css';

const WORD: Record<Meaning, string> = {
  good: 'Passed',
  waiting: 'Not yet',
  attention: 'Look at this',
  wrong: 'Stops it',
};

/** Every rule that was checked, with what it was found by; what stops it stands first. */
export function CheckList({ checks }: { checks: readonly ReviewCheck[] }): ReactElement {
  return (
    <ul className={styles.checks} aria-label="Checks">
      {worstFirst(checks).map((check, index) => (
        <li key={`${check.code} ${index}`} data-verdict={check.verdict}>
          <Verdict of={check.verdict}>{WORD[check.verdict]}</Verdict>
          <div>
            <strong>{check.title}</strong>
            <p>{check.evidence}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

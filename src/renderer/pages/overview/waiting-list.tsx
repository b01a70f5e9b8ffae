import type { ReactElement } from 'react';
import type { Waiting } from '../../app/use-waiting.ts';
import { WaitingLink } from '../../app/waiting-link.tsx';
import { Skeleton } from '../../components/layout/answer.tsx';
import { Failure } from '../../components/layout/failure.tsx';
import { Verdict } from '../../components/values/verdict.tsx';
import styles from './overview.module.css';

/** What waits for a person, each with its one action. */
export function WaitingList({ waiting }: { waiting: Waiting }): ReactElement {
  return (
    <>
      {waiting.items.length > 0 && (
        <ul className={styles.items}>
          {waiting.items.map((item) => (
            <li key={item.key}>
              <Verdict of={item.meaning}>
                <span className="visually-hidden">{item.meaning}</span>
              </Verdict>
              <div>
                <strong>{item.text}</strong>
                <p>{item.detail}</p>
              </div>
              <WaitingLink item={item} />
            </li>
          ))}
        </ul>
      )}
      {waiting.state === 'partly' && waiting.error && (
        <Failure error={waiting.error} onRetry={waiting.retry} />
      )}
      {waiting.state === 'loading' && waiting.items.length === 0 && <Skeleton lines={2} />}
      {waiting.state === 'known' && waiting.items.length === 0 && (
        <p className={styles.calm}>
          <Verdict of="good">Nothing waits for you.</Verdict>
        </p>
      )}
    </>
  );
}

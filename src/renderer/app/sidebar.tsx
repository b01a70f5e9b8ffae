import { Link } from '@tanstack/react-router';
import { useSyncExternalStore, type ReactElement } from 'react';
import type { Role } from '../../shared/contract/index.ts';
import { Icon } from '../components/icon.tsx';
import { counted, formatCount } from '../lib/format.ts';
import { deskSigns } from './events.ts';
import { placesOf } from './places.ts';
import { useSignerWaiting } from './use-signer-waiting.ts';
import { useWaiting } from './use-waiting.ts';
import { waitingCounts, type WaitingItem } from './waiting.ts';
import styles from './frame.module.css';

/** The pages of a role, each with what waits there. */
export function Sidebar({ role }: { role: Role }): ReactElement {
  return role === 'signer' ? <SignerSidebar /> : <DeskSidebar />;
}

function DeskSidebar(): ReactElement {
  return <Listed role="desk" items={useWaiting().items} />;
}

function SignerSidebar(): ReactElement {
  return <Listed role="signer" items={useSignerWaiting().items} />;
}

function Listed({ role, items }: { role: Role; items: readonly WaitingItem[] }): ReactElement {
  const counts = waitingCounts(items);
  const { progress } = useSyncExternalStore(deskSigns.subscribe, deskSigns.current);
  return (
    <nav className={styles.side} aria-label="Pages">
      <ul>
        {placesOf(role).map((place) => {
          const count = counts.get(place.to) ?? 0;
          return (
            <li key={place.to}>
              <Link to={place.to} className={styles.place ?? ''} data-tip={`g ${place.letter}`}>
                <Icon name={place.icon} />
                <span>{place.name}</span>
                {count > 0 && (
                  <span
                    className={styles.waiting}
                    aria-label={`${counted(count, 'item waits', 'items wait')}`}
                  >
                    {count}
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
      {progress && (
        <div className={styles.progress} role="status">
          {progress.task}: {formatCount(progress.done)} of {formatCount(progress.total)}
          <progress max={progress.total} value={progress.done} aria-label={progress.task} />
        </div>
      )}
    </nav>
  );
}

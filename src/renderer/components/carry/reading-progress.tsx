import type { ReactElement } from 'react';
import { counted, formatCount } from '../../lib/format.ts';
import { Button } from '../controls/button.tsx';
import type { ReadingState } from './reader.ts';
import styles from './carry.module.css';

interface ReadingProgressProps {
  progress: ReadingState['progress'];
  onRestart: () => void;
}

/** How many of the codes that it takes have been read. */
export function ReadingProgress({ progress, onRestart }: ReadingProgressProps): ReactElement | null {
  if (progress === null) return null;
  const { have, needed, refused } = progress;
  const whole = needed !== null && have >= needed;
  return (
    <div className={styles.reading} role="status">
      <span className="figures">{words(have, needed)}</span>
      {needed !== null && !whole && <progress max={needed} value={have} aria-label="Codes read" />}
      {refused > 0 && (
        <span className={styles.help}>
          {counted(refused, 'code')} did not belong to this and {refused === 1 ? 'was' : 'were'} left out.
        </span>
      )}
      {!whole && (
        <span>
          <Button tone="link" onPress={onRestart}>
            Begin again
          </Button>
        </span>
      )}
    </div>
  );
}

function words(have: number, needed: number | null): string {
  if (needed === null) return `${counted(have, 'code')} read.`;
  if (have >= needed) return 'All codes read.';
  return `${formatCount(have)} of about ${counted(needed, 'code')} read.`;
}

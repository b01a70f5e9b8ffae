import type { ReactElement } from 'react';
import styles from './carry.module.css';

/** Words that are compared by eye with those on another screen: large, numbered, in two rows of four. */
export function EightWords({ words, label }: { words: string; label: string }): ReactElement {
  return (
    <ol className={styles.words} aria-label={label}>
      {words.split(/\s+/).map((word, index) => (
        <li key={index}>
          <small aria-hidden="true">{index + 1}</small>
          <strong>{word}</strong>
        </li>
      ))}
    </ol>
  );
}

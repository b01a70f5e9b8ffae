import type { ReactElement } from 'react';
import { Button } from '../../components/controls/button.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import styles from './signer.module.css';

interface WordGridProps {
  words: readonly string[];
  onWritten: () => void;
}

/** The words, numbered. They cannot be selected or copied: paper is the only place for them. */
export function WordGrid({ words, onWritten }: WordGridProps): ReactElement {
  return (
    <div className={styles.steps}>
      <ol
        className={styles.grid}
        aria-label="The words of the key"
        onCopy={(event) => event.preventDefault()}
        onCut={(event) => event.preventDefault()}
      >
        {words.map((word, index) => (
          <li key={index}>
            <small aria-hidden="true">{index + 1}</small>
            <span>{word}</span>
          </li>
        ))}
      </ol>
      <Banner of="attention" title="Whoever has these words has the key.">
        No picture, no file, no printer. If you leave this page now, these words are forgotten and no key is
        kept.
      </Banner>
      <div>
        <Button tone="primary" onPress={onWritten}>
          I have written them down
        </Button>
      </div>
    </div>
  );
}

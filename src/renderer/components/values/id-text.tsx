import type { ReactElement } from 'react';
import { grouped4, shortId } from '../../lib/format.ts';
import { Icon } from '../icon.tsx';
import { copyText } from '../overlay/notices.ts';
import styles from './values.module.css';

interface IdTextProps {
  id: string;
  /** What the identifier is, for the copy button: “transaction id”. */
  what: string;
  /** Show every character. */
  whole?: boolean;
  /** In a table there is no button for each row: `c` copies. */
  button?: boolean;
  /** On focus in groups of four, to be compared by eye. */
  grouped?: boolean;
}

/** An identifier in mono, first and last six, whole on focus, copied with `c`. */
export function IdText({
  id,
  what,
  whole = false,
  button = true,
  grouped = false,
}: IdTextProps): ReactElement {
  const tip = grouped ? grouped4(id) : id;
  return (
    <span className={styles.id} data-copy={id} data-copy-what={what}>
      <code
        className={whole ? styles.whole : undefined}
        data-tip={whole ? undefined : tip}
        tabIndex={button ? 0 : undefined}
      >
        {whole ? id : shortId(id)}
      </code>
      {button && (
        <button
          type="button"
          className={styles.copy}
          aria-label={`Copy ${what}`}
          onClick={() => void copyText(id, what)}
        >
          <Icon name="copy" size={13} />
        </button>
      )}
    </span>
  );
}

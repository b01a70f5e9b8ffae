import type { ReactElement } from 'react';
import { fingerprintGroups } from './words.ts';
import styles from './review.module.css';

interface FingerprintProps {
  of: string;
  /** What it stands for: “Fingerprint of this payment”. */
  label: string;
  note: string;
}

/** A fingerprint in eight groups of four, large enough to be read across a room. */
export function Fingerprint({ of, label, note }: FingerprintProps): ReactElement {
  const groups = fingerprintGroups(of);
  return (
    <figure className={styles.fingerprint}>
      <figcaption>
        <strong>{label}</strong>
        <span>{note}</span>
      </figcaption>
      <p
        data-copy={groups.join(' ')}
        data-copy-what="fingerprint"
        aria-label={groups.join(' ')}
        role="img"
        tabIndex={0}
      >
        {groups.map((group, index) => (
          <span key={index}>{group}</span>
        ))}
      </p>
    </figure>
  );
}

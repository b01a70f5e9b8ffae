import { useState, type ReactElement } from 'react';
import type { Arrangement, CosignerKind } from '../../../shared/contract/index.ts';
import { Fingerprint } from '../../components/review/fingerprint.tsx';
import { Button } from '../../components/controls/button.tsx';
import { copyText } from '../../components/overlay/notices.ts';
import { Badge } from '../../components/values/verdict.tsx';
import { counted } from '../../lib/format.ts';
import styles from './signer.module.css';

const KINDS: Record<CosignerKind, string> = {
  keychain: 'Key of the desk',
  jade: 'Jade',
  signer: 'Air-gapped signer',
};

interface ArrangementCardProps {
  arrangement: Arrangement;
  /** Fingerprint of the key here, to mark it among the cosigners. */
  own: string | null;
}

/** Who signs for a treasury, and how many of them it takes. */
export function ArrangementCard({ arrangement, own }: ArrangementCardProps): ReactElement {
  const [whole, setWhole] = useState(false);
  const { name, threshold, cosigners, descriptor, fingerprint } = arrangement;
  return (
    <section className={styles.card} aria-label={name}>
      <header>
        <h2>{name}</h2>
        <span>
          {cosigners.length === 1
            ? 'One key signs'
            : `${threshold} of ${counted(cosigners.length, 'key')} have to sign`}
        </span>
      </header>
      <Fingerprint
        of={fingerprint}
        label="Fingerprint of this treasury"
        note="Over network, threshold, keys and blinding key. The same on desk and signer."
      />
      <ul className={styles.cosigners} aria-label="Cosigners">
        {cosigners.map((cosigner) => (
          <li key={cosigner.fingerprint + cosigner.path}>
            <span>
              {cosigner.name} {cosigner.fingerprint === own && <Badge of="good">This signer</Badge>}
            </span>
            <small>{KINDS[cosigner.kind]}</small>
            <code>{cosigner.fingerprint}</code>
            <code data-tip={cosigner.xpub} data-copy={cosigner.xpub} data-copy-what="public key" tabIndex={0}>
              {cosigner.path}
            </code>
          </li>
        ))}
      </ul>
      <div className={styles.row}>
        <Button size="small" aria-expanded={whole} onPress={() => setWhole(!whole)}>
          {whole ? 'Hide descriptor' : 'Show descriptor'}
        </Button>
        {whole && (
          <Button
            size="small"
            tone="quiet"
            icon="copy"
            onPress={() => void copyText(descriptor, 'descriptor')}
          >
            Copy
          </Button>
        )}
      </div>
      {whole && <code className={styles.long}>{descriptor}</code>}
    </section>
  );
}

import { useState, type ReactElement, type ReactNode } from 'react';
import type { Outgoing } from '../../../shared/contract/index.ts';
import { downloadBytes } from '../../lib/files.ts';
import { counted, formatBytes } from '../../lib/format.ts';
import { durationWords } from '../../lib/time.ts';
import { Button } from '../controls/button.tsx';
import { AnimatedQr } from './animated-qr.tsx';
import styles from './carry.module.css';

interface SendBundleProps {
  outgoing: Outgoing;
  /** What it is and for whom, as a heading: “Request to Vault room”. */
  title: string;
  /** What happens next, on the other side: “Open it on the signer, under Requests.” */
  next?: ReactNode;
}

/** A bundle on its way across the air gap: as a file, or as QR codes where its size lets that be sensible. */
export function SendBundle({ outgoing, title, next }: SendBundleProps): ReactElement {
  const [showing, setShowing] = useState(false);
  const byQr = outgoing.advice === 'qr';
  return (
    <section className={styles.carry} aria-label={title}>
      <div className={styles.carryHead}>
        <h2>{title}</h2>
        <p>
          <code>{outgoing.fileName}</code> · {formatBytes(outgoing.bytes)}
        </p>
        <p>{outgoing.adviceText}</p>
        {next !== undefined && <p>{next}</p>}
      </div>
      <div className={styles.ways}>
        <Button icon="export" tone={byQr ? 'plain' : 'primary'} onPress={() => downloadBytes(outgoing)}>
          Save file
        </Button>
        <Button
          icon="qr"
          tone={byQr ? 'primary' : 'plain'}
          aria-expanded={showing}
          onPress={() => setShowing(!showing)}
        >
          {showing ? 'Hide QR codes' : 'Show QR codes'}
        </Button>
        {!showing && (
          <span className={styles.help}>
            {counted(outgoing.frames, 'code')}, {durationWords(outgoing.seconds)}
          </span>
        )}
      </div>
      {showing && <AnimatedQr of={{ kind: 'bundle', id: outgoing.bundleId }} what={title} />}
    </section>
  );
}

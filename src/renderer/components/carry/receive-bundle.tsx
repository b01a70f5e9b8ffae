import { useState, type ReactElement } from 'react';
import type { Received } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { useFollow } from '../../lib/go-to.ts';
import { FailureNote } from '../layout/failure.tsx';
import { Banner } from '../layout/facts.tsx';
import { GapNote } from './gap-note.tsx';
import { Intake } from './intake.tsx';
import type { WholeReading } from './reader.ts';
import styles from './carry.module.css';

interface ReceiveBundleProps {
  /** “Take in the answer of the signer” */
  title: string;
  /** What is expected, and from where. */
  hint?: string;
  /** Called when a bundle was taken in; without it the page that the bundle is about is opened. */
  onReceived?: (received: Received) => void;
  /** Bare PSETs (base64) and plain texts are taken where the page has a use for them, and refused in words elsewhere. */
  onOther?: (read: { kind: 'pset' | 'text'; content: string }) => void;
}

/** A bundle coming in across the air gap: a file, pictures of its QR codes, or the codes before the camera. */
export function ReceiveBundle({ title, hint, onReceived, onOther }: ReceiveBundleProps): ReactElement {
  const receive = useCommand('bundles.receive');
  const follow = useFollow();
  const [strange, setStrange] = useState<'pset' | 'text' | null>(null);

  const takeIn = (content: string, acceptGap?: true): void => {
    receive.mutate(acceptGap ? { content, acceptGap } : { content }, {
      onSuccess: onReceived ?? follow,
    });
  };
  const whole = ({ kind, content }: WholeReading): void => {
    setStrange(null);
    if (kind === 'bundle') takeIn(content);
    else if (onOther) onOther({ kind, content });
    else setStrange(kind);
  };
  return (
    <section className={styles.carry} aria-label={title}>
      <div className={styles.carryHead}>
        <h2>{title}</h2>
        {hint !== undefined && <p>{hint}</p>}
      </div>
      <Intake
        invitation="Drop a bundle here, or pictures of its QR codes. Pictures can be pasted, too."
        action="Choose file or pictures"
        onWhole={whole}
        isPending={receive.isPending}
      />
      {strange !== null && (
        <div role="alert">
          <Banner of="attention" title={STRANGE[strange]}>
            A bundle of a paired desk or signer is asked for here.
          </Banner>
        </div>
      )}
      {receive.error &&
        (receive.error.code === 'BUNDLE_OUT_OF_ORDER' ? (
          <GapNote
            error={receive.error}
            running={receive.isPending}
            onAccept={() => takeIn(receive.variables?.content ?? '', true)}
          />
        ) : (
          <FailureNote error={receive.error} />
        ))}
      {receive.data && <Banner of="good" title={receive.data.sentence} />}
    </section>
  );
}

const STRANGE = {
  pset: 'This is a bare PSET, for which nobody vouches.',
  text: 'These codes carry plain text.',
} as const;

import { useState, type ReactElement, type ReactNode } from 'react';
import type { Review } from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { counted } from '../../lib/format.ts';
import { assetWord } from '../../lib/text.ts';
import { Button } from '../controls/button.tsx';
import { FailureNote } from '../layout/failure.tsx';
import { ConfirmTyped } from '../overlay/confirm-typed.tsx';
import { DISTRIBUTION, fingerprintGroups, signWords, totalWords, type Manner } from './words.ts';
import styles from './review.module.css';

interface SignActProps {
  review: Review;
  /** What signing leads to: “The desk can then broadcast it.” */
  after: ReactNode;
  /** With what it is signed, or another way to decide, beside the button. */
  children?: ReactNode;
  isDisabled?: boolean;
  /** Signing takes time (a device asks): its progress stands on the page and not in the dialog. */
  takesTime?: boolean;
  running: boolean;
  error: BridgeError | null;
  manner?: Manner;
  /** What has to be typed; the asset's ticker or name unless told. */
  word?: string;
  /** What the button says where it does not sign itself. */
  action?: string;
  /** What is said while a check stops it. */
  stopped?: string;
  /** What is confirmed, as a question. */
  question?: string;
  onSign: (confirm: string) => void;
}

/** The button that signs: away from everything else, saying what it does, and asking for the asset's ticker. */
export function SignAct(props: SignActProps): ReactElement {
  const { review, after, children, isDisabled = false, takesTime = false, running, error, onSign } = props;
  const { manner = DISTRIBUTION, question = 'Sign this payment?' } = props;
  const [asking, setAsking] = useState(false);
  const action = props.action ?? signWords(review, manner);
  return (
    <section className={styles.sign} aria-label="Decide">
      <div className={styles.signWords}>
        {review.ok ? (
          <p>Read the fingerprint and the largest payments once more. {after}</p>
        ) : (
          <p>
            {props.stopped ??
              'Nothing can be signed while a check stops it. Refuse the request, and say why.'}
          </p>
        )}
        {children}
        {error && !asking && <FailureNote error={error} />}
      </div>
      <Button
        tone="primary"
        isDisabled={!review.ok || isDisabled}
        isPending={running}
        onPress={() => setAsking(true)}
      >
        {action}
      </Button>
      <ConfirmTyped
        title={question}
        effect={
          <>
            <p>
              {counted(review.transactions.length, 'transaction pays', 'transactions pay')}{' '}
              <strong>{totalWords(review)}</strong> to{' '}
              <strong>{counted(review.recipients, manner.who)}</strong>. {after}
            </p>
            <p>
              Fingerprint <strong className="mono">{fingerprintGroups(review.fingerprint).join(' ')}</strong>
            </p>
          </>
        }
        word={props.word ?? assetWord(review.asset)}
        action={action}
        tone="primary"
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={(typed) => {
          if (takesTime) setAsking(false);
          onSign(typed);
        }}
        running={running}
        error={error}
      />
    </section>
  );
}

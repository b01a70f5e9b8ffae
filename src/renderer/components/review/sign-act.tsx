import { useState, type ReactElement, type ReactNode } from 'react';
import type { Review } from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { counted } from '../../lib/format.ts';
import { assetWord } from '../../lib/text.ts';
import { Button } from '../controls/button.tsx';
import { FailureNote } from '../layout/failure.tsx';
import { ConfirmTyped } from '../overlay/confirm-typed.tsx';
import { fingerprintGroups, signWords, totalWords } from './words.ts';
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
  onSign: (confirm: string) => void;
}

/** The button that signs: away from everything else, saying what it does, and asking for the asset's ticker. */
export function SignAct(props: SignActProps): ReactElement {
  const { review, after, children, isDisabled = false, takesTime = false, running, error, onSign } = props;
  const [asking, setAsking] = useState(false);
  const action = signWords(review);
  return (
    <section className={styles.sign} aria-label="Decide">
      <div className={styles.signWords}>
        {review.ok ? (
          <p>Read the fingerprint and the largest payments once more. {after}</p>
        ) : (
          <p>Nothing can be signed while a check stops it. Refuse the request, and say why.</p>
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
        title="Sign this payment?"
        effect={
          <>
            <p>
              Signs {counted(review.transactions.length, 'transaction')} that pay{' '}
              <strong>{totalWords(review)}</strong> to <strong>{counted(review.recipients, 'holder')}</strong>
              . {after}
            </p>
            <p>
              Fingerprint <strong className="mono">{fingerprintGroups(review.fingerprint).join(' ')}</strong>
            </p>
          </>
        }
        word={assetWord(review.asset)}
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

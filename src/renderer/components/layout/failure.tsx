import type { ReactElement } from 'react';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { Button } from '../controls/button.tsx';
import { copyText } from '../overlay/notices.ts';
import styles from './layout.module.css';

/** What stands where an answer would: what failed, what to do, try again, details to copy. */
export function Failure({ error, onRetry }: { error: BridgeError; onRetry: () => void }): ReactElement {
  return (
    <div className={styles.failure} role="alert">
      <strong>{error.message}</strong>
      <p>{error.next}</p>
      <div className={styles.actions}>
        <Button icon="refresh" onPress={onRetry}>
          Try again
        </Button>
        <Button tone="quiet" icon="copy" onPress={() => void copyText(error.details(), 'details')}>
          Copy details
        </Button>
      </div>
    </div>
  );
}

/** The same beside a form or in a dialog, where the button to try again is the form's own. */
export function FailureNote({ error }: { error: BridgeError }): ReactElement {
  return (
    <div className={styles.failureNote} role="alert">
      <strong>{error.message}</strong> {error.next}{' '}
      <Button tone="link" onPress={() => void copyText(error.details(), 'details')}>
        Copy details
      </Button>
    </div>
  );
}

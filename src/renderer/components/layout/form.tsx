import type { ReactElement, ReactNode } from 'react';
import { Form as AriaForm } from 'react-aria-components';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { FailureNote } from './failure.tsx';
import styles from './layout.module.css';

interface FormProps {
  label: string;
  onSubmit: () => void;
  error?: BridgeError | null;
  /** What is wrong with the fields, said together when it was tried to submit them. */
  problems?: readonly string[];
  actions: ReactNode;
  children: ReactNode;
}

export function Form({ label, onSubmit, error, problems = [], actions, children }: FormProps): ReactElement {
  return (
    <AriaForm
      aria-label={label}
      className={styles.form ?? ''}
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {problems.length > 0 && (
        <div className={styles.failureNote} role="alert">
          <strong>
            {problems.length === 1 ? 'One field needs another look: ' : 'Some fields need another look: '}
          </strong>
          {problems.join(' ')}
        </div>
      )}
      {children}
      {error && <FailureNote error={error} />}
      <div className={styles.formActions}>{actions}</div>
    </AriaForm>
  );
}

export function FormRow({ children }: { children: ReactNode }): ReactElement {
  return <div className={styles.formRow}>{children}</div>;
}

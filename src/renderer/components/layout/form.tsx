import { useRef, useState, type ReactElement, type ReactNode } from 'react';
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

/**
 * A form whose fields say under themselves what is wrong. When it was tried to submit it, the wrong ones are named together
 * and the first is focused.
 */
export function Form({ label, onSubmit, error, problems = [], actions, children }: FormProps): ReactElement {
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<readonly string[]>([]);
  // The page has to draw what it found before it can be looked at.
  const lookAtFields = (): void => {
    requestAnimationFrame(() => {
      const fields = [...(form.current?.querySelectorAll<HTMLInputElement>('[aria-invalid="true"]') ?? [])];
      setWrong(fields.map((field) => field.labels?.[0]?.textContent ?? '').filter((name) => name !== ''));
      fields[0]?.focus();
    });
  };
  return (
    <AriaForm
      ref={form}
      aria-label={label}
      className={styles.form ?? ''}
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
        lookAtFields();
      }}
    >
      {(problems.length > 0 || wrong.length > 1) && (
        <div className={styles.failureNote} role="alert">
          {wrong.length > 1 && (
            <p>
              <strong>{wrong.length} fields need another look:</strong> {wrong.join(', ')}.
            </p>
          )}
          {problems.map((problem) => (
            <p key={problem}>
              <strong>{problem}</strong>
            </p>
          ))}
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

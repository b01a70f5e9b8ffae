import { useState, type ReactElement, type ReactNode } from 'react';
import { Form } from 'react-aria-components';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { Button } from '../controls/button.tsx';
import { TextField } from '../controls/text-field.tsx';
import { FailureNote } from '../layout/failure.tsx';
import { Dialog, DialogActions } from './dialog.tsx';
import styles from './overlay.module.css';

interface ConfirmTypedProps {
  title: string;
  /** What will happen, with its numbers. */
  effect: ReactNode;
  /** What has to be typed. */
  word: string;
  action: string;
  tone?: 'danger' | 'primary';
  isOpen: boolean;
  onClose: () => void;
  onConfirm: (typed: string) => void;
  running: boolean;
  error: BridgeError | null;
}

/** An irreversible act states its effect and asks for a word that stands for it. */
export function ConfirmTyped(props: ConfirmTypedProps): ReactElement {
  const { isOpen, title, onClose } = props;
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} role="alertdialog">
      <Body {...props} />
    </Dialog>
  );
}

function Body(props: ConfirmTypedProps): ReactElement {
  const { effect, word, action, tone = 'danger', onClose, onConfirm, running, error } = props;
  const [typed, setTyped] = useState('');
  const [left, setLeft] = useState(false);
  const matches = typed.trim() === word;
  return (
    <Form
      className={styles.effect ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        if (matches && !running) onConfirm(typed.trim());
      }}
    >
      <div className={styles.effect}>{effect}</div>
      <TextField
        label={`Type ${word} to confirm`}
        value={typed}
        onChange={setTyped}
        onBlur={() => setLeft(typed !== '')}
        autoFocus
        autoComplete="off"
        error={left && !matches ? `This does not read “${word}”.` : undefined}
      />
      {error && <FailureNote error={error} />}
      <DialogActions>
        <Button onPress={onClose}>Go back</Button>
        <Button type="submit" tone={tone} isDisabled={!matches} isPending={running}>
          {action}
        </Button>
      </DialogActions>
    </Form>
  );
}

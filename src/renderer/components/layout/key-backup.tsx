import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { Button } from '../controls/button.tsx';
import { TextField } from '../controls/text-field.tsx';
import { Form } from './form.tsx';
import { Dialog } from '../overlay/dialog.tsx';
import { notify } from '../overlay/notices.ts';
import { download } from '../../lib/files.ts';

type File = Result<'treasury.exportKeyBackup'>;

interface KeyBackupProps {
  isOpen: boolean;
  onClose: () => void;
  /** What whoever has file and passphrase can do: “spend the treasury”. */
  power: string;
  /** Makes the file; undefined where it could not. */
  make: (passphrase: string) => Promise<File | undefined>;
  isPending: boolean;
  error: BridgeError | null;
}

const SHORTEST = 8;

/** A key as a file that a passphrase seals. */
export function KeyBackup({ isOpen, onClose, ...backup }: KeyBackupProps): ReactElement {
  return (
    <Dialog title="Export key backup" isOpen={isOpen} onClose={onClose}>
      <Body onClose={onClose} {...backup} />
    </Dialog>
  );
}

function Body({ onClose, power, make, isPending, error }: Omit<KeyBackupProps, 'isOpen'>): ReactElement {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const short = passphrase.length < SHORTEST;
  const differs = passphrase !== again;
  return (
    <Form
      label="Export key backup"
      onSubmit={() => {
        setTried(true);
        if (short || differs) return;
        void make(passphrase).then((file) => {
          if (!file) return;
          download(file);
          notify('Key backup exported');
          onClose();
        });
      }}
      error={error}
      actions={
        <>
          <Button type="submit" tone="primary" isPending={isPending}>
            Export key backup
          </Button>
          <Button onPress={onClose}>Go back</Button>
        </>
      }
    >
      <p>Whoever has this file and its passphrase can {power}. Keep the two apart.</p>
      <TextField
        label="Passphrase of the backup"
        type="password"
        autoComplete="new-password"
        value={passphrase}
        onChange={setPassphrase}
        error={tried && short ? `At least ${SHORTEST} characters.` : undefined}
      />
      <TextField
        label="Repeat passphrase"
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        error={tried && differs ? 'The two do not match.' : undefined}
      />
    </Form>
  );
}

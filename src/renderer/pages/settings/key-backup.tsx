import { useState, type ReactElement } from 'react';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Dialog } from '../../components/overlay/dialog.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { download } from '../../lib/files.ts';

interface KeyBackupProps {
  isOpen: boolean;
  onClose: () => void;
}

const SHORTEST = 8;

export function KeyBackup({ isOpen, onClose }: KeyBackupProps): ReactElement {
  return (
    <Dialog title="Export key backup" isOpen={isOpen} onClose={onClose}>
      <Body onClose={onClose} />
    </Dialog>
  );
}

function Body({ onClose }: { onClose: () => void }): ReactElement {
  const backup = useCommand('treasury.exportKeyBackup');
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
        backup.mutate(
          { passphrase },
          {
            onSuccess: (file) => {
              download(file);
              notify('Key backup exported');
              onClose();
            },
          },
        );
      }}
      error={backup.error}
      actions={
        <>
          <Button type="submit" tone="primary" isPending={backup.isPending}>
            Export key backup
          </Button>
          <Button onPress={onClose}>Go back</Button>
        </>
      }
    >
      <p>Whoever has this file and its passphrase can spend the treasury. Keep the two apart.</p>
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

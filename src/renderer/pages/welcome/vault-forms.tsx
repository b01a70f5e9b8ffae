import { useState, type ReactElement } from 'react';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form } from '../../components/layout/form.tsx';

const SHORTEST = 8;

/** Makes the passphrase vault of this data folder. */
export function CreateVault(): ReactElement {
  const create = useCommand('secrets.createVault');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [left, setLeft] = useState({ passphrase: false, again: false });
  const short = passphrase.length < SHORTEST;
  const differs = passphrase !== again;
  return (
    <Form
      label="Create vault"
      onSubmit={() => {
        setLeft({ passphrase: true, again: true });
        if (!short && !differs) create.mutate({ passphrase });
      }}
      error={create.error}
      actions={
        <Button type="submit" tone="primary" isPending={create.isPending}>
          Create vault
        </Button>
      }
    >
      <TextField
        label="Passphrase"
        type="password"
        autoComplete="new-password"
        value={passphrase}
        onChange={setPassphrase}
        onBlur={() => setLeft({ ...left, passphrase: passphrase !== '' })}
        help="Asked for each time the desk starts. Nobody can recover it: without it the stored keys are lost."
        error={left.passphrase && short ? `At least ${SHORTEST} characters.` : undefined}
      />
      <TextField
        label="Repeat passphrase"
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        onBlur={() => setLeft({ ...left, again: again !== '' })}
        error={left.again && differs ? 'The two do not match.' : undefined}
      />
    </Form>
  );
}

export function UnlockVault(): ReactElement {
  const unlock = useCommand('secrets.unlockVault');
  const [passphrase, setPassphrase] = useState('');
  return (
    <Form
      label="Unlock"
      onSubmit={() => unlock.mutate({ passphrase })}
      error={unlock.error}
      actions={
        <Button type="submit" tone="primary" isPending={unlock.isPending} isDisabled={passphrase === ''}>
          Unlock
        </Button>
      }
    >
      <TextField
        label="Passphrase"
        type="password"
        autoComplete="current-password"
        value={passphrase}
        onChange={setPassphrase}
        autoFocus
      />
    </Form>
  );
}

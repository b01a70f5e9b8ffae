import { useState, type ReactElement } from 'react';
import { checkArgs, type FieldProblems } from '../../../bridge/check-args.ts';
import { useAsk } from '../../../bridge/hooks.ts';
import { useSecretCommand } from '../../../bridge/secret-command.ts';
import { Button } from '../../../components/controls/button.tsx';
import { Select } from '../../../components/controls/select.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { Form } from '../../../components/layout/form.tsx';
import type { NewWalletForm } from './create-form.tsx';
import { placeArgs, PlaceFields } from './place-fields.tsx';

const NOWHERE = 'nowhere';

/** An AMP0 account that exists, by the credentials of its watch-only login. */
export function AttachAmp0Form({ place, onPlace, onOpen }: NewWalletForm): ReactElement {
  const attach = useSecretCommand('custody.attachAmp0');
  const peers = useAsk('pairing.peers', {});
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [ampId, setAmpId] = useState('');
  const [peerId, setPeerId] = useState(NOWHERE);
  const [problems, setProblems] = useState<FieldProblems>({});
  const signers = (peers.data?.peers ?? []).filter(({ role }) => role === 'signer');
  const submit = async (): Promise<void> => {
    const args = {
      ...placeArgs(place),
      username,
      password,
      ampId: ampId.trim(),
      ...(peerId === NOWHERE ? {} : { peerId }),
    };
    const found = checkArgs('custody.attachAmp0', args);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    const made = await attach.run(args);
    if (!made) return;
    setPassword('');
    onOpen(made.id, made.name);
  };
  return (
    <Form
      label="Attach AMP0 account"
      onSubmit={() => void submit()}
      error={attach.error}
      actions={
        <Button type="submit" tone="primary" isPending={attach.isPending}>
          Attach account
        </Button>
      }
    >
      <PlaceFields value={place} onChange={onPlace} problems={problems} />
      <TextField
        label="AMP ID"
        value={ampId}
        onChange={setAmpId}
        error={problems['ampId']}
        help="Of the account, as Green shows it."
        mono
      />
      <TextField
        label="Watch-only user name"
        value={username}
        onChange={setUsername}
        error={problems['username']}
        autoComplete="off"
      />
      <TextField
        label="Watch-only password"
        type="password"
        value={password}
        onChange={setPassword}
        error={problems['password']}
        autoComplete="off"
        help="Kept in the secret store. With it the account can be watched and addresses be issued; nothing can be sent."
      />
      <Select
        label="Where its key is"
        options={[
          { key: NOWHERE, label: 'Not here: watch only' },
          ...signers.map(({ id, name }) => ({ key: id, label: name })),
        ]}
        value={peerId}
        onChange={setPeerId}
      />
    </Form>
  );
}

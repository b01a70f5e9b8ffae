import { useState, type ReactElement } from 'react';
import type { Args } from '../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Radios } from '../../components/controls/choices.tsx';
import { FileDrop } from '../../components/controls/file-drop.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Section } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { asBase64 } from '../../lib/files.ts';
import { KeysElsewhere } from './arrangement/keys-elsewhere.tsx';
import { SecretsCard, secretsReady } from '../welcome/secrets-card.tsx';

type Mode = 'hot' | 'watch-only' | 'elsewhere';
type Key = 'new' | 'backup';

const STEPS: Record<Mode, readonly string[]> = {
  hot: ['The node makes a wallet with keys of its own.', 'The desk composes and blinds; the node signs.'],
  'watch-only': [
    'The desk makes a key, or restores it from a backup, and puts it into the secret store.',
    'The node makes a wallet without keys and imports the descriptors of that key.',
    'The desk imports the master blinding key, so that the node sees amounts.',
    'The desk signs; export a backup of the key afterwards.',
  ],
  elsewhere: [
    'Signers and Jades give their public keys; each keeps its own key to itself.',
    'The node makes a wallet without keys and watches what those keys can sign for.',
    'The desk prepares payments and fetches the signatures; it cannot pay alone.',
  ],
};

/** Walks through the making of the treasury wallet. */
export function SetUpWallet({ onDone }: { onDone: () => void }): ReactElement {
  const [mode, setMode] = useState<Mode>('watch-only');
  return (
    <Section title="Set up the treasury wallet">
      <Radios<Mode>
        label="Kind of wallet"
        look="cards"
        value={mode}
        onChange={setMode}
        options={[
          { key: 'watch-only', label: 'Watch-only', help: 'The key stays in this desk’s secret store.' },
          {
            key: 'elsewhere',
            label: 'Keys elsewhere',
            help: 'An air-gapped signer, a Jade, or several keys together.',
          },
          { key: 'hot', label: 'Hot', help: 'The keys are in the node.' },
        ]}
      />
      <ol>
        {STEPS[mode].map((step, index) => (
          <li key={step}>
            {index + 1}. {step}
          </li>
        ))}
      </ol>
      {mode === 'elsewhere' ? <KeysElsewhere onDone={onDone} /> : <KeysHere mode={mode} onDone={onDone} />}
    </Section>
  );
}

interface KeysHereProps {
  mode: 'hot' | 'watch-only';
  onDone: () => void;
}

/** A wallet whose key is in the node or in this desk's secret store. */
function KeysHere({ mode, onDone }: KeysHereProps): ReactElement {
  const setUp = useCommand('treasury.setUp');
  const secrets = useAsk('secrets.status', {});
  const [wallet, setWallet] = useState('treasury');
  const [key, setKey] = useState<Key>('new');
  const [file, setFile] = useState<{ name: string; content: string } | undefined>(undefined);
  const [passphrase, setPassphrase] = useState('');
  const [problems, setProblems] = useState<FieldProblems>({});

  const submit = (): void => {
    const restored = mode === 'watch-only' && key === 'backup';
    const args: Args<'treasury.setUp'> = {
      wallet,
      mode,
      ...(mode === 'hot'
        ? {}
        : { key: restored ? { kind: 'backup', content: file?.content ?? '', passphrase } : { kind: 'new' } }),
    };
    const found = {
      ...checkArgs('treasury.setUp', args),
      ...(restored && file === undefined ? { file: 'Choose the backup file.' } : {}),
    };
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    setUp.mutate(args, {
      onSuccess: (made) => {
        notify(`Treasury wallet ${made.wallet} is ready`);
        onDone();
      },
    });
  };

  return (
    <>
      {mode === 'watch-only' && secrets.data && !secretsReady(secrets.data) && (
        <SecretsCard secrets={secrets.data} />
      )}
      <Form
        label="Set up treasury wallet"
        onSubmit={submit}
        error={setUp.error}
        problems={problems['file'] === undefined ? [] : [problems['file']]}
        actions={
          <Button
            type="submit"
            tone="primary"
            isPending={setUp.isPending}
            isDisabled={mode === 'watch-only' && secrets.data !== undefined && !secretsReady(secrets.data)}
          >
            Set up wallet
          </Button>
        }
      >
        <TextField label="Wallet name" value={wallet} onChange={setWallet} error={problems['wallet']} mono />
        {mode === 'watch-only' && (
          <Radios<Key>
            label="Key"
            value={key}
            onChange={setKey}
            options={[
              { key: 'new', label: 'Make a new key' },
              { key: 'backup', label: 'Restore from a key backup' },
            ]}
          />
        )}
        {mode === 'watch-only' && key === 'backup' && (
          <>
            <FileDrop
              action="Choose key backup"
              hint={file ? file.name : 'Drop the key backup here, or choose it.'}
              types={['.json', 'application/json', '.txt']}
              onFile={(chosen) =>
                void asBase64(chosen).then((content) => setFile({ name: chosen.name, content }))
              }
            />
            <TextField
              label="Passphrase of the backup"
              type="password"
              autoComplete="off"
              value={passphrase}
              onChange={setPassphrase}
              error={problems['key.passphrase']}
            />
          </>
        )}
      </Form>
    </>
  );
}

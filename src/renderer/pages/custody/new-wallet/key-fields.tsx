import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { WalletKind } from '../../../../shared/contract/index.ts';
import { useAsk } from '../../../bridge/hooks.ts';
import { Checkbox, Radios } from '../../../components/controls/choices.tsx';
import { Select } from '../../../components/controls/select.tsx';
import { FileDrop } from '../../../components/controls/file-drop.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { JadeList } from '../../../components/jade/jade-list.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { asBase64 } from '../../../lib/files.ts';
import { counted } from '../../../lib/format.ts';
import { wordsOf } from '../../signer/words.ts';
import { jadeRefusal, type KeyChoice, type KeyFile, type KeyPlace } from './key-choice.ts';
import styles from '../custody.module.css';

interface KeyFieldsProps {
  kind: WalletKind;
  value: KeyChoice;
  onChange: (value: KeyChoice) => void;
  /** What is wrong with the words, once it was tried to go on. */
  wordsError?: string | undefined;
}

const PLACES: Record<KeyPlace, { label: string; help: string }> = {
  keychain: {
    label: 'This desk',
    help: 'Its words stay in the desk’s secret store; the desk signs by itself after you confirm.',
  },
  signer: {
    label: 'Air-gapped signer',
    help: 'Payments are carried to the signer as bundles and signed there.',
  },
  jade: { label: 'Jade', help: 'The device shows each payment on its own screen and asks.' },
};

/** Where our own key of the wallet is, and what is needed to have it there. */
export function KeyFields({ kind, value, onChange, wordsError }: KeyFieldsProps): ReactElement {
  const refusal = jadeRefusal(kind);
  const places = (Object.keys(PLACES) as KeyPlace[]).filter((key) => key !== 'jade' || refusal === null);
  return (
    <>
      <Radios<KeyPlace>
        label="Where the key is"
        look="cards"
        options={places.map((key) => ({ key, ...PLACES[key] }))}
        value={value.place}
        onChange={(place) => onChange({ ...value, place })}
      />
      {refusal !== null && <p className={styles.help}>{refusal}</p>}
      {value.place === 'keychain' && <AtDesk value={value} onChange={onChange} wordsError={wordsError} />}
      {value.place === 'signer' && <AtSigner value={value} onChange={onChange} />}
      {value.place === 'jade' && <InJade value={value} onChange={onChange} />}
    </>
  );
}

type Source = 'new' | 'restore' | 'backup';
const NO_FILE: KeyFile = { name: '', content: '', passphrase: '' };

type PartProps = Pick<KeyFieldsProps, 'value' | 'onChange'>;

function AtDesk({
  value,
  onChange,
  wordsError,
}: PartProps & { wordsError?: string | undefined }): ReactElement {
  return (
    <>
      <Radios<Source>
        label="Words"
        options={[
          { key: 'new', label: 'New words', help: 'Made here, and kept in the secret store.' },
          {
            key: 'restore',
            label: 'Words that exist already',
            help: 'To take up a wallet or account again.',
          },
          {
            key: 'backup',
            label: 'A key backup',
            help: 'The sealed file that this desk or another exported.',
          },
        ]}
        value={value.backup ? 'backup' : value.restore ? 'restore' : 'new'}
        onChange={(key) =>
          onChange({
            ...value,
            restore: key !== 'new',
            backup: key === 'backup' ? NO_FILE : null,
            words: '',
            hasPassphrase: false,
            passphrase: '',
          })
        }
      />
      {value.backup && <FromBackup file={value.backup} onFile={(backup) => onChange({ ...value, backup })} />}
      {value.restore && !value.backup && (
        <>
          <TextField
            label="Words of the key"
            type="password"
            autoComplete="off"
            value={value.words}
            onChange={(words) => onChange({ ...value, words })}
            error={wordsError}
            help={
              value.words === ''
                ? 'In their order, with spaces between. They go to the secret store and are not shown again.'
                : `${counted(wordsOf(value.words).length, 'word')} so far.`
            }
            mono
          />
          <Checkbox
            isSelected={value.hasPassphrase}
            onChange={(hasPassphrase) => onChange({ ...value, hasPassphrase, passphrase: '' })}
            help="Another passphrase gives another key, without any error."
          >
            The words have a passphrase
          </Checkbox>
          {value.hasPassphrase && (
            <TextField
              label="Key passphrase"
              type="password"
              autoComplete="off"
              value={value.passphrase}
              onChange={(passphrase) => onChange({ ...value, passphrase })}
            />
          )}
        </>
      )}
    </>
  );
}

function FromBackup({ file, onFile }: { file: KeyFile; onFile: (file: KeyFile) => void }): ReactElement {
  return (
    <>
      <FileDrop
        action="Choose key backup"
        hint={file.name === '' ? 'Drop the key backup here, or choose it.' : file.name}
        types={['.json', 'application/json']}
        onFile={(chosen) =>
          void asBase64(chosen).then((content) => onFile({ ...file, name: chosen.name, content }))
        }
      />
      <TextField
        label="Passphrase of the backup"
        type="password"
        autoComplete="off"
        value={file.passphrase}
        onChange={(passphrase) => onFile({ ...file, passphrase })}
      />
    </>
  );
}

function AtSigner({ value, onChange }: PartProps): ReactElement {
  const peers = useAsk('pairing.peers', {});
  const candidates = useAsk('arrangement.candidates', {});
  const keys = (candidates.data?.keys ?? []).filter(
    (key) => key.kind === 'signer' && key.peerId !== null && key.peerId === value.peerId,
  );
  return (
    <Answer of={peers} lines={2}>
      {({ peers: list }) => {
        const signers = list.filter(({ role }) => role === 'signer');
        if (signers.length === 0) {
          return (
            <Banner
              of="attention"
              title="No signer is paired with this desk."
              actions={<Link to="/signers">Pair a signer</Link>}
            >
              Pair one, and take in its keys: with them the desk makes wallets that it cannot sign for.
            </Banner>
          );
        }
        return (
          <>
            <Select
              label="Signer"
              options={signers.map(({ id, name }) => ({ key: id, label: name }))}
              value={value.peerId}
              onChange={(peerId) => onChange({ ...value, peerId, fingerprint: undefined })}
              help="Its keys must have been taken in under Signers, from a signer that knows custody wallets."
            />
            {keys.length > 1 && (
              <Select
                label="Key of the signer"
                options={keys.map(({ fingerprint, name }) => ({
                  key: fingerprint,
                  label: `${name} (${fingerprint})`,
                }))}
                value={value.fingerprint}
                onChange={(fingerprint) => onChange({ ...value, fingerprint })}
              />
            )}
          </>
        );
      }}
    </Answer>
  );
}

function InJade({ value, onChange }: PartProps): ReactElement {
  return (
    <JadeList
      act={({ port, label }) => (
        <div>
          <Button
            icon={value.port === port ? 'check' : 'key'}
            aria-pressed={value.port === port}
            onPress={() => onChange({ ...value, port })}
          >
            {value.port === port ? `${label} holds the key` : `Use ${label}`}
          </Button>
        </div>
      )}
    />
  );
}

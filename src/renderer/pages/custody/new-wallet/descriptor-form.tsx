import { useState, type ReactElement } from 'react';
import { checkArgs, type FieldProblems } from '../../../bridge/check-args.ts';
import { useSecretCommand } from '../../../bridge/secret-command.ts';
import { Button } from '../../../components/controls/button.tsx';
import { Checkbox } from '../../../components/controls/choices.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { wordsOf, wordsProblem } from '../../signer/words.ts';
import type { NewWalletForm } from './create-form.tsx';
import { FIRST_CHOICE, ownKeyOf } from './key-choice.ts';
import { KeyFields } from './key-fields.tsx';
import { placeArgs, PlaceFields } from './place-fields.tsx';

/** A wallet that exists, by its whole descriptor: an AMP2 wallet with or without its key, a plain one without. */
export function DescriptorForm(props: NewWalletForm & { kind: 'amp2' | 'single' }): ReactElement {
  const { kind, place, onPlace, onOpen } = props;
  const importAmp2 = useSecretCommand('custody.importAmp2');
  const watch = useSecretCommand('custody.createSingle');
  const command = kind === 'amp2' ? importAmp2 : watch;
  const [descriptor, setDescriptor] = useState('');
  const [withKey, setWithKey] = useState(false);
  const [choice, setChoice] = useState({ ...FIRST_CHOICE, restore: true });
  const [tried, setTried] = useState(false);
  const [problems, setProblems] = useState<FieldProblems>({});
  const words = wordsOf(choice.words);
  const wordsError =
    withKey && choice.place === 'keychain' && choice.restore && !choice.backup
      ? wordsProblem(words)
      : undefined;
  const submit = async (): Promise<void> => {
    setTried(true);
    const key = withKey ? ownKeyOf(choice, words) : undefined;
    const missing = key !== undefined && 'missing' in key ? key.missing : undefined;
    const args = {
      ...placeArgs(place),
      descriptor: descriptor.trim(),
      ...(key === undefined || 'missing' in key ? {} : { key }),
    };
    const found = {
      ...checkArgs(kind === 'amp2' ? 'custody.importAmp2' : 'custody.createSingle', args),
      ...(missing === undefined ? {} : { key: missing }),
    };
    setProblems(found);
    if (Object.keys(found).length > 0 || wordsError !== undefined) return;
    const made = await command.run(args);
    if (!made) return;
    setDescriptor('');
    setChoice(FIRST_CHOICE);
    onOpen(made.id, made.name);
  };
  return (
    <Form
      label="Wallet by descriptor"
      onSubmit={() => void submit()}
      error={command.error}
      problems={problems['key'] === undefined ? [] : [problems['key']]}
      actions={
        <Button type="submit" tone="primary" isPending={command.isPending}>
          {kind === 'amp2' ? 'Import wallet' : 'Watch wallet'}
        </Button>
      }
    >
      <PlaceFields value={place} onChange={onPlace} problems={problems} />
      <TextField
        label="Descriptor"
        lines="several"
        mono
        spellCheck="false"
        autoComplete="off"
        value={descriptor}
        onChange={setDescriptor}
        error={problems['descriptor']}
        help={
          kind === 'amp2'
            ? 'Whole and exactly as it was registered, with its blinding key and checksum.'
            : 'Whole, with its blinding key and checksum: ct(…,elwpkh(…))#….'
        }
      />
      {kind === 'amp2' && (
        <>
          <Checkbox
            isSelected={withKey}
            onChange={setWithKey}
            help="Without it the wallet is only watched here."
          >
            Its key signs for payments from here
          </Checkbox>
          {withKey && (
            <KeyFields
              kind="amp2"
              value={choice}
              onChange={setChoice}
              wordsError={tried ? wordsError : undefined}
            />
          )}
        </>
      )}
    </Form>
  );
}

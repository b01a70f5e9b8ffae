import { useState, type ReactElement } from 'react';
import { Checkbox } from '../../components/controls/choices.tsx';
import { TextField } from '../../components/controls/text-field.tsx';

export interface Passphrase {
  wanted: boolean;
  text: string;
  again: string;
}

export const NO_PASSPHRASE: Passphrase = { wanted: false, text: '', again: '' };

/** Why it cannot be used, in words; undefined when it can. */
export function passphraseProblem({ wanted, text, again }: Passphrase): string | undefined {
  if (!wanted) return undefined;
  if (text === '') return 'Write the passphrase, or do without one.';
  return text === again ? undefined : 'The two do not match.';
}

interface PassphraseFieldsProps {
  value: Passphrase;
  onChange: (value: Passphrase) => void;
  /** It was tried to go on. */
  tried: boolean;
  mode: 'new' | 'restore';
}

/** The optional passphrase of a key, typed twice: a mistyped one is another key and no error. */
export function PassphraseFields({ value, onChange, tried, mode }: PassphraseFieldsProps): ReactElement {
  const [left, setLeft] = useState(false);
  const problem = passphraseProblem(value);
  return (
    <>
      <Checkbox
        isSelected={value.wanted}
        onChange={(wanted) => onChange({ ...NO_PASSPHRASE, wanted })}
        help={
          mode === 'new'
            ? 'A secret beside the words. Both together are the key: who finds the words alone has nothing, and who forgets the passphrase has lost the key.'
            : 'If one was chosen when the key was made. Another passphrase gives another key, without any error.'
        }
      >
        {mode === 'new' ? 'Protect the words with a passphrase' : 'The words have a passphrase'}
      </Checkbox>
      {value.wanted && (
        <>
          <TextField
            label="Key passphrase"
            type="password"
            autoComplete="off"
            value={value.text}
            onChange={(text) => onChange({ ...value, text })}
            error={tried && value.text === '' ? problem : undefined}
            help="Every letter, space and sign counts."
          />
          <TextField
            label="Repeat key passphrase"
            type="password"
            autoComplete="off"
            value={value.again}
            onChange={(again) => onChange({ ...value, again })}
            onBlur={() => setLeft(value.again !== '')}
            error={(tried || left) && value.text !== '' ? problem : undefined}
          />
        </>
      )}
    </>
  );
}

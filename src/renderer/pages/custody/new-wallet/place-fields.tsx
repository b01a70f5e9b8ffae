import type { ReactElement } from 'react';
import { WALLET_PURPOSES } from '../../../../shared/contract/index.ts';
import type { FieldProblems } from '../../../bridge/check-args.ts';
import { Radios } from '../../../components/controls/choices.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { PURPOSES, type Purpose } from '../../../lib/custody-words.ts';

/** What a wallet is called and what it is for. */
export interface Place {
  name: string;
  purpose: Purpose;
  owner: string;
}

interface PlaceFieldsProps {
  value: Place;
  onChange: (value: Place) => void;
  problems: FieldProblems;
}

const OPTIONS = WALLET_PURPOSES.map((key) => ({ key, label: PURPOSES[key].name, help: PURPOSES[key].help }));

export function PlaceFields({ value, onChange, problems }: PlaceFieldsProps): ReactElement {
  return (
    <>
      <TextField
        label="Name"
        value={value.name}
        onChange={(name) => onChange({ ...value, name })}
        error={problems['name']}
        help="As it stands in lists, and on the signer that signs for it."
      />
      <Radios<Purpose>
        label="Purpose"
        look="cards"
        options={OPTIONS}
        value={value.purpose}
        onChange={(purpose) => onChange({ ...value, purpose })}
      />
      {value.purpose === 'user' && (
        <TextField
          label="Owner"
          value={value.owner}
          onChange={(owner) => onChange({ ...value, owner })}
          error={problems['owner']}
          help="Whose holdings these are, as your books name them."
        />
      )}
    </>
  );
}

/** The arguments of a place: the owner only where the purpose has one. */
export function placeArgs({ name, purpose, owner }: Place): {
  name: string;
  purpose: Purpose;
  owner?: string;
} {
  return { name, purpose, ...(purpose === 'user' && owner.trim() !== '' ? { owner } : {}) };
}

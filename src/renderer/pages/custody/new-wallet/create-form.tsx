import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { AMP2_ACCOUNTS, type Args, type WalletKind } from '../../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../../bridge/check-args.ts';
import { useAsk } from '../../../bridge/hooks.ts';
import { useSecretCommand } from '../../../bridge/secret-command.ts';
import { Button, buttonClass } from '../../../components/controls/button.tsx';
import { Select } from '../../../components/controls/select.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { notify } from '../../../components/overlay/notices.ts';
import { wordsOf, wordsProblem } from '../../signer/words.ts';
import { FIRST_CHOICE, ownKeyOf, type OwnKey } from './key-choice.ts';
import { KeyFields } from './key-fields.tsx';
import { placeArgs, PlaceFields, type Place } from './place-fields.tsx';

export interface NewWalletForm {
  place: Place;
  onPlace: (place: Place) => void;
  onOpen: (walletId: string, name: string) => void;
}

type Form2of2 = NonNullable<Args<'custody.createAmp2'>['form']>;
type FormChoice = Form2of2 | 'usual';

const FORMS: readonly { key: FormChoice; label: string; note: string }[] = [
  {
    key: 'usual',
    label: 'As usual',
    note: 'ELIP-153; with a key elsewhere SLIP-77 with a key of this wallet’s own',
  },
  { key: 'elip153', label: 'ELIP-153', note: 'View key in the descriptor itself' },
  { key: 'slip77', label: 'SLIP-77', note: 'One blinding key for all outputs, which a Jade knows' },
  {
    key: 'elip151',
    label: 'ELIP-151',
    note: 'Blinding keys from the descriptor: whoever knows it sees amounts',
  },
];

const ACTION: Record<WalletKind, string> = {
  amp0: 'Make AMP0 account',
  amp2: 'Make and register wallet',
  single: 'Make wallet',
};

/** A wallet with a key of our own, new or from words that exist already. */
export function CreateForm(props: NewWalletForm & { kind: WalletKind }): ReactElement {
  const services = useAsk('custody.services', {}, { enabled: props.kind === 'amp2' });
  if (props.kind !== 'amp2') return <Fields {...props} />;
  return (
    <Answer of={services} lines={4}>
      {({ amp2 }) => (amp2 === null ? <NoServer /> : <Fields {...props} />)}
    </Answer>
  );
}

function NoServer(): ReactElement {
  return (
    <Banner
      of="attention"
      title="The AMP2 server is not entered yet."
      actions={
        <Link to="/settings" search={{ section: 'custody' }} className={buttonClass()}>
          Enter AMP2 server
        </Link>
      }
    >
      A wallet is made with the server’s key and registered at its address. Both are told at onboarding.
    </Banner>
  );
}

function Fields({ kind, place, onPlace, onOpen }: NewWalletForm & { kind: WalletKind }): ReactElement {
  const navigate = useNavigate();
  const amp0 = useSecretCommand('custody.createAmp0');
  const amp2 = useSecretCommand('custody.createAmp2');
  const single = useSecretCommand('custody.createSingle');
  const command = { amp0, amp2, single }[kind];
  const [choice, setChoice] = useState(FIRST_CHOICE);
  const [form, setForm] = useState<FormChoice>('usual');
  const [ampId, setAmpId] = useState('');
  const [account, setAccount] = useState('');
  const [tried, setTried] = useState(false);
  const [problems, setProblems] = useState<FieldProblems>({});
  const words = wordsOf(choice.words);
  const wordsError =
    choice.place === 'keychain' && choice.restore && !choice.backup ? wordsProblem(words) : undefined;

  const hasAccounts = kind === 'amp2' && (choice.place !== 'keychain' || choice.restore);
  const amp2Args = {
    ...(form === 'usual' ? {} : { form }),
    ...(hasAccounts && account.trim() !== '' ? { account: Number(account) } : {}),
  };
  const make = async (key: OwnKey): Promise<void> => {
    const base = { ...placeArgs(place), key };
    if (kind === 'amp0') {
      const made = await amp0.run({ ...base, ...(ampId.trim() === '' ? {} : { ampId: ampId.trim() }) });
      if (!made) return;
      setChoice(FIRST_CHOICE);
      if (made.walletId !== null) return onOpen(made.walletId, place.name);
      notify(made.sentence);
      if (made.setupId !== null) {
        await navigate({ to: '/custody/setups/$setupId', params: { setupId: made.setupId } });
      }
      return;
    }
    const made = await (kind === 'amp2' ? amp2.run({ ...base, ...amp2Args }) : single.run(base));
    if (!made) return;
    setChoice(FIRST_CHOICE);
    onOpen(made.id, made.name);
  };
  const submit = (): void => {
    setTried(true);
    const key = ownKeyOf(choice, words);
    const args = { ...placeArgs(place), ...('missing' in key ? {} : { key }) };
    const name =
      kind === 'amp0'
        ? 'custody.createAmp0'
        : kind === 'amp2'
          ? 'custody.createAmp2'
          : 'custody.createSingle';
    const found = {
      ...checkArgs(name, args),
      ...('missing' in key ? { key: key.missing } : {}),
      ...(hasAccounts && !isAccount(account.trim())
        ? { account: `An account is a number from 0 to ${AMP2_ACCOUNTS - 1}.` }
        : {}),
    };
    setProblems(found);
    if (Object.keys(found).length > 0 || wordsError !== undefined || 'missing' in key) return;
    void make(key);
  };

  return (
    <Form
      label="New wallet"
      onSubmit={submit}
      error={command.error}
      problems={problems['key'] === undefined ? [] : [problems['key']]}
      actions={
        <Button type="submit" tone="primary" isPending={command.isPending}>
          {ACTION[kind]}
        </Button>
      }
    >
      <PlaceFields value={place} onChange={onPlace} problems={problems} />
      <KeyFields
        kind={kind}
        value={choice}
        onChange={setChoice}
        wordsError={tried ? wordsError : undefined}
      />
      {kind === 'amp0' && choice.place === 'keychain' && choice.restore && (
        <TextField
          label="AMP ID"
          value={ampId}
          onChange={setAmpId}
          help="Of the account to take up. Left empty, the first one of these words without a wallet here is taken; if there is none, one is made."
          mono
        />
      )}
      {hasAccounts && (
        <TextField
          label="Account of the key"
          inputMode="numeric"
          value={account}
          onChange={setAccount}
          error={problems['account']}
          help={`AMP2 takes each account once. Left empty, the first without a wallet on this desk; or a number from 0 to ${AMP2_ACCOUNTS - 1}.`}
          mono
        />
      )}
      {kind === 'amp2' && (
        <Select<FormChoice>
          label="Form of the descriptor"
          options={FORMS}
          value={form}
          onChange={setForm}
          help="How outputs are blinded. It cannot be changed later."
        />
      )}
    </Form>
  );
}

/** Empty leaves it to the desk. */
function isAccount(text: string): boolean {
  return text === '' || (/^\d{1,2}$/.test(text) && Number(text) < AMP2_ACCOUNTS);
}

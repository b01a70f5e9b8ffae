import type { ReactElement } from 'react';
import type { FieldProblems } from '../../bridge/check-args.ts';
import { TextField } from '../../components/controls/text-field.tsx';
import { FormRow } from '../../components/layout/form.tsx';
import { Section } from '../../components/layout/page.tsx';

export interface ConnectionValues {
  ampUrl: string;
  ampUsername: string;
  ampPassword: string;
  elementsUrl: string;
  elementsUsername: string;
  elementsPassword: string;
  elementsWallet: string;
}

interface ConnectionFieldsProps {
  values: ConnectionValues;
  onChange: (values: ConnectionValues) => void;
  problems: FieldProblems;
  /** Passwords are stored already; empty keeps them. */
  stored?: boolean;
  /** Of the headings: one below what they stand under. */
  level: 2 | 3;
}

export function ConnectionFields({
  values,
  onChange,
  problems,
  stored = false,
  level,
}: ConnectionFieldsProps): ReactElement {
  const field = (name: keyof ConnectionValues) => ({
    value: values[name],
    onChange: (value: string) => onChange({ ...values, [name]: value }),
    error: problems[`connection.${name}`],
  });
  const kept = stored ? 'Leave empty to keep the stored one.' : undefined;
  return (
    <>
      <Section title="AMP" level={level}>
        <TextField
          label="AMP address"
          {...field('ampUrl')}
          mono
          placeholder="https://amp.blockstream.com/api"
        />
        <FormRow>
          <TextField label="AMP user name" {...field('ampUsername')} autoComplete="off" />
          <TextField
            label="AMP password"
            type="password"
            autoComplete="new-password"
            {...field('ampPassword')}
            help={kept}
          />
        </FormRow>
      </Section>
      <Section title="Elements node" level={level}>
        <TextField label="Node address" {...field('elementsUrl')} mono placeholder="http://127.0.0.1:7041" />
        <FormRow>
          <TextField label="RPC user name" {...field('elementsUsername')} autoComplete="off" />
          <TextField
            label="RPC password"
            type="password"
            autoComplete="new-password"
            {...field('elementsPassword')}
            help={kept}
          />
        </FormRow>
        <TextField
          label="Treasury wallet"
          {...field('elementsWallet')}
          help="The wallet of the node that holds the treasury. It can be made later, in the settings."
        />
      </Section>
    </>
  );
}

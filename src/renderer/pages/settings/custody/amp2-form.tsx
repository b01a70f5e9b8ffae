import { useState, type ReactElement } from 'react';
import type { CustodyServices } from '../../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../../bridge/check-args.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { Button } from '../../../components/controls/button.tsx';
import { Radios } from '../../../components/controls/choices.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { notify } from '../../../components/overlay/notices.ts';

type Amp2 = NonNullable<CustodyServices['amp2']>;

const NONE: Amp2 = { url: '', api: 'direct', serverKey: '', first: 'server' };

/** The AMP2 server: where it is, how it is spoken to, and the key that it cosigns with. */
export function Amp2Form({ services }: { services: CustodyServices }): ReactElement {
  const save = useCommand('custody.setServices');
  const [values, setValues] = useState(services.amp2 ?? NONE);
  const [problems, setProblems] = useState<FieldProblems>({});
  const submit = (): void => {
    const args = { amp2: { ...values, url: values.url.trim(), serverKey: values.serverKey.trim() } };
    const found = checkArgs('custody.setServices', args);
    setProblems(found);
    if (Object.keys(found).length === 0) save.mutate(args, { onSuccess: () => notify('AMP2 saved') });
  };
  return (
    <Section
      title="AMP2"
      note={
        services.amp2 === null
          ? 'Not entered yet. Address and key are told at onboarding.'
          : 'Its key is pinned: it cannot change while a wallet is made with it, and only its signatures are accepted.'
      }
      level={3}
    >
      <Form
        label="AMP2"
        onSubmit={submit}
        error={save.error}
        actions={
          <Button type="submit" tone="primary" isPending={save.isPending}>
            Save AMP2
          </Button>
        }
      >
        <TextField
          label="AMP2 address"
          value={values.url}
          onChange={(url) => setValues({ ...values, url })}
          error={problems['amp2.url']}
          mono
        />
        <Radios<Amp2['api']>
          label="How it is spoken to"
          options={[
            { key: 'direct', label: 'Direct', help: '…/wallets/register and …/wallets/sign' },
            { key: 'proxy', label: 'Through a proxy', help: '…/proxy/register and …/proxy/cosign' },
          ]}
          value={values.api}
          onChange={(api) => setValues({ ...values, api })}
        />
        <TextField
          label="Key of the server"
          lines="several"
          value={values.serverKey}
          onChange={(serverKey) => setValues({ ...values, serverKey })}
          error={problems['amp2.serverKey']}
          help="With its origin, as it was handed over: [fingerprint/path]xpub."
          mono
        />
        <Radios<Amp2['first']>
          label="Whose signature comes first"
          options={[
            {
              key: 'server',
              label: 'The server’s',
              help: 'What it refuses is known before our key is used.',
            },
            {
              key: 'user',
              label: 'Ours',
              help: 'For keys far away: one errand, then everything goes on by itself.',
            },
          ]}
          value={values.first}
          onChange={(first) => setValues({ ...values, first })}
        />
      </Form>
    </Section>
  );
}

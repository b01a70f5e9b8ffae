import { useState, type ReactElement } from 'react';
import type { CustodyServices } from '../../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../../bridge/check-args.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { Button } from '../../../components/controls/button.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { notify } from '../../../components/overlay/notices.ts';

/** The Green server of AMP0 accounts, and the key that its addresses are made of. */
export function Amp0Form({ services: { amp0 } }: { services: CustodyServices }): ReactElement {
  const save = useCommand('custody.setServices');
  const [values, setValues] = useState(amp0);
  const [problems, setProblems] = useState<FieldProblems>({});
  const field = (key: keyof typeof amp0) => ({
    value: values[key],
    onChange: (text: string) => setValues({ ...values, [key]: text }),
    error: problems[`amp0.${key}`],
    mono: true,
  });
  const submit = (): void => {
    const args = {
      amp0: {
        url: values.url.trim(),
        cosignUrl: values.cosignUrl.trim(),
        serverPubkey: values.serverPubkey.trim(),
        serverChainCode: values.serverChainCode.trim(),
      },
    };
    const found = checkArgs('custody.setServices', args);
    setProblems(
      found['amp0.url'] === undefined
        ? found
        : { ...found, 'amp0.url': 'Write the whole address, beginning with wss:// or ws://.' },
    );
    if (Object.keys(found).length === 0) save.mutate(args, { onSuccess: () => notify('AMP0 saved') });
  };
  return (
    <Section
      title="AMP0"
      note="Blockstream’s Green server. Its root key is pinned: an address that is not made of it is refused."
      level={3}
    >
      <Form
        label="AMP0"
        onSubmit={submit}
        error={save.error}
        actions={
          <Button type="submit" tone="primary" isPending={save.isPending}>
            Save AMP0
          </Button>
        }
      >
        <TextField label="Green address" {...field('url')} help="wss://… of its WAMP service." />
        <TextField
          label="Cosigning address"
          {...field('cosignUrl')}
          help="https://… where transactions are cosigned."
        />
        <TextField label="Root key of Green" {...field('serverPubkey')} help="Public key, hex." />
        <TextField label="Chain code of Green’s root key" {...field('serverChainCode')} help="Hex." />
      </Form>
    </Section>
  );
}

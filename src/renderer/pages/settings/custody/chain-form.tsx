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

type Kind = CustodyServices['chain']['kind'];

const KINDS: readonly { key: Kind; label: string; help: string }[] = [
  { key: 'esplora', label: 'Esplora', help: 'A block explorer’s interface; one request for each address.' },
  {
    key: 'waterfalls',
    label: 'Waterfalls',
    help: 'The same, and whole descriptors at once: far fewer requests, and the server learns the wallet.',
  },
  { key: 'node', label: 'Own node', help: 'The Elements node of this profile; nobody else is asked.' },
];

/** Where balances and history of custody wallets come from. */
export function ChainForm({ services: { chain } }: { services: CustodyServices }): ReactElement {
  const save = useCommand('custody.setServices');
  const [kind, setKind] = useState<Kind>(chain.kind);
  const [url, setUrl] = useState(chain.url);
  const [problems, setProblems] = useState<FieldProblems>({});
  const submit = (): void => {
    const args = { chain: { kind, url: kind === 'node' ? '' : url.trim() } };
    const found = {
      ...checkArgs('custody.setServices', args),
      ...(kind !== 'node' && args.chain.url === ''
        ? { 'chain.url': 'Enter the address of the server.' }
        : {}),
    };
    setProblems(found);
    if (Object.keys(found).length === 0) {
      save.mutate(args, { onSuccess: () => notify('Chain access saved') });
    }
  };
  return (
    <Section title="Chain access" level={3}>
      <Form
        label="Chain access"
        onSubmit={submit}
        error={save.error}
        actions={
          <Button type="submit" tone="primary" isPending={save.isPending}>
            Save chain access
          </Button>
        }
      >
        <Radios<Kind> label="How the chain is looked at" options={KINDS} value={kind} onChange={setKind} />
        {kind !== 'node' && (
          <TextField
            label={`${kind === 'esplora' ? 'Esplora' : 'Waterfalls'} address`}
            value={url}
            onChange={setUrl}
            error={problems['chain.url']}
            help="Without a path behind it, or with the one that the server asks for."
            mono
          />
        )}
      </Form>
    </Section>
  );
}

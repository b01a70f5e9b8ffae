import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Facts } from '../../components/layout/facts.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { counted } from '../../lib/format.ts';
import welcome from '../welcome/welcome.module.css';

type SignerKey = NonNullable<Result<'signer.status'>['key']>;

/** The key of this signer: what it is, or how it gets one. */
export function KeyPage(): ReactElement {
  const status = useAsk('signer.status', {});
  return (
    <Page
      narrow
      title="Key"
      sentence="The key that signs here. It is kept in the secret store of this machine and never leaves it."
    >
      <Answer of={status} lines={5}>
        {({ key }) => (key ? <Present signerKey={key} /> : <Missing />)}
      </Answer>
    </Page>
  );
}

function Missing(): ReactElement {
  return (
    <div className={welcome.choices}>
      <section className={welcome.choice} aria-label="New key">
        <h2>New key</h2>
        <p>12 or 24 words are made on this machine, shown once, and written down by you on paper or steel.</p>
        <Link to="/key/new" className={buttonClass('primary')}>
          Make a key
        </Link>
      </section>
      <section className={welcome.choice} aria-label="Restore a key">
        <h2>Restore a key</h2>
        <p>From words that were written down before, with their passphrase if there was one.</p>
        <Link to="/key/restore" className={buttonClass()}>
          Restore from words
        </Link>
      </section>
      <section className={welcome.choice} aria-label="Jade only">
        <h2>Jade only</h2>
        <p>Without a key here a Jade at this machine signs. It is looked for when a request is signed.</p>
        <Link to="/treasuries" className={buttonClass()}>
          Send the Jade’s keys
        </Link>
      </section>
    </div>
  );
}

function Present({ signerKey }: { signerKey: SignerKey }): ReactElement {
  const remove = useCommand('signer.removeKey');
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <Facts
        facts={[
          ['Fingerprint', <IdText key="f" id={signerKey.fingerprint} what="fingerprint" whole />],
          ['Words', counted(signerKey.words, 'word')],
          ['Passphrase', signerKey.hasPassphrase ? 'Yes: words and passphrase together are the key' : 'None'],
          ['Kept in', signerKey.keptIn],
        ]}
      />
      <Section
        title="Remove the key"
        note="From this machine. Whoever has the words, and the passphrase if there is one, can restore it anywhere."
      >
        <div>
          <Button icon="trash" onPress={() => setRemoving(true)}>
            Remove key
          </Button>
        </div>
      </Section>
      <ConfirmTyped
        title="Remove the key of this signer?"
        effect={
          <>
            <p>
              The key <strong>{signerKey.fingerprint}</strong> is deleted from this machine. Nothing can be
              signed with it here until it is restored from its {signerKey.words} words
              {signerKey.hasPassphrase ? ' and its passphrase' : ''}.
            </p>
            <p>Be sure that the words are where you can find them. There is no other copy.</p>
          </>
        }
        word={signerKey.fingerprint}
        action="Remove key"
        isOpen={removing}
        onClose={() => setRemoving(false)}
        onConfirm={(confirm) => remove.mutate({ confirm }, { onSuccess: () => setRemoving(false) })}
        running={remove.isPending}
        error={remove.error}
      />
    </>
  );
}

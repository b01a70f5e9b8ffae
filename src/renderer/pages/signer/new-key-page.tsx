import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { asBridgeError, type BridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';
import { useRefreshSigner } from './use-refresh-signer.ts';
import { Button } from '../../components/controls/button.tsx';
import { Radios } from '../../components/controls/choices.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Page } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { ConfirmWords } from './confirm-words.tsx';
import { WithSecrets } from './with-secrets.tsx';
import { WordGrid } from './word-grid.tsx';

type NewKey = Result<'signer.newKey'>;

/**
 * Words are made, written down, and given back. They live in the state of this page and nowhere else: not in the cache of
 * answers, not in an address, not in a log.
 */
export function NewKeyPage(): ReactElement {
  const navigate = useNavigate();
  const refreshSigner = useRefreshSigner();
  const [made, setMade] = useState<NewKey | null>(null);
  const [written, setWritten] = useState(false);
  return (
    <Page
      narrow
      title="New key"
      crumb={<Link to="/key">Key</Link>}
      sentence={
        made === null
          ? 'The words are the key. Be alone, with pen and paper.'
          : written
            ? 'Give back the words that are asked for, from your paper.'
            : 'Write the words down, in their order. They are shown this once.'
      }
    >
      <WithSecrets>
        {made === null ? (
          <Choose onMade={setMade} />
        ) : written ? (
          <ConfirmWords
            made={made}
            onBack={() => setWritten(false)}
            onKept={(kept) => {
              setMade(null);
              notify(`Key ${kept.fingerprint} kept`);
              refreshSigner();
              void navigate({ to: '/key' });
            }}
          />
        ) : (
          <WordGrid words={made.words} onWritten={() => setWritten(true)} />
        )}
      </WithSecrets>
    </Page>
  );
}

function Choose({ onMade }: { onMade: (made: NewKey) => void }): ReactElement {
  const [words, setWords] = useState<'12' | '24'>('24');
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<BridgeError | null>(null);
  const make = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      onMade(await call('signer.newKey', { words: words === '12' ? 12 : 24 }));
    } catch (reason) {
      setError(asBridgeError('signer.newKey', reason));
      setRunning(false);
    }
  };
  return (
    <Form
      label="New key"
      onSubmit={() => void make()}
      error={error}
      actions={
        <Button type="submit" tone="primary" isPending={running}>
          Show the words
        </Button>
      }
    >
      <Radios
        label="How many words"
        look="cards"
        value={words}
        onChange={setWords}
        options={[
          { key: '24', label: '24 words', help: '256 bits. What hardware wallets make.' },
          { key: '12', label: '12 words', help: '128 bits. Enough against guessing, and half the writing.' },
        ]}
      />
      <p>
        Nobody must see the screen: no window behind you, no camera, no second person who does not hold the
        key with you. The words are made on this machine, shown once, and never written to its disk before you
        confirm them.
      </p>
    </Form>
  );
}

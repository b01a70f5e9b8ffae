import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { asBridgeError, type BridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Page } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { counted } from '../../lib/format.ts';
import { NO_PASSPHRASE, PassphraseFields, passphraseProblem } from './passphrase-fields.tsx';
import { useRefreshSigner } from './use-refresh-signer.ts';
import { WithSecrets } from './with-secrets.tsx';
import { wordsOf, wordsProblem } from './words.ts';

/** A key from the words that were written down. */
export function RestoreKeyPage(): ReactElement {
  return (
    <Page
      narrow
      title="Restore key"
      crumb={<Link to="/key">Key</Link>}
      sentence="From its words. Compare the fingerprint afterwards with the one that was noted when the key was made."
    >
      <WithSecrets>
        <Body />
      </WithSecrets>
    </Page>
  );
}

function Body(): ReactElement {
  const navigate = useNavigate();
  const refreshSigner = useRefreshSigner();
  const [text, setText] = useState('');
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const [left, setLeft] = useState(false);
  const [tried, setTried] = useState(false);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<BridgeError | null>(null);
  const words = wordsOf(text);
  const problem = wordsProblem(words);
  const restore = async (): Promise<void> => {
    setTried(true);
    setError(null);
    if (problem !== undefined || passphraseProblem(passphrase) !== undefined) return;
    setRunning(true);
    try {
      const kept = await call('signer.restoreKey', {
        mnemonic: words.join(' '),
        ...(passphrase.wanted ? { passphrase: passphrase.text } : {}),
      });
      setText('');
      setPassphrase(NO_PASSPHRASE);
      notify(`Key ${kept.fingerprint} restored`);
      refreshSigner();
      await navigate({ to: '/key' });
    } catch (reason) {
      setError(asBridgeError('signer.restoreKey', reason));
      setRunning(false);
    }
  };
  return (
    <Form
      label="Restore key"
      onSubmit={() => void restore()}
      error={error}
      actions={
        <Button type="submit" tone="primary" isPending={running}>
          Restore key
        </Button>
      }
    >
      <TextField
        label="Words"
        lines="several"
        mono
        spellCheck="false"
        autoComplete="off"
        value={text}
        onChange={setText}
        onBlur={() => setLeft(text !== '')}
        error={tried || left ? problem : wordsProblem(words, /\s$/.test(text) ? 'after' : 'within')}
        help={
          words.length === 0
            ? 'In their order, with spaces between.'
            : `${counted(words.length, 'word')} so far.`
        }
      />
      <PassphraseFields mode="restore" value={passphrase} onChange={setPassphrase} tried={tried} />
    </Form>
  );
}

import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { asBridgeError, type BridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form, FormRow } from '../../components/layout/form.tsx';
import { NO_PASSPHRASE, PassphraseFields, passphraseProblem } from './passphrase-fields.tsx';
import { sameWord } from './words.ts';

interface ConfirmWordsProps {
  made: Result<'signer.newKey'>;
  onBack: () => void;
  onKept: (key: Result<'signer.confirmKey'>) => void;
}

/** Some of the words given back from the paper, and the passphrase: only then is the key kept. */
export function ConfirmWords({ made, onBack, onKept }: ConfirmWordsProps): ReactElement {
  const [answers, setAnswers] = useState<Readonly<Record<number, string>>>({});
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE);
  const [tried, setTried] = useState(false);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<BridgeError | null>(null);

  const problem = (position: number): string | undefined => {
    const answer = answers[position] ?? '';
    if (answer.trim() === '') return tried ? 'Fill this in.' : undefined;
    if (!tried && !left.has(position)) return undefined;
    if (sameWord(answer, made.words[position - 1])) return undefined;
    return `This is not word ${position}. Look at your paper again.`;
  };
  const keep = async (): Promise<void> => {
    setTried(true);
    setError(null);
    const right = made.ask.every((position) => sameWord(answers[position] ?? '', made.words[position - 1]));
    if (!right || passphraseProblem(passphrase) !== undefined) return;
    setRunning(true);
    try {
      onKept(
        await call('signer.confirmKey', {
          id: made.id,
          answers: made.ask.map((position) => ({
            position,
            word: (answers[position] ?? '').trim().toLowerCase(),
          })),
          ...(passphrase.wanted ? { passphrase: passphrase.text } : {}),
        }),
      );
    } catch (reason) {
      setError(asBridgeError('signer.confirmKey', reason));
      setRunning(false);
    }
  };
  return (
    <Form
      label="Confirm the words"
      onSubmit={() => void keep()}
      error={error}
      actions={
        <>
          <Button type="submit" tone="primary" isPending={running}>
            Keep this key
          </Button>
          <Button onPress={onBack}>Show the words again</Button>
        </>
      }
    >
      <FormRow>
        {made.ask.map((position) => (
          <TextField
            key={position}
            label={`Word ${position}`}
            autoComplete="off"
            mono
            value={answers[position] ?? ''}
            onChange={(word) => setAnswers({ ...answers, [position]: word })}
            onBlur={() => setLeft(new Set([...left, position]))}
            error={problem(position)}
          />
        ))}
      </FormRow>
      <PassphraseFields mode="new" value={passphrase} onChange={setPassphrase} tried={tried} />
    </Form>
  );
}

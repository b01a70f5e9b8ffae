import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Args } from '../../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../../bridge/check-args.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { Button } from '../../../components/controls/button.tsx';
import { Checkbox } from '../../../components/controls/choices.tsx';
import { Select } from '../../../components/controls/select.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { JadeList } from '../../../components/jade/jade-list.tsx';
import { useJades } from '../../../components/jade/use-jades.ts';
import { Answer } from '../../../components/layout/answer.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { notify } from '../../../components/overlay/notices.ts';
import { SecretsCard, secretsReady } from '../../welcome/secrets-card.tsx';
import { choiceSentence, cosignerRows, isChoice, usualThreshold, type CosignerRow } from './cosigner-rows.ts';
import styles from './arrangement.module.css';

/** Makes a treasury whose keys are with signers, in Jades, or several of these together with one of this desk. */
export function KeysElsewhere({ onDone }: { onDone: () => void }): ReactElement {
  const candidates = useAsk('arrangement.candidates', {});
  const jades = useJades();
  const secrets = useAsk('secrets.status', {});
  const create = useCommand('arrangement.create');
  const [wallet, setWallet] = useState('treasury-keys');
  const [name, setName] = useState('treasury');
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const [decided, setDecided] = useState<number | undefined>(undefined);
  const [usedBefore, setUsedBefore] = useState(false);
  const [problems, setProblems] = useState<FieldProblems>({});

  const rows = cosignerRows(candidates.data?.keys ?? [], jades.data?.devices ?? []);
  const chosen = rows.filter(({ key }) => names.has(key));
  const threshold =
    decided !== undefined && decided <= chosen.length ? decided : usualThreshold(chosen.length);
  const needsSecrets = names.has('keychain') && secrets.data !== undefined && !secretsReady(secrets.data);

  const rename = (key: string, to: string): void => setNames(new Map(names).set(key, to));
  const choose = (row: CosignerRow, on: boolean): void => {
    const next = new Map(names);
    if (on) next.set(row.key, row.name);
    else next.delete(row.key);
    setNames(next);
  };
  const submit = (): void => {
    const args: Args<'arrangement.create'> = {
      wallet,
      name,
      threshold: Math.max(1, threshold),
      cosigners: chosen.map((row) => row.as(names.get(row.key)?.trim() ?? row.name)),
      ...(usedBefore && chosen.length === 1 ? { birthday: 0 } : {}),
    };
    const found = {
      ...checkArgs('arrangement.create', args),
      ...(isChoice(chosen) ? {} : { keys: choiceSentence(chosen, threshold) }),
    };
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    create.mutate(args, {
      onSuccess: (made) => {
        notify(`Treasury ${made.name} is ready`);
        onDone();
      },
    });
  };

  return (
    <>
      {needsSecrets && secrets.data && <SecretsCard secrets={secrets.data} />}
      <Form
        label="Keys elsewhere"
        onSubmit={submit}
        error={create.error}
        problems={problems['keys'] === undefined ? [] : [problems['keys']]}
        actions={
          <Button type="submit" tone="primary" isPending={create.isPending} isDisabled={needsSecrets}>
            Make treasury
          </Button>
        }
      >
        <fieldset className={styles.keys}>
          <legend>Keys that sign</legend>
          <Answer of={candidates} lines={3}>
            {() => (
              <ul>
                {rows.map((row) => (
                  <li key={row.key}>
                    <Checkbox
                      isSelected={names.has(row.key)}
                      onChange={(on) => choose(row, on)}
                      help={row.note}
                    >
                      {row.label}
                    </Checkbox>
                    {names.has(row.key) && (
                      <TextField
                        label={`Name of ${row.label} in this treasury`}
                        value={names.get(row.key) ?? ''}
                        onChange={(to) => rename(row.key, to)}
                        error={problems[`cosigners.${chosen.indexOf(row)}.name`]}
                      />
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Answer>
          <p className={styles.help}>
            A signer stands here after its keys were taken in under <Link to="/signers">Signers</Link>; a Jade
            when it is attached and unlocked.
          </p>
          <details className={styles.jades}>
            <summary>Jades at this machine</summary>
            <JadeList />
          </details>
        </fieldset>
        {chosen.length > 1 && (
          <Select
            label="Signatures that a payment needs"
            options={chosen.map((_, index) => ({
              key: String(index + 1),
              label: `${index + 1} of ${chosen.length}`,
            }))}
            value={String(threshold)}
            onChange={(key) => setDecided(Number(key))}
            help="Fewer, and a lost key does not stop you; more, and a stolen one does not pay."
          />
        )}
        {chosen.length === 1 && (
          <Checkbox
            isSelected={usedBefore}
            onChange={setUsedBefore}
            help="The node looks through the whole chain for coins that this key holds already. On Liquid itself that takes hours, and the node answers little else meanwhile."
          >
            This key was used before
          </Checkbox>
        )}
        <p role="status">{choiceSentence(chosen, threshold)}</p>
        <TextField
          label="Name of the treasury"
          value={name}
          onChange={setName}
          error={problems['name']}
          help="At most 15 letters and signs without space: a Jade shows it."
          mono
        />
        <TextField
          label="Wallet on the node"
          value={wallet}
          onChange={setWallet}
          error={problems['wallet']}
          mono
        />
      </Form>
    </>
  );
}

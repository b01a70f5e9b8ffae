import { useState, type ReactElement } from 'react';
import { checkArgs } from '../../bridge/check-args.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Section } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { IdText } from '../../components/values/id-text.tsx';
import { Badge, Verdict } from '../../components/values/verdict.tsx';
import { GaidField } from './gaid-field.tsx';
import type { HolderDetail } from './holder-drawer.tsx';
import styles from './holders.module.css';

/** The Green accounts at which a holder receives, and which one is used. */
export function HolderGaids({ holder }: { holder: HolderDetail }): ReactElement {
  const [gaid, setGaid] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const add = useCommand('holders.addGaid');
  const choose = useCommand('holders.setDefaultGaid');
  const submit = (): void => {
    const args = { id: holder.id, gaid: gaid.trim() };
    const found = checkArgs('holders.addGaid', args)['gaid'];
    setProblem(found);
    if (found !== undefined) return;
    add.mutate(args, {
      onSuccess: () => {
        setGaid('');
        notify('GAID added');
      },
    });
  };
  return (
    <Section title="GAIDs" level={3}>
      {holder.gaids.length === 0 ? (
        <p>
          <Verdict of="attention">No GAID: nothing can be paid to this holder.</Verdict>
        </p>
      ) : (
        <ul className={styles.list} aria-label="GAIDs">
          {holder.gaids.map((each) => (
            <li key={each}>
              <IdText id={each} what="GAID" whole />
              {each === holder.gaid ? (
                <Badge of="good">Receives</Badge>
              ) : (
                <Button
                  size="small"
                  isPending={choose.isPending}
                  onPress={() =>
                    choose.mutate(
                      { id: holder.id, gaid: each },
                      { onSuccess: () => notify('Default GAID changed') },
                    )
                  }
                >
                  Make default
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {choose.error && <FailureNote error={choose.error} />}
      <Form
        label="Add GAID"
        onSubmit={submit}
        error={add.error}
        actions={
          <Button type="submit" isPending={add.isPending} isDisabled={gaid.trim() === ''}>
            Add GAID
          </Button>
        }
      >
        <GaidField value={gaid} onChange={setGaid} error={problem} />
      </Form>
    </Section>
  );
}

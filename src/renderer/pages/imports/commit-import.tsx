import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { Form } from 'react-aria-components';
import type { ImportSummary } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { counted } from '../../lib/format.ts';
import { absoluteTime } from '../../lib/time.ts';
import styles from './imports.module.css';

interface CommitImportProps {
  summary: ImportSummary;
}

/**
 * The one step that applies an import; refused while a row is wrong. It stays in place while it runs, although the import
 * counts as committed before the answer is here.
 */
export function CommitImport({ summary }: CommitImportProps): ReactElement {
  const blocked = summary.counts.wrong > 0;
  if (blocked) {
    return (
      <Banner of="wrong" title={`${counted(summary.counts.wrong, 'row is', 'rows are')} wrong.`}>
        Open a row to correct it or leave it out, or download the annotated file, correct it there and import
        it again.
      </Banner>
    );
  }
  return summary.kind === 'holders' ? (
    <CommitHolders summary={summary} />
  ) : (
    <CommitAllocation summary={summary} />
  );
}

function CommitHolders({ summary }: CommitImportProps): ReactElement {
  const navigate = useNavigate();
  const commit = useCommand('holders.importCommit');
  if (summary.committedAt !== null && commit.isIdle) return <Committed at={summary.committedAt} />;
  return (
    <div className={styles.commit}>
      <Button
        tone="primary"
        isPending={commit.isPending}
        onPress={() =>
          commit.mutate(
            { id: summary.id },
            {
              onSuccess: ({ added, alreadyThere }) => {
                notify(
                  `Registered ${counted(added, 'holder')}${alreadyThere === 0 ? '' : `; ${alreadyThere} were there already`}`,
                );
                void navigate({ to: '/holders' });
              },
            },
          )
        }
      >
        {`Register ${counted(summary.counts.good, 'holder')}`}
      </Button>
      <span>They are registered at AMP one by one; if it is interrupted, committing again carries on.</span>
      {commit.error && <FailureNote error={commit.error} />}
    </div>
  );
}

function CommitAllocation({ summary }: CommitImportProps): ReactElement {
  const navigate = useNavigate();
  const commit = useCommand('allocations.importCommit');
  const [name, setName] = useState(() => summary.fileName.replace(/\.[^.]*$/, ''));
  const [left, setLeft] = useState(false);
  if (summary.committedAt !== null && commit.isIdle) return <Committed at={summary.committedAt} />;
  return (
    <Form
      className={styles.commit ?? ''}
      aria-label="Create allocation"
      onSubmit={(event) => {
        event.preventDefault();
        setLeft(true);
        if (name.trim() === '') return;
        commit.mutate(
          { id: summary.id, name: name.trim() },
          {
            onSuccess: ({ id }) => {
              void navigate({ to: '/allocations/$allocationId', params: { allocationId: id } });
            },
          },
        );
      }}
    >
      <div className={styles.name}>
        <TextField
          label="Name of the allocation"
          value={name}
          onChange={setName}
          onBlur={() => setLeft(true)}
          error={left && name.trim() === '' ? 'Give it a name.' : undefined}
        />
      </div>
      <Button type="submit" tone="primary" isPending={commit.isPending}>
        Create allocation
      </Button>
      <span>Nobody is paid by this: the plan comes next.</span>
      {commit.error && <FailureNote error={commit.error} />}
    </Form>
  );
}

function Committed({ at }: { at: number }): ReactElement {
  return <Banner of="good" title={`Committed ${absoluteTime(at)}.`} />;
}

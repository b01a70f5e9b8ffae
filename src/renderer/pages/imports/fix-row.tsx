import { useState, type ReactElement } from 'react';
import type { ImportRow, ImportSummary } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { notify } from '../../components/overlay/notices.ts';

interface FixRowProps {
  summary: ImportSummary;
  row: ImportRow;
  onClose: () => void;
}

/** One row corrected in place: its cells as fields, what is wrong under each. */
export function FixRow({ summary, row, onClose }: FixRowProps): ReactElement {
  const [cells, setCells] = useState(row.cells);
  const fix = useCommand('imports.fixRow');
  const drop = useCommand('imports.dropRow');
  const checked = fix.data?.row ?? row;
  const committed = summary.committedAt !== null;
  const general = checked.problems.filter(
    (problem) => problem.column === null || !summary.columns.includes(problem.column),
  );
  const problemOf = (column: string): string | undefined => {
    const messages = checked.problems
      .filter((problem) => problem.column === column)
      .map((problem) => problem.message);
    return messages.length === 0 ? undefined : messages.join(' ');
  };
  return (
    <Drawer
      title={`Line ${row.line}`}
      note={checked.status === 'good' ? 'This row is good.' : 'Correct the row or leave it out.'}
      onClose={onClose}
    >
      <Form
        label={`Line ${row.line}`}
        onSubmit={() =>
          fix.mutate(
            { id: summary.id, line: row.line, cells },
            {
              onSuccess: (result) => {
                if (result.row.status !== 'good') return;
                notify(`Line ${row.line} is good now`);
                onClose();
              },
            },
          )
        }
        error={fix.error}
        problems={general.map((problem) => problem.message)}
        actions={
          !committed && (
            <>
              <Button type="submit" tone="primary" isPending={fix.isPending}>
                Check row
              </Button>
              <Button
                isPending={drop.isPending}
                onPress={() => drop.mutate({ id: summary.id, line: row.line }, { onSuccess: onClose })}
              >
                Leave row out
              </Button>
            </>
          )
        }
      >
        {summary.columns.map((column) => (
          <TextField
            key={column}
            label={column}
            value={cells[column] ?? ''}
            onChange={(value) => setCells({ ...cells, [column]: value })}
            error={problemOf(column)}
            isReadOnly={committed}
          />
        ))}
      </Form>
      {drop.error && <FailureNote error={drop.error} />}
    </Drawer>
  );
}

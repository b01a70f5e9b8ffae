import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Allocation, AllocationRow, Holder } from '../../../shared/contract/index.ts';
import type { Amount } from '../../../shared/money.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { AmountField } from '../../components/controls/amount-field.tsx';
import { Button } from '../../components/controls/button.tsx';
import { HolderPicker } from '../../components/controls/holder-picker.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Facts } from '../../components/layout/facts.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { None, Verdict } from '../../components/values/verdict.tsx';

interface RowDrawerProps {
  allocation: Allocation;
  precision: number;
  ticker: string | null;
  onClose: () => void;
}

const NO_AMOUNT = 'Write the amount to pay.';

export function AddRow({ allocation, precision, ticker, onClose }: RowDrawerProps): ReactElement {
  const add = useCommand('allocations.addRow');
  const [holder, setHolder] = useState<Holder | undefined>(undefined);
  const [amount, setAmount] = useState<Amount | undefined>(undefined);
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (): void => {
    setTried(true);
    if (holder === undefined || amount === undefined) return;
    add.mutate(
      { id: allocation.id, holderId: holder.id, amount, ...(note === '' ? {} : { note }) },
      {
        onSuccess: (row) => {
          notify(`Added ${row.holderName}`);
          onClose();
        },
      },
    );
  };
  return (
    <Drawer title="Add row" note={allocation.name} onClose={onClose}>
      <Form
        label="Add row"
        onSubmit={submit}
        error={add.error}
        actions={
          <Button type="submit" tone="primary" isPending={add.isPending}>
            Add row
          </Button>
        }
      >
        <HolderPicker
          label="Holder"
          onChange={setHolder}
          error={tried && holder === undefined ? 'Choose a holder from the list.' : undefined}
        />
        <AmountField
          label="Amount"
          precision={precision}
          ticker={ticker}
          onChange={setAmount}
          error={tried && amount === undefined ? NO_AMOUNT : undefined}
        />
        <TextField
          label="Note"
          value={note}
          onChange={setNote}
          help="Stays at the desk; AMP does not see it."
          maxLength={500}
        />
      </Form>
    </Drawer>
  );
}

export function EditRow(props: RowDrawerProps & { row: AllocationRow }): ReactElement {
  const { allocation, row, precision, ticker, onClose } = props;
  return (
    <Drawer title={row.holderName} note={`Row ${row.id} of ${allocation.name}`} onClose={onClose}>
      {row.problems.map((problem) => (
        <p key={problem.code}>
          <Verdict of="attention">{problem.message}</Verdict>
        </p>
      ))}
      <Facts
        facts={[
          [
            'Holder',
            row.holderId === null ? (
              <None>Not known to AMP</None>
            ) : (
              <Link key="h" to="/holders" search={{ holder: row.holderId }}>
                {row.holderName}
              </Link>
            ),
          ],
          [
            'GAID',
            row.gaid === null ? <None>none</None> : <IdText key="g" id={row.gaid} what="GAID" whole />,
          ],
          ...(row.state === 'open'
            ? []
            : [
                [
                  'Amount',
                  <AmountText key="a" value={row.amount} precision={precision} ticker={ticker} focusable />,
                ] as const,
              ]),
          ...(row.txid === null
            ? []
            : [['Paid in', <IdText key="t" id={row.txid} what="transaction id" whole />] as const]),
        ]}
      />
      {row.state === 'open' ? (
        <EditOpenRow {...props} />
      ) : (
        <p>
          This row is {row.state === 'paid' ? 'paid' : 'part of an operation'} and cannot be changed.{' '}
          {row.operationId !== null && (
            <Link to="/operations/$operationId" params={{ operationId: row.operationId }}>
              Open operation
            </Link>
          )}
        </p>
      )}
    </Drawer>
  );
}

function EditOpenRow({
  allocation,
  row,
  precision,
  ticker,
  onClose,
}: RowDrawerProps & { row: AllocationRow }): ReactElement {
  const edit = useCommand('allocations.editRow');
  const remove = useCommand('allocations.removeRow');
  const [amount, setAmount] = useState<Amount | undefined>(row.amount);
  const [note, setNote] = useState(row.note);
  const submit = (): void => {
    if (amount === undefined) return;
    edit.mutate(
      { id: allocation.id, rowId: row.id, amount, note },
      {
        onSuccess: () => {
          notify('Row saved');
          onClose();
        },
      },
    );
  };
  return (
    <>
      <Form
        label="Edit row"
        onSubmit={submit}
        error={edit.error}
        actions={
          <>
            <Button type="submit" tone="primary" isPending={edit.isPending}>
              Save row
            </Button>
            <Button
              isPending={remove.isPending}
              onPress={() => remove.mutate({ id: allocation.id, rowId: row.id }, { onSuccess: onClose })}
            >
              Remove row
            </Button>
          </>
        }
      >
        <AmountField
          label="Amount"
          precision={precision}
          ticker={ticker}
          initial={row.amount}
          onChange={setAmount}
          error={amount === undefined ? NO_AMOUNT : undefined}
        />
        <TextField label="Note" value={note} onChange={setNote} maxLength={500} />
      </Form>
      {remove.error && <FailureNote error={remove.error} />}
    </>
  );
}

import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Batch, Operation } from '../../../shared/contract/index.ts';
import { useWindowed, type RowOf } from '../../bridge/windowed.ts';
import { DownloadButton } from '../../components/controls/download-button.tsx';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Facts, type Fact } from '../../components/layout/facts.tsx';
import { Count, Toolbar } from '../../components/layout/page.tsx';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { None, Verdict } from '../../components/values/verdict.tsx';
import { counted, formatAmount, formatCount } from '../../lib/format.ts';
import { absoluteTime } from '../../lib/time.ts';
import styles from './operation.module.css';

type Output = RowOf<'operations.outputs'>;

const ROLE: Record<Output['role'], string> = {
  recipient: 'Recipient',
  change: 'Change',
  lane: 'Lane for a later batch',
  fee: 'Fee',
};

/** A batch opened: its transaction, every output with amount, blinders and whether it was verified, the report. */
export function BatchDetail({ batch, operation }: { batch: Batch; operation: Operation }): ReactElement {
  const [search, setSearch] = useState('');
  const source = useWindowed('operations.outputs', {
    batchId: batch.id,
    ...(search === '' ? {} : { search }),
  });
  return (
    <div className={styles.open}>
      <div className={styles.openFacts}>
        <Facts
          facts={[
            [
              'Transaction',
              batch.txid === null ? (
                <None>Not built yet</None>
              ) : (
                <IdText id={batch.txid} what="transaction id" whole />
              ),
            ],
            ...(operation.kind === 'send' ? [] : [distributionOf(batch)]),
            [
              'Block',
              batch.height === null ? (
                <None>Not in a block yet</None>
              ) : (
                `${formatCount(batch.height)}, ${counted(batch.confirmations, 'confirmation')}`
              ),
            ],
            [
              'Pays from',
              batch.after === null ? 'Confirmed treasury coins' : `The change of batch ${batch.after}`,
            ],
          ]}
        />
        <Facts facts={batch.steps.map((step) => [STEP_WORDS[step.step], absoluteTime(step.at)] as const)} />
      </div>
      <Toolbar
        end={
          operation.kind === 'distribute' && (
            <DownloadButton name="operations.report" args={{ batchId: batch.id }} size="small">
              Download report
            </DownloadButton>
          )
        }
      >
        <SearchField label="Search recipients" value={search} onChange={setSearch} />
        <Count>{source.state === 'ready' && counted(source.total, 'output')}</Count>
      </Toolbar>
      <DataTable
        inside
        label={`Outputs of batch ${batch.seq}`}
        columns={outputColumns(operation)}
        source={source}
        rowKey={(output) => String(output.vout)}
        empty={
          <Empty>
            {search === ''
              ? 'The transaction of this batch is not built yet.'
              : `No output matches “${search}”.`}
          </Empty>
        }
      />
    </div>
  );
}

function distributionOf(batch: Batch): Fact {
  return [
    'Distribution',
    batch.distributionUuid === null ? (
      <None>Not created yet</None>
    ) : (
      <IdText id={batch.distributionUuid} what="distribution id" whole />
    ),
  ];
}

const STEP_WORDS: Record<Batch['step'], string> = {
  planned: 'Planned',
  assigned: 'Assigned at AMP',
  created: 'Created at AMP',
  reserved: 'Coins reserved',
  built: 'Built and blinded',
  signed: 'Signed',
  broadcast: 'Broadcast',
  'confirmed-1': 'First confirmation',
  'confirmed-2': 'Second confirmation',
  reported: 'Reported to AMP',
};

function outputColumns(operation: Operation): readonly Column<Output>[] {
  return [
    { id: 'vout', header: 'No.', width: '3.5rem', align: 'end', cell: (output) => output.vout },
    {
      id: 'who',
      header: 'Recipient',
      width: 'minmax(10rem, 1.6fr)',
      cell: (output) =>
        output.holderId === null ? (
          output.role === 'recipient' && output.holderName !== null ? (
            <span data-tip={output.holderName}>{output.holderName}</span>
          ) : (
            <None>{ROLE[output.role]}</None>
          )
        ) : (
          <Link to="/holders" search={{ holder: output.holderId }} data-row-link="">
            {output.holderName ?? `Holder ${output.holderId}`}
          </Link>
        ),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack([
        '0.00000000 L-BTC',
        `${formatAmount(operation.total, operation.precision)} ${operation.ticker ?? ''}`,
      ]),
      align: 'end',
      cell: (output) =>
        output.assetId === operation.assetId ? (
          <AmountText value={output.amount} precision={operation.precision} ticker={operation.ticker} />
        ) : (
          <AmountText value={output.amount} precision={8} ticker="L-BTC" />
        ),
    },
    {
      id: 'address',
      header: 'Address',
      width: 'minmax(9rem, 9rem)',
      cell: (output) => <Id id={output.address} what="address" />,
    },
    {
      id: 'amountBlinder',
      header: 'Amount blinder',
      width: 'minmax(9rem, 9rem)',
      cell: (output) => <Id id={output.amountBlinder} what="amount blinder" />,
    },
    {
      id: 'assetBlinder',
      header: 'Asset blinder',
      width: 'minmax(9rem, 9rem)',
      cell: (output) => <Id id={output.assetBlinder} what="asset blinder" />,
    },
    {
      id: 'verified',
      header: 'Check',
      width: 'minmax(9rem, 9rem)',
      cell: (output) =>
        output.verified ? (
          <span data-tip="Opened from the raw transaction with these blinders: amount and asset are as shown">
            <Verdict of="good">Verified</Verdict>
          </span>
        ) : (
          <Verdict of="waiting">Not yet</Verdict>
        ),
    },
  ];
}

function Id({ id, what }: { id: string | null; what: string }): ReactElement {
  return id === null ? <None /> : <IdText id={id} what={what} button={false} />;
}

import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CustodyEntry, CustodyWallet } from '../../../../shared/contract/index.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { useWindowed } from '../../../bridge/windowed.ts';
import { DownloadButton } from '../../../components/controls/download-button.tsx';
import { FilterChip } from '../../../components/controls/filter-chip.tsx';
import { SearchField } from '../../../components/controls/search-field.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { Count, Toolbar } from '../../../components/layout/page.tsx';
import type { Column } from '../../../components/table/columns.ts';
import { DataTable } from '../../../components/table/data-table.tsx';
import { AmountText } from '../../../components/values/amount-text.tsx';
import { IdText } from '../../../components/values/id-text.tsx';
import { TimeText } from '../../../components/values/time-text.tsx';
import { None, Verdict } from '../../../components/values/verdict.tsx';
import { mainFirst } from '../../../lib/custody-words.ts';
import { counted, formatCount, shortId } from '../../../lib/format.ts';
import { entryWord } from '../entry-words.ts';
import { ImportLabels } from './import-labels.tsx';
import { LabelCell } from './label-cell.tsx';
import styles from '../custody.module.css';

interface Look {
  search?: string | undefined;
  asset?: string | undefined;
}

interface HistoryTabProps {
  wallet: CustodyWallet;
  look: Look;
  openTx: string | undefined;
  onLook: (look: Look) => void;
}

/** What happened in the wallet, newest first; each transaction can be named where it stands. */
export function HistoryTab({ wallet, look, openTx, onLook }: HistoryTabProps): ReactElement {
  const source = useWindowed('custody.history', {
    id: wallet.id,
    ...(look.search === undefined ? {} : { search: look.search }),
    ...(look.asset === undefined ? {} : { assetId: look.asset }),
  });
  const imported = useCommand('custody.importLabels');
  return (
    <>
      <Toolbar
        end={
          <>
            <DownloadButton name="custody.exportHistory" args={{ id: wallet.id }} size="small">
              Export CSV
            </DownloadButton>
            <DownloadButton name="custody.exportLabels" args={{ id: wallet.id }} size="small">
              Export labels
            </DownloadButton>
            <ImportLabels
              isPending={imported.isPending}
              onContent={(content) => imported.mutate({ id: wallet.id, content })}
            />
          </>
        }
      >
        <SearchField
          main
          label="Search history"
          value={look.search ?? ''}
          onChange={(search) => onLook({ ...look, search: search === '' ? undefined : search })}
        />
        <FilterChip
          label="Asset"
          options={mainFirst(wallet.balances).map(({ asset }) => ({
            key: asset.assetId,
            label: asset.ticker ?? asset.name,
          }))}
          value={look.asset}
          onChange={(asset) => onLook({ ...look, asset })}
        />
        <Count>{source.state === 'ready' && counted(source.total, 'transaction')}</Count>
      </Toolbar>
      {imported.error && <FailureNote error={imported.error} />}
      {imported.data && <Banner of="good" title={imported.data.sentence} />}
      <DataTable<CustodyEntry>
        label="History"
        columns={historyColumns(wallet, look)}
        source={source}
        rowKey={(entry) => entry.txid}
        openKey={openTx}
        empty={
          <Empty>
            {look.search !== undefined || look.asset !== undefined
              ? 'No transaction matches this.'
              : 'Nothing has happened in this wallet yet.'}
          </Empty>
        }
      />
    </>
  );
}

function historyColumns(wallet: CustodyWallet, look: Look): readonly Column<CustodyEntry>[] {
  return [
    {
      id: 'time',
      header: 'When',
      width: '9rem',
      cell: (entry) =>
        entry.time === null ? <Verdict of="waiting">Unconfirmed</Verdict> : <TimeText at={entry.time} />,
    },
    {
      id: 'type',
      header: 'What',
      width: '7rem',
      cell: (entry) => (
        <Link
          to="/custody/$walletId"
          params={{ walletId: wallet.id }}
          search={{ tab: 'history', ...look, tx: entry.txid }}
          data-row-link=""
          aria-label={`${entryWord(entry.type)}, transaction ${shortId(entry.txid)}`}
        >
          {entryWord(entry.type)}
        </Link>
      ),
    },
    {
      id: 'effects',
      header: 'Effect',
      width: 'minmax(17rem, 2fr)',
      align: 'end',
      cell: (entry) => <Effects entry={entry} />,
    },
    {
      id: 'label',
      header: 'Label',
      width: 'minmax(11rem, 1.6fr)',
      cell: (entry) => (
        <LabelCell
          walletId={wallet.id}
          type="tx"
          reference={entry.txid}
          label={entry.label}
          what={`transaction ${shortId(entry.txid)}`}
        />
      ),
    },
    {
      id: 'fee',
      header: 'Fee',
      width: '8.5rem',
      align: 'end',
      cell: (entry) =>
        entry.type === 'incoming' ? <None /> : <AmountText value={entry.fee} precision={8} />,
    },
    {
      id: 'confirmations',
      header: 'Confirmations',
      width: '7rem',
      align: 'end',
      cell: (entry) => formatCount(entry.confirmations),
    },
    {
      id: 'txid',
      header: 'Transaction id',
      width: '9.5rem',
      cell: (entry) => <IdText id={entry.txid} what="transaction id" button={false} />,
    },
    {
      id: 'spend',
      header: 'Payment',
      width: '6rem',
      cell: (entry) =>
        entry.spendId === null ? (
          <None />
        ) : (
          <Link
            to="/custody/spends/$spendId"
            params={{ spendId: entry.spendId }}
            aria-label={`Open payment of transaction ${shortId(entry.txid)}`}
          >
            Open
          </Link>
        ),
    },
  ];
}

function Effects({ entry }: { entry: CustodyEntry }): ReactElement {
  const effects = mainFirst(entry.effects.filter(({ amount }) => amount !== 0n));
  if (effects.length === 0) return <None>Nothing</None>;
  return (
    <span className={styles.effects}>
      {effects.map(({ asset, amount }) => (
        <AmountText
          key={asset.assetId}
          value={amount}
          precision={asset.precision}
          ticker={asset.ticker ?? asset.name}
          signed
        />
      ))}
    </span>
  );
}

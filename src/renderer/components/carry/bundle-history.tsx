import { useState, type ReactElement } from 'react';
import type { Bundle } from '../../../shared/contract/index.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { counted, formatBytes, formatCount } from '../../lib/format.ts';
import { SearchField } from '../controls/search-field.tsx';
import { Empty } from '../layout/empty.tsx';
import { Count, Toolbar } from '../layout/page.tsx';
import type { Column } from '../table/columns.ts';
import { DataTable } from '../table/data-table.tsx';
import { TimeText } from '../values/time-text.tsx';
import { BundleState, KIND_NAMES } from './bundle-words.tsx';

interface BundleHistoryProps {
  openId?: string | undefined;
  onOpen: (id: string) => void;
}

/** Everything that crossed the air gap, refused bundles with the reason. */
export function BundleHistory({ openId, onOpen }: BundleHistoryProps): ReactElement {
  const [search, setSearch] = useState('');
  const source = useWindowed('bundles.list', search === '' ? {} : { search });
  return (
    <>
      <Toolbar>
        <SearchField label="Search bundles" value={search} onChange={setSearch} />
        <Count>{source.state === 'ready' && counted(source.total, 'bundle')}</Count>
      </Toolbar>
      <DataTable
        inside
        label="Bundles"
        columns={columnsFor(onOpen)}
        source={source}
        rowKey={(row) => row.id}
        openKey={openId}
        empty={<Empty>{search === '' ? 'Nothing has crossed yet.' : `No bundle matches “${search}”.`}</Empty>}
      />
    </>
  );
}

function columnsFor(open: (id: string) => void): readonly Column<Bundle>[] {
  return [
    {
      id: 'kind',
      header: 'Bundle',
      width: 'minmax(9rem, 1fr)',
      cell: (row) => (
        <button type="button" data-row-link="" onClick={() => open(row.id)}>
          {row.kind === null ? 'Unreadable' : KIND_NAMES[row.kind]}
        </button>
      ),
    },
    { id: 'state', header: 'State', width: '7.5rem', cell: (row) => <BundleState of={row.state} /> },
    {
      id: 'peer',
      header: 'With',
      width: 'minmax(8rem, 1fr)',
      cell: (row) =>
        row.peerName === null ? 'Unknown' : `${row.direction === 'sent' ? 'To' : 'From'} ${row.peerName}`,
    },
    {
      id: 'sentence',
      header: 'What it did',
      width: 'minmax(14rem, 3fr)',
      cell: (row) => <span data-tip={row.sentence}>{row.sentence}</span>,
    },
    {
      id: 'seq',
      header: 'No.',
      width: '4.5rem',
      align: 'end',
      cell: (row) => (row.seq === null ? '' : formatCount(row.seq)),
    },
    { id: 'bytes', header: 'Size', width: '6.5rem', align: 'end', cell: (row) => formatBytes(row.bytes) },
    { id: 'at', header: 'When', width: '8rem', cell: (row) => <TimeText at={row.at} /> },
  ];
}

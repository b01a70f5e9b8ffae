import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { SigningRequestRow } from '../../../shared/contract/index.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { ReceiveBundle } from '../../components/carry/receive-bundle.tsx';
import { Button } from '../../components/controls/button.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Count, Page, Toolbar } from '../../components/layout/page.tsx';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import { Logins } from './logins.tsx';
import { RequestState } from './request-state.tsx';

const route = getRouteApi('/requests');

/** What desks asked this signer to sign. */
export function RequestsPage(): ReactElement {
  const { receive = false } = route.useSearch();
  const navigate = useNavigate();
  const source = useWindowed('signer.requests', {});
  const none = source.state === 'ready' && source.total === 0;
  const open = (on: boolean): void =>
    void navigate({ to: '/requests', search: on ? { receive: true } : {}, replace: true });
  return (
    <Page
      title="Requests"
      sentence="What desks want signed, newest first. Each is checked by this signer before it can be signed."
      actions={
        <Button
          tone={receive ? 'plain' : 'primary'}
          icon={receive ? 'close' : 'import'}
          aria-expanded={receive || none}
          onPress={() => open(!receive)}
        >
          {receive ? 'Close' : 'Take in a request'}
        </Button>
      }
    >
      {(receive || none) && (
        <ReceiveBundle title="Take in a request" hint="The file of the desk, or its QR codes." />
      )}
      <Logins />
      <Toolbar>
        <Count>{source.state === 'ready' && counted(source.total, 'request')}</Count>
      </Toolbar>
      <DataTable
        label="Requests"
        columns={COLUMNS}
        source={source}
        rowKey={(row) => row.id}
        empty={<Empty>No request yet. Take one in as a file or as QR codes from a paired desk.</Empty>}
      />
    </Page>
  );
}

const COLUMNS: readonly Column<SigningRequestRow>[] = [
  {
    id: 'title',
    header: 'Request',
    width: 'minmax(14rem, 2fr)',
    cell: (row) => (
      <Link to="/requests/$requestId" params={{ requestId: row.id }} data-row-link="">
        {row.title}
      </Link>
    ),
  },
  { id: 'state', header: 'State', width: '8.5rem', cell: (row) => <RequestState of={row.state} /> },
  {
    id: 'total',
    header: 'Amount',
    width: figureTrack(['100,000,000.00000000']),
    align: 'end',
    cell: (row) => <AmountText value={row.total} precision={row.precision} ticker={row.ticker} />,
  },
  {
    id: 'recipients',
    header: 'Recipients',
    width: '6rem',
    align: 'end',
    cell: (row) => formatCount(row.recipients),
  },
  { id: 'from', header: 'From', width: 'minmax(8rem, 1fr)', cell: (row) => row.from },
  { id: 'treasury', header: 'Signs for', width: 'minmax(8rem, 1fr)', cell: (row) => row.treasury },
  { id: 'receivedAt', header: 'Received', width: '8rem', cell: (row) => <TimeText at={row.receivedAt} /> },
  {
    id: 'expires',
    header: 'Expires',
    width: '8rem',
    cell: (row) => (row.state === 'waiting' ? <TimeText at={row.expires} ahead /> : ''),
  },
];

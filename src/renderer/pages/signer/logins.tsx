import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { localSource } from '../../bridge/windowed.ts';
import { Empty } from '../../components/layout/empty.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Section } from '../../components/layout/page.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { LoginState } from './login-state.tsx';

type Login = Result<'signer.logins'>['logins'][number];

/** Logins at Green that desks ask this signer for; a signer that was never asked shows nothing. */
export function Logins(): ReactElement | null {
  const logins = useAsk('signer.logins', {});
  if (logins.error && !logins.data) return <FailureNote error={logins.error} />;
  if (!logins.data || logins.data.logins.length === 0) return null;
  return (
    <Section
      title="AMP0 logins"
      note="Green knows the owner of an account by the signature of a challenge. Such a signature can move nothing."
    >
      <DataTable<Login>
        inside
        label="AMP0 logins"
        columns={COLUMNS}
        source={localSource(logins.data.logins)}
        rowKey={(login) => login.id}
        empty={<Empty>No login.</Empty>}
      />
    </Section>
  );
}

const COLUMNS: readonly Column<Login>[] = [
  {
    id: 'name',
    header: 'Account',
    width: 'minmax(12rem, 2fr)',
    cell: (login) => (
      <Link to="/requests/logins/$loginId" params={{ loginId: login.id }} data-row-link="">
        {login.name}
      </Link>
    ),
  },
  { id: 'state', header: 'State', width: '8.5rem', cell: (login) => <LoginState of={login.state} /> },
  { id: 'from', header: 'From', width: 'minmax(8rem, 1fr)', cell: (login) => login.from },
  {
    id: 'receivedAt',
    header: 'Received',
    width: '8rem',
    cell: (login) => <TimeText at={login.receivedAt} />,
  },
  {
    id: 'expires',
    header: 'Expires',
    width: '8rem',
    cell: (login) => (login.state === 'waiting' ? <TimeText at={login.expires} ahead /> : ''),
  },
];

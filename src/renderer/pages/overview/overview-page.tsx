import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useWaiting } from '../../app/use-waiting.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { buttonClass } from '../../components/controls/button.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { useRole } from '../../lib/open-profile.ts';
import { operationColumns } from '../operations/operation-columns.tsx';
import { SignerOverview } from '../signer/signer-overview.tsx';
import { overviewTreasuryColumns } from '../treasury/treasury-columns.tsx';
import { WaitingList } from './waiting-list.tsx';
import styles from './overview.module.css';

const RECENT = 8;

/** The first page of each role. */
export function OverviewPage(): ReactElement {
  return useRole() === 'signer' ? <SignerOverview /> : <DeskOverview />;
}

/** What waits for me, is everything in agreement, what has happened: in this order. */
function DeskOverview(): ReactElement {
  const waiting = useWaiting();
  const treasury = useAsk('treasury.overview', {}, { every: 20_000 });
  const recent = useAsk('operations.list', { offset: 0, limit: RECENT }, { every: 20_000 });
  return (
    <Page
      title="Overview"
      actions={
        <Link to="/allocations/import" className={buttonClass('primary')}>
          Import allocation
        </Link>
      }
    >
      <Section title="Waiting for you">
        <WaitingList waiting={waiting} />
      </Section>
      <Section
        title="Treasury"
        actions={
          treasury.data && (
            <span className={styles.read}>
              Read <TimeText at={treasury.data.at} focusable />
            </span>
          )
        }
      >
        {treasury.data?.problems.map((problem) => (
          <Banner key={problem.code + problem.message} of="attention" title={problem.message}>
            {problem.next}
          </Banner>
        ))}
        <DataTable
          inside
          label="Treasury"
          columns={overviewTreasuryColumns(treasury.data?.lines ?? [])}
          source={sourceOf(treasury, treasury.data?.lines)}
          rowKey={(line) => line.assetId}
          empty={<Empty>No assets yet. They appear here when AMP knows them.</Empty>}
        />
      </Section>
      <Section title="Recent operations">
        <DataTable
          inside
          label="Recent operations"
          columns={operationColumns}
          source={sourceOf(recent, recent.data?.rows)}
          rowKey={(operation) => operation.id}
          empty={
            <Empty
              action={
                <Link to="/allocations/import" className={buttonClass()}>
                  Import allocation
                </Link>
              }
            >
              Nothing has been paid from this desk yet. Import an allocation to begin.
            </Empty>
          }
        />
      </Section>
    </Page>
  );
}

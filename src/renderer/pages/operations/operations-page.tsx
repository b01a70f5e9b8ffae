import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { buttonClass } from '../../components/controls/button.tsx';
import { FilterChip } from '../../components/controls/filter-chip.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import { Count, Page, Toolbar } from '../../components/layout/page.tsx';
import { ColumnChooser, useColumns } from '../../components/table/column-chooser.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { counted } from '../../lib/format.ts';
import { operationColumns } from './operation-columns.tsx';

const route = getRouteApi('/operations');

const STATES = [
  { key: 'open', label: 'Under way' },
  { key: 'finished', label: 'Finished' },
] as const;

export function OperationsPage(): ReactElement {
  const { state } = route.useSearch();
  const navigate = useNavigate();
  const source = useWindowed('operations.list', state === undefined ? {} : { state });
  const pending = useAsk('operations.pendingAtAmp', {});
  const foreign = pending.data?.pending.filter((each) => each.operationId === null) ?? [];
  const chosen = useColumns('operations', operationColumns);
  return (
    <Page
      title="Operations"
      sentence="Everything that the treasury carries or carried through on chain and in AMP’s books."
      actions={
        <Link to="/operations/pending" className={buttonClass()}>
          Pending at AMP
        </Link>
      }
    >
      {foreign.length > 0 && (
        <Banner
          of="attention"
          title={`${counted(foreign.length, 'distribution', 'distributions')} started elsewhere ${foreign.length === 1 ? 'is' : 'are'} pending at AMP.`}
          actions={
            <Link to="/operations/pending" className={buttonClass('plain', 'small')}>
              Review
            </Link>
          }
        />
      )}
      <Toolbar end={<ColumnChooser columns={operationColumns} chosen={chosen} />}>
        <FilterChip
          label="State"
          options={STATES}
          value={state}
          onChange={(next) => void navigate({ to: '/operations', search: { state: next } })}
        />
        <Count>{source.state === 'ready' && counted(source.total, 'operation')}</Count>
      </Toolbar>
      <DataTable
        label="Operations"
        columns={operationColumns}
        hiddenColumns={chosen.hidden}
        source={source}
        rowKey={(operation) => operation.id}
        empty={
          <Empty
            action={
              <Link to="/allocations" className={buttonClass()}>
                Go to allocations
              </Link>
            }
          >
            {state === undefined
              ? 'No operations yet. They begin with the plan of an allocation.'
              : 'No operation is in this state.'}
          </Empty>
        }
      />
    </Page>
  );
}

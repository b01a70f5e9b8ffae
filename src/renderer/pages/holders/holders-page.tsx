import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { DownloadButton } from '../../components/controls/download-button.tsx';
import { FilterChip } from '../../components/controls/filter-chip.tsx';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Count, Page, Toolbar } from '../../components/layout/page.tsx';
import { ColumnChooser, useColumns } from '../../components/table/column-chooser.tsx';
import type { Sort } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { counted } from '../../lib/format.ts';
import { AddHolder } from './add-holder.tsx';
import { holderColumns } from './holder-columns.tsx';
import { HolderDrawer } from './holder-drawer.tsx';
import { MembersBar } from './members-bar.tsx';

const route = getRouteApi('/holders');

type SortKey = 'name' | 'id' | 'gaid' | 'isCompany';

const GAID = [
  { key: 'with', label: 'has one' },
  { key: 'without', label: 'missing' },
] as const;
const KIND = [
  { key: 'company', label: 'company' },
  { key: 'person', label: 'person' },
] as const;

export function HoldersPage(): ReactElement {
  const search = route.useSearch();
  const navigate = useNavigate();
  const categories = useAsk('categories.list', {});
  const chosen = useColumns('holders', holderColumns);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filter = {
    ...(search.search ? { search: search.search } : {}),
    ...(search.category === undefined ? {} : { category: search.category }),
    ...(search.gaid === undefined ? {} : { gaid: search.gaid }),
    ...(search.company === undefined ? {} : { isCompany: search.company }),
  };
  const filtered = Object.keys(filter).length > 0;
  const sort: Sort<SortKey> | undefined = search.by && {
    by: search.by,
    direction: search.direction ?? 'asc',
  };
  const source = useWindowed('holders.list', { ...filter, ...(sort ? { sort } : {}) });
  const change = (to: Partial<typeof search>): void =>
    void navigate({
      from: '/holders',
      to: '/holders',
      search: (before) => ({ ...before, ...to }),
      replace: !('holder' in to || 'add' in to),
    });
  const names = new Map<string, string>();
  for (let index = 0; index < Math.min(source.total, 5000); index++) {
    const row = source.at(index);
    if (row) names.set(String(row.id), row.name);
  }

  return (
    <Page
      title="Holders"
      sentence="AMP’s registered users, from this desk’s own copy of the register."
      actions={
        <>
          <DownloadButton name="holders.export" args={filter}>
            {filtered ? 'Export these' : 'Export'}
          </DownloadButton>
          <Link to="/holders/import" className={buttonClass()}>
            Import holders
          </Link>
          <Button tone="primary" icon="plus" onPress={() => change({ add: true, holder: undefined })}>
            Add holder
          </Button>
        </>
      }
      drawer={
        search.add ? (
          <AddHolder onClose={() => change({ add: undefined })} />
        ) : search.holder !== undefined ? (
          <HolderDrawer
            key={search.holder}
            id={search.holder}
            onClose={() => change({ holder: undefined })}
          />
        ) : undefined
      }
    >
      <Toolbar end={<ColumnChooser columns={holderColumns} chosen={chosen} />}>
        <SearchField
          main
          label="Search holders"
          value={search.search ?? ''}
          onChange={(text) => change({ search: text || undefined })}
        />
        <FilterChip
          label="Category"
          options={(categories.data?.categories ?? []).map((each) => ({
            key: String(each.id),
            label: each.name,
          }))}
          value={search.category === undefined ? undefined : String(search.category)}
          onChange={(key) => change({ category: key === undefined ? undefined : Number(key) })}
        />
        <FilterChip label="GAID" options={GAID} value={search.gaid} onChange={(gaid) => change({ gaid })} />
        <FilterChip
          label="Kind"
          options={KIND}
          value={search.company === undefined ? undefined : search.company ? 'company' : 'person'}
          onChange={(kind) => change({ company: kind === undefined ? undefined : kind === 'company' })}
        />
        <Count>{source.state === 'ready' && counted(source.total, 'holder')}</Count>
      </Toolbar>
      <DataTable
        label="Holders"
        columns={holderColumns}
        hiddenColumns={chosen.hidden}
        source={source}
        rowKey={(holder) => String(holder.id)}
        openKey={search.holder === undefined ? undefined : String(search.holder)}
        sort={sort}
        onSort={(next) => change({ by: next?.by as SortKey | undefined, direction: next?.direction })}
        selection={{
          keys: selected,
          onChange: setSelected,
          nameOf: (key) => names.get(key) ?? `holder ${key}`,
        }}
        footer={
          selected.size > 0 && (
            <MembersBar
              holders={[...selected].map(Number)}
              categories={categories.data?.categories ?? []}
              onDone={() => setSelected(new Set())}
            />
          )
        }
        empty={
          filtered ? (
            <Empty
              action={
                <Button onPress={() => void navigate({ to: '/holders', search: {} })}>
                  Show all holders
                </Button>
              }
            >
              No holder matches this search.
            </Empty>
          ) : (
            <Empty
              action={
                <Link to="/holders/import" className={buttonClass('primary')}>
                  Import holders
                </Link>
              }
            >
              No holders yet. Import them from a CSV file or add them one by one.
            </Empty>
          )
        }
      />
    </Page>
  );
}

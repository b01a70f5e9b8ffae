import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Asset } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Count, Page, Toolbar } from '../../components/layout/page.tsx';
import { ColumnChooser, useColumns } from '../../components/table/column-chooser.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { Badge, None } from '../../components/values/verdict.tsx';
import { counted } from '../../lib/format.ts';
import { AssetDrawer } from './asset-drawer.tsx';

const route = getRouteApi('/assets');

const columns: readonly Column<Asset>[] = [
  {
    id: 'name',
    header: 'Asset',
    width: 'minmax(12rem, 1.6fr)',
    fixed: true,
    cell: (asset) => (
      <Link
        from="/assets"
        to="/assets"
        search={(before) => ({ ...before, asset: asset.assetUuid })}
        data-row-link=""
        activeProps={{}}
      >
        {asset.name}
      </Link>
    ),
  },
  { id: 'ticker', header: 'Ticker', width: '6rem', cell: (asset) => asset.ticker ?? <None>none</None> },
  { id: 'precision', header: 'Decimals', width: '6rem', align: 'end', cell: (asset) => asset.precision },
  {
    id: 'domain',
    header: 'Domain',
    width: 'minmax(9rem, 1fr)',
    cell: (asset) => asset.domain ?? <None>none</None>,
  },
  {
    id: 'assetId',
    header: 'Asset id',
    width: '10rem',
    cell: (asset) => <IdText id={asset.assetId} what="asset id" button={false} />,
  },
  {
    id: 'requirements',
    header: 'Requires',
    width: '8.5rem',
    cell: (asset) =>
      asset.requirements.length === 0 ? (
        <None>nothing</None>
      ) : (
        counted(asset.requirements.length, 'category', 'categories')
      ),
  },
  {
    id: 'flags',
    header: 'State',
    width: 'minmax(19rem, 1.2fr)',
    cell: (asset) => <AssetFlags asset={asset} />,
  },
];

export function AssetFlags({ asset }: { asset: Asset }): ReactElement {
  return (
    <>
      {asset.isLocked ? <Badge of="attention">Locked</Badge> : <Badge of="good">Transferable</Badge>}{' '}
      {asset.isAuthorized && <Badge>Authorized</Badge>} {asset.isRegistered && <Badge>Registered</Badge>}
    </>
  );
}

export function AssetsPage(): ReactElement {
  const { search = '', asset: openUuid } = route.useSearch();
  const navigate = useNavigate();
  const assets = useAsk('assets.list', {});
  const chosen = useColumns('assets', columns);
  const matches = assets.data?.assets.filter((asset) =>
    `${asset.name} ${asset.ticker ?? ''} ${asset.assetId} ${asset.assetUuid} ${asset.domain ?? ''}`
      .toLowerCase()
      .includes(search.toLowerCase()),
  );
  return (
    <Page
      title="Assets"
      sentence="The issuer’s assets as AMP knows them."
      drawer={
        openUuid !== undefined && (
          <AssetDrawer
            key={openUuid}
            assetUuid={openUuid}
            onClose={() =>
              void navigate({
                from: '/assets',
                to: '/assets',
                search: (before) => ({ ...before, asset: undefined, tab: undefined }),
              })
            }
          />
        )
      }
    >
      <Toolbar end={<ColumnChooser columns={columns} chosen={chosen} />}>
        <SearchField
          main
          label="Search assets"
          value={search}
          onChange={(text) =>
            void navigate({
              from: '/assets',
              to: '/assets',
              search: (before) => ({ ...before, search: text || undefined }),
              replace: true,
            })
          }
        />
        <Count>{matches && counted(matches.length, 'asset')}</Count>
      </Toolbar>
      <DataTable
        label="Assets"
        columns={columns}
        hiddenColumns={chosen.hidden}
        source={sourceOf(assets, matches)}
        rowKey={(asset) => asset.assetUuid}
        openKey={openUuid}
        empty={
          <Empty>
            {search === '' ? 'AMP knows no asset of this issuer yet.' : `No asset matches “${search}”.`}
          </Empty>
        }
      />
    </Page>
  );
}

import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { Button } from '../../components/controls/button.tsx';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Count, Page, Toolbar } from '../../components/layout/page.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { None } from '../../components/values/verdict.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import { useAssets } from '../../lib/use-asset.ts';
import { AddCategory, CategoryDrawer } from './category-drawers.tsx';

const route = getRouteApi('/categories');

export type Category = Result<'categories.list'>['categories'][number];

export function CategoriesPage(): ReactElement {
  const { search = '', category, add } = route.useSearch();
  const navigate = useNavigate();
  const categories = useAsk('categories.list', {});
  const { byUuid } = useAssets();
  const matches = categories.data?.categories.filter((each) =>
    `${each.name} ${each.description}`.toLowerCase().includes(search.toLowerCase()),
  );
  const open = categories.data?.categories.find((each) => each.id === category);
  const close = (): void =>
    void navigate({
      from: '/categories',
      to: '/categories',
      search: (before) => ({ ...before, category: undefined, add: undefined }),
    });
  const columns: readonly Column<Category>[] = [
    {
      id: 'name',
      header: 'Category',
      width: 'minmax(12rem, 1.4fr)',
      cell: (each) => (
        <Link
          from="/categories"
          to="/categories"
          search={(before) => ({ ...before, category: each.id, add: undefined })}
          data-row-link=""
          activeProps={{}}
        >
          {each.name}
        </Link>
      ),
    },
    {
      id: 'description',
      header: 'Description',
      width: 'minmax(12rem, 2fr)',
      cell: (each) => (each.description === '' ? <None>none</None> : each.description),
    },
    {
      id: 'holders',
      header: 'Holders',
      width: '7rem',
      align: 'end',
      cell: (each) => (
        <Link
          to="/holders"
          search={{ category: each.id }}
          aria-label={`${each.holders} holders of ${each.name}`}
        >
          {formatCount(each.holders)}
        </Link>
      ),
    },
    {
      id: 'assets',
      header: 'Required by',
      width: 'minmax(12rem, 1.6fr)',
      cell: (each) =>
        each.assets.length === 0 ? (
          <None>no asset</None>
        ) : (
          each.assets.map((uuid) => byUuid(uuid)?.ticker ?? byUuid(uuid)?.name ?? 'an asset').join(', ')
        ),
    },
  ];
  return (
    <Page
      title="Categories"
      sentence="Named sets of holders. An asset can require them: a holder must be in every category that the asset requires."
      actions={
        <Button
          tone="primary"
          icon="plus"
          onPress={() =>
            void navigate({
              from: '/categories',
              to: '/categories',
              search: (before) => ({ ...before, add: true, category: undefined }),
            })
          }
        >
          Add category
        </Button>
      }
      drawer={
        add ? (
          <AddCategory onClose={close} />
        ) : open ? (
          <CategoryDrawer key={open.id} category={open} onClose={close} />
        ) : undefined
      }
    >
      <Toolbar>
        <SearchField
          main
          label="Search categories"
          value={search}
          onChange={(text) =>
            void navigate({
              from: '/categories',
              to: '/categories',
              search: (before) => ({ ...before, search: text || undefined }),
              replace: true,
            })
          }
        />
        <Count>{matches && counted(matches.length, 'category', 'categories')}</Count>
      </Toolbar>
      <DataTable
        label="Categories"
        columns={columns}
        source={sourceOf(categories, matches)}
        rowKey={(each) => String(each.id)}
        openKey={category === undefined ? undefined : String(category)}
        empty={
          <Empty>
            {search === ''
              ? 'No categories yet. Add one to say who may hold an asset.'
              : `No category matches “${search}”.`}
          </Empty>
        }
      />
    </Page>
  );
}

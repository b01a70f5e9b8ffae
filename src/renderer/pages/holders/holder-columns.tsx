import { Link } from '@tanstack/react-router';
import type { Holder } from '../../../shared/contract/index.ts';
import type { Column } from '../../components/table/columns.ts';
import { IdText } from '../../components/values/id-text.tsx';
import { Badge, None } from '../../components/values/verdict.tsx';

export const holderColumns: readonly Column<Holder>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(13rem, 2fr)',
    sort: true,
    fixed: true,
    cell: (holder) => (
      <Link
        from="/holders"
        to="/holders"
        search={(before) => ({ ...before, holder: holder.id, add: undefined })}
        data-row-link=""
        activeProps={{}}
      >
        {holder.name}
      </Link>
    ),
  },
  {
    id: 'id',
    header: 'Number',
    width: '6.5rem',
    align: 'end',
    sort: true,
    cell: (holder) => holder.id,
  },
  {
    id: 'gaid',
    header: 'GAID',
    width: 'minmax(10rem, 11rem)',
    sort: true,
    cell: (holder) =>
      holder.gaid === null ? (
        <Badge of="attention">No GAID</Badge>
      ) : (
        <IdText id={holder.gaid} what="GAID" button={false} />
      ),
  },
  {
    id: 'categories',
    header: 'Categories',
    width: 'minmax(12rem, 2fr)',
    cell: (holder) =>
      holder.categories.length === 0 ? (
        <None>none</None>
      ) : (
        holder.categories.map((each) => each.name).join(', ')
      ),
  },
  {
    id: 'isCompany',
    header: 'Kind',
    width: '7rem',
    sort: true,
    cell: (holder) => (holder.isCompany ? 'Company' : 'Person'),
  },
];

import type { UseQueryResult } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import {
  WALLET_KINDS,
  WALLET_PURPOSES,
  type CustodyWallet,
  type Result,
  type WalletKind,
} from '../../../shared/contract/index.ts';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { FilterChip } from '../../components/controls/filter-chip.tsx';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Count, Section, Toolbar } from '../../components/layout/page.tsx';
import { ColumnChooser, useColumns } from '../../components/table/column-chooser.tsx';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { None } from '../../components/values/verdict.tsx';
import { KIND_NAMES, mainFirst, PURPOSES, type Purpose } from '../../lib/custody-words.ts';
import { counted, formatAmount, formatCount } from '../../lib/format.ts';
import { SetupList } from './new-wallet/setup-list.tsx';
import { matchesLook, type WalletLook } from './wallet-filter.ts';
import { walletColumns } from './wallet-columns.tsx';
import styles from './custody.module.css';

interface WalletsTabProps {
  answer: UseQueryResult<Result<'custody.wallets'>, BridgeError>;
  look: WalletLook;
  /** Asset whose drawer is open. */
  openAsset: string | undefined;
}

const KINDS = WALLET_KINDS.map((key) => ({ key, label: KIND_NAMES[key] }));
const USES = WALLET_PURPOSES.map((key) => ({ key, label: PURPOSES[key].name, note: PURPOSES[key].help }));

/** What all wallets hold together, and each of them. */
export function WalletsTab({ answer, look, openAsset }: WalletsTabProps): ReactElement {
  const navigate = useNavigate();
  const chosen = useColumns('custody', walletColumns);
  const rows = answer.data?.wallets.filter((wallet) => matchesLook(wallet, look));
  const change = (to: Partial<WalletLook>): void =>
    void navigate({ to: '/custody', search: { ...look, ...to }, replace: true });
  const filtered = look.search !== undefined || look.kind !== undefined || look.purpose !== undefined;
  return (
    <>
      <Holdings look={look} openAsset={openAsset} />
      <SetupList />
      <Section title="Wallets">
        <Toolbar end={<ColumnChooser columns={walletColumns} chosen={chosen} />}>
          <SearchField
            main
            label="Search wallets"
            value={look.search ?? ''}
            onChange={(search) => change({ search: search === '' ? undefined : search })}
          />
          <FilterChip<WalletKind>
            label="Kind"
            options={KINDS}
            value={look.kind}
            onChange={(kind) => change({ kind })}
          />
          <FilterChip<Purpose>
            label="Purpose"
            options={USES}
            value={look.purpose}
            onChange={(purpose) => change({ purpose })}
          />
          <Button
            size="small"
            tone="quiet"
            aria-pressed={look.archived === true}
            onPress={() => change({ archived: look.archived === true ? undefined : true })}
          >
            {look.archived === true ? 'Back to wallets in use' : 'Show archived'}
          </Button>
          <Count>{rows && counted(rows.length, 'wallet')}</Count>
        </Toolbar>
        <DataTable<CustodyWallet>
          inside
          label="Wallets"
          columns={walletColumns}
          hiddenColumns={chosen.hidden}
          source={sourceOf(answer, rows)}
          rowKey={(wallet) => wallet.id}
          empty={
            filtered || look.archived === true ? (
              <Empty>
                {look.archived === true && !filtered ? 'No wallet is archived.' : 'No wallet matches this.'}
              </Empty>
            ) : (
              <Empty
                action={
                  <Link to="/custody/new" className={buttonClass('primary')}>
                    New wallet
                  </Link>
                }
              >
                No custody wallet yet. Make an AMP0 account, an AMP2 wallet or a plain Liquid one, or take up
                one that exists.
              </Empty>
            )
          }
        />
      </Section>
    </>
  );
}

type Holding = Result<'custody.overview'>['assets'][number];

function Holdings({ look, openAsset }: { look: WalletLook; openAsset: string | undefined }): ReactElement {
  const overview = useAsk('custody.overview', {}, { every: 20_000 });
  const rows = overview.data && mainFirst(overview.data.assets);
  return (
    <Section title="Holdings" note="Over all wallets, archived ones too.">
      <DataTable<Holding>
        inside
        label="Holdings"
        columns={holdingColumns(rows ?? [], look)}
        source={sourceOf(overview, rows)}
        rowKey={({ asset }) => asset.assetId}
        openKey={openAsset}
        empty={<Empty>The wallets hold nothing yet.</Empty>}
      />
    </Section>
  );
}

function holdingColumns(rows: readonly Holding[], look: WalletLook): readonly Column<Holding>[] {
  const track = (header: string, read: (row: Holding) => Holding['confirmed']): string =>
    figureTrack([
      header,
      ...rows.map((row) => `${formatAmount(read(row), row.asset.precision)} ${row.asset.ticker ?? ''}`),
    ]);
  return [
    {
      id: 'asset',
      header: 'Asset',
      width: 'minmax(14rem, 2fr)',
      cell: ({ asset }) => (
        <span className={styles.names}>
          <Link
            to="/custody"
            search={{ ...look, asset: asset.assetId }}
            data-row-link=""
            data-tip={asset.assetId}
            data-copy={asset.assetId}
            data-copy-what="asset id"
          >
            {asset.name}
          </Link>
          {asset.ticker !== null && asset.ticker !== asset.name && <None>{asset.ticker}</None>}
        </span>
      ),
    },
    {
      id: 'confirmed',
      header: 'Confirmed',
      width: track('Confirmed', (row) => row.confirmed),
      align: 'end',
      cell: ({ asset, confirmed }) => (
        <AmountText value={confirmed} precision={asset.precision} ticker={asset.ticker} />
      ),
    },
    {
      id: 'pending',
      header: 'Pending',
      width: track('Pending', (row) => row.pending),
      align: 'end',
      cell: ({ asset, pending }) =>
        pending === 0n ? <None /> : <AmountText value={pending} precision={asset.precision} signed />,
    },
    {
      id: 'wallets',
      header: 'Wallets',
      width: '6rem',
      align: 'end',
      cell: ({ wallets }) => formatCount(wallets.length),
    },
  ];
}

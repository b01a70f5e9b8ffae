import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CustodyTab } from '../../app/searches.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { FilterChip } from '../../components/controls/filter-chip.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Count, Page, Toolbar } from '../../components/layout/page.tsx';
import { LinkTabs, TabCount } from '../../components/layout/tabs.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import { useOpenProfile } from '../../lib/open-profile.ts';
import { AssetDrawer } from './asset-drawer.tsx';
import { NoticesTab } from './notices-tab.tsx';
import { SimulatedIssuer } from './simulated-issuer.tsx';
import { spendColumns } from './spend-columns.tsx';
import { WalletsTab } from './wallets-tab.tsx';

const route = getRouteApi('/custody');

const TABS: Record<CustodyTab, string> = {
  wallets: 'Wallets',
  payments: 'Payments',
  notices: 'Notices',
  issuer: 'AMP2 issuer (simulated)',
};

/** Everything that this desk holds itself: by asset, by wallet, and what happened there. */
export function CustodyPage(): ReactElement {
  const { tab = 'wallets', asset, ...look } = route.useSearch();
  const navigate = useNavigate();
  const simulated = useOpenProfile()?.network === 'sandbox';
  const wallets = useAsk('custody.wallets', look.archived === true ? { archived: true } : {}, {
    every: 20_000,
    keep: true,
  });
  const scan = useCommand('custody.scan');
  const shown = tab === 'issuer' && !simulated ? 'wallets' : tab;
  const unread = wallets.data?.unread ?? 0;
  return (
    <Page
      title="Custody"
      sentence="AMP0 accounts, AMP2 wallets and plain Liquid wallets of this desk: what they hold, and what they send."
      actions={
        <>
          <Button
            icon="refresh"
            isPending={scan.isPending}
            onPress={() =>
              scan.mutate({}, { onSuccess: (done) => notify(`Looked at ${counted(done.wallets, 'wallet')}`) })
            }
          >
            Look at the chain
          </Button>
          <Link to="/custody/new" className={buttonClass('primary')}>
            New wallet
          </Link>
        </>
      }
      drawer={
        asset !== undefined && (
          <AssetDrawer
            assetId={asset}
            onClose={() => void navigate({ to: '/custody', search: { ...look, tab } })}
          />
        )
      }
    >
      <LinkTabs label="Custody">
        {(Object.keys(TABS) as CustodyTab[])
          .filter((key) => key !== 'issuer' || simulated)
          .map((key) => (
            <Link
              key={key}
              to="/custody"
              search={{ tab: key }}
              aria-current={shown === key ? 'page' : undefined}
              activeProps={{ 'aria-current': shown === key ? 'page' : undefined }}
            >
              {TABS[key]}
              {key === 'notices' && unread > 0 && <TabCount>{formatCount(unread)}</TabCount>}
            </Link>
          ))}
      </LinkTabs>
      {scan.error && <FailureNote error={scan.error} />}
      {shown === 'wallets' && <WalletsTab answer={wallets} look={look} openAsset={asset} />}
      {shown === 'payments' && <Payments onlyOpen={look.open === true} />}
      {shown === 'notices' && <NoticesTab unread={unread} />}
      {shown === 'issuer' && <SimulatedIssuer />}
    </Page>
  );
}

const STATES = [{ key: 'open', label: 'Under way' }] as const;

function Payments({ onlyOpen }: { onlyOpen: boolean }): ReactElement {
  const navigate = useNavigate();
  const source = useWindowed('custody.spends', onlyOpen ? { open: true } : {});
  return (
    <>
      <Toolbar>
        <FilterChip
          label="State"
          options={STATES}
          value={onlyOpen ? 'open' : undefined}
          onChange={(state) =>
            void navigate({
              to: '/custody',
              search: { tab: 'payments', ...(state === undefined ? {} : { open: true }) },
            })
          }
        />
        <Count>{source.state === 'ready' && counted(source.total, 'payment')}</Count>
      </Toolbar>
      <DataTable
        label="Payments"
        columns={spendColumns}
        source={source}
        rowKey={(spend) => spend.id}
        empty={
          <Empty>
            {onlyOpen
              ? 'No payment is under way.'
              : 'Nothing has been sent yet. A payment begins on the page of its wallet, with Send.'}
          </Empty>
        }
      />
    </>
  );
}

import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CustodyWallet, WalletBalance } from '../../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { localSource, useWindowed } from '../../../bridge/windowed.ts';
import { Button } from '../../../components/controls/button.tsx';
import { MenuButton } from '../../../components/controls/menu-button.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { figureTrack, type Column } from '../../../components/table/columns.ts';
import { DataTable } from '../../../components/table/data-table.tsx';
import { AmountText } from '../../../components/values/amount-text.tsx';
import { None, Verdict } from '../../../components/values/verdict.tsx';
import { free, mainFirst } from '../../../lib/custody-words.ts';
import { formatAmount } from '../../../lib/format.ts';
import { spendColumns } from '../spend-columns.tsx';

/** What the wallet holds, what of it is free, its L-BTC for fees, and its payments under way. */
export function BalancesTab({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const rows = mainFirst(wallet.balances);
  return (
    <>
      <DataTable<WalletBalance>
        inside
        label="Balances"
        columns={balanceColumns(wallet, rows)}
        source={localSource(rows)}
        rowKey={({ asset }) => asset.assetId}
        empty={
          <Empty
            action={
              <Link to="/custody/$walletId" params={{ walletId: wallet.id }} search={{ tab: 'receive' }}>
                Show an address
              </Link>
            }
          >
            {wallet.scannedAt === null
              ? 'The chain was not looked at yet for this wallet.'
              : 'This wallet holds nothing.'}
          </Empty>
        }
      />
      <FeeFunds wallet={wallet} />
      <Payments wallet={wallet} />
    </>
  );
}

function balanceColumns(
  wallet: CustodyWallet,
  rows: readonly WalletBalance[],
): readonly Column<WalletBalance>[] {
  const figure = (
    id: 'confirmed' | 'pending' | 'held' | 'free',
    header: string,
    read: (row: WalletBalance) => WalletBalance['held'],
  ): Column<WalletBalance> => ({
    id,
    header,
    width: figureTrack([
      header,
      ...rows.map((row) => `${formatAmount(read(row), row.asset.precision)} ${row.asset.ticker ?? ''}`),
    ]),
    align: 'end',
    cell: (row) =>
      read(row) === 0n && id !== 'confirmed' && id !== 'free' ? (
        <None />
      ) : (
        <AmountText value={read(row)} precision={row.asset.precision} ticker={row.asset.ticker} />
      ),
  });
  return [
    {
      id: 'asset',
      header: 'Asset',
      width: 'minmax(12rem, 2fr)',
      cell: ({ asset }) => (
        <Link
          to="/custody/$walletId"
          params={{ walletId: wallet.id }}
          search={{ tab: 'history', asset: asset.assetId }}
          data-row-link=""
          data-tip={asset.assetId}
          data-copy={asset.assetId}
          data-copy-what="asset id"
        >
          {asset.name}
        </Link>
      ),
    },
    figure('confirmed', 'Confirmed', (row) => row.confirmed),
    figure('pending', 'Pending', (row) => row.pending),
    figure('held', 'Held for payments', (row) => row.held),
    figure('free', 'Free', free),
    {
      id: 'send',
      header: 'Send',
      width: '6rem',
      cell: (row) =>
        wallet.key.kind === 'none' || free(row) === 0n ? (
          <None />
        ) : (
          <Link
            to="/custody/$walletId/send"
            params={{ walletId: wallet.id }}
            search={{ asset: row.asset.assetId }}
            aria-label={`Send ${row.asset.ticker ?? row.asset.name}`}
          >
            Send
          </Link>
        ),
    },
  ];
}

/** Fees are paid in L-BTC of this wallet itself; it is topped up from the treasury or from another wallet. */
function FeeFunds({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const navigate = useNavigate();
  const address = useCommand('custody.newAddress');
  const wallets = useAsk('custody.wallets', {});
  const treasury = useAsk('treasury.overview', {});
  const lbtc = wallet.balances.find(({ asset }) => asset.kind === 'lbtc')?.asset.assetId;
  const others = (wallets.data?.wallets ?? []).filter(
    (other) =>
      other.id !== wallet.id &&
      other.key.kind !== 'none' &&
      other.balances.some((row) => row.asset.kind === 'lbtc' && free(row) > 0n),
  );
  const anyLbtc =
    lbtc ??
    others[0]?.balances.find(({ asset }) => asset.kind === 'lbtc')?.asset.assetId ??
    treasury.data?.lines.find(({ kind }) => kind === 'lbtc')?.assetId;
  const topUp = (from: string): void => {
    address.mutate(
      { id: wallet.id, label: 'L-BTC for fees' },
      {
        onSuccess: ({ address: to }) => {
          const label = wallet.name;
          const asset = anyLbtc === undefined ? {} : { asset: anyLbtc };
          void (from === 'treasury'
            ? navigate({ to: '/treasury/send', search: { to, label, ...asset } })
            : navigate({
                to: '/custody/$walletId/send',
                params: { walletId: from },
                search: { to, label, ...asset },
              }));
        },
      },
    );
  };
  return (
    <Section
      title="Fee funds"
      note="Every payment of this wallet costs a little L-BTC, which is taken from the wallet itself."
      actions={
        <>
          <Button isPending={address.isPending} onPress={() => topUp('treasury')}>
            Top up from the treasury
          </Button>
          {others.length > 0 && (
            <MenuButton
              label="Top up from another wallet"
              entries={others.map((other) => ({
                key: other.id,
                label: other.name,
                run: () => topUp(other.id),
              }))}
            />
          )}
        </>
      }
    >
      <p>
        <Verdict of={wallet.fees.verdict}>{wallet.fees.sentence}</Verdict>
      </p>
      {address.error && <FailureNote error={address.error} />}
    </Section>
  );
}

function Payments({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const source = useWindowed('custody.spends', { walletId: wallet.id });
  return (
    <Section title="Payments">
      <DataTable
        inside
        label="Payments"
        columns={spendColumns.filter(({ id }) => id !== 'wallet')}
        source={source}
        rowKey={(spend) => spend.id}
        empty={
          <Empty>
            {wallet.key.kind === 'none'
              ? 'This wallet is only watched: nothing is sent from here.'
              : 'Nothing has been sent from here yet.'}
          </Empty>
        }
      />
    </Section>
  );
}

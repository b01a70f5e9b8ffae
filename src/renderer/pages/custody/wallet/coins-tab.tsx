import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { CustodyWallet } from '../../../../shared/contract/index.ts';
import { useWindowed } from '../../../bridge/windowed.ts';
import { Button } from '../../../components/controls/button.tsx';
import { FilterChip } from '../../../components/controls/filter-chip.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { Count, Toolbar } from '../../../components/layout/page.tsx';
import { BulkBar } from '../../../components/table/bulk-bar.tsx';
import type { Sort } from '../../../components/table/columns.ts';
import { DataTable } from '../../../components/table/data-table.tsx';
import { mainFirst } from '../../../lib/custody-words.ts';
import { counted } from '../../../lib/format.ts';
import { coinColumns, coinKey } from '../coin-columns.tsx';

type Order = 'amount' | 'height';

interface CoinsTabProps {
  wallet: CustodyWallet;
  /** Only those of one asset. */
  assetId: string | undefined;
}

/** Unspent coins; those that are chosen can be spent, and no others. */
export function CoinsTab({ wallet, assetId }: CoinsTabProps): ReactElement {
  const navigate = useNavigate();
  const [sort, setSort] = useState<Sort<Order> | undefined>(undefined);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const source = useWindowed('custody.coins', {
    id: wallet.id,
    ...(assetId === undefined ? {} : { assetId }),
    ...(sort === undefined ? {} : { sort }),
  });
  const watched = wallet.key.kind === 'none';
  const assets = mainFirst(wallet.balances);
  return (
    <>
      <Toolbar>
        <FilterChip
          label="Asset"
          options={assets.map(({ asset }) => ({ key: asset.assetId, label: asset.ticker ?? asset.name }))}
          value={assetId}
          onChange={(asset) =>
            void navigate({
              to: '/custody/$walletId',
              params: { walletId: wallet.id },
              search: { tab: 'coins', asset },
              replace: true,
            })
          }
        />
        <Count>{source.state === 'ready' && counted(source.total, 'coin')}</Count>
      </Toolbar>
      <DataTable
        label="Coins"
        columns={coinColumns(wallet.id)}
        source={source}
        rowKey={coinKey}
        sort={sort}
        onSort={(next) => setSort(next as Sort<Order> | undefined)}
        {...(watched
          ? {}
          : {
              selection: {
                keys: chosen,
                onChange: setChosen,
                nameOf: (key: string) => `coin ${key.slice(0, 6)}…:${key.split(':')[1] ?? ''}`,
              },
            })}
        footer={
          chosen.size > 0 && (
            <BulkBar count={`${counted(chosen.size, 'coin')} chosen`} onClear={() => setChosen(new Set())}>
              <Button
                size="small"
                onPress={() =>
                  void navigate({
                    to: '/custody/$walletId/send',
                    params: { walletId: wallet.id },
                    search: { coins: [...chosen], ...(assetId === undefined ? {} : { asset: assetId }) },
                  })
                }
              >
                {`Spend ${counted(chosen.size, 'coin')}`}
              </Button>
            </BulkBar>
          )
        }
        empty={
          <Empty
            action={
              <Link to="/custody/$walletId" params={{ walletId: wallet.id }} search={{ tab: 'receive' }}>
                Show an address
              </Link>
            }
          >
            {assetId === undefined
              ? 'This wallet holds no coin.'
              : 'This wallet holds no coin of this asset.'}
          </Empty>
        }
      />
    </>
  );
}

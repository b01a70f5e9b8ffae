import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CustodyWallet } from '../../../shared/contract/index.ts';
import type { Column } from '../../components/table/columns.ts';
import { AmountText } from '../../components/values/amount-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { Badge, None, Verdict } from '../../components/values/verdict.tsx';
import { KIND_SHORT, mainFirst, PURPOSES } from '../../lib/custody-words.ts';
import { formatCount } from '../../lib/format.ts';
import styles from './custody.module.css';

/** Governed assets that are shown in a row of the list; how many more there are is counted. */
const SHOWN = 2;

export const walletColumns: readonly Column<CustodyWallet>[] = [
  {
    id: 'name',
    header: 'Wallet',
    width: 'minmax(11.5rem, 1.6fr)',
    fixed: true,
    cell: (wallet) => (
      <span className={styles.names}>
        <Link
          to="/custody/$walletId"
          params={{ walletId: wallet.id }}
          data-row-link=""
          data-tip={wallet.owner === '' ? wallet.name : `${wallet.name}, of ${wallet.owner}`}
        >
          {wallet.name}
        </Link>
        {wallet.archived && <Badge>Archived</Badge>}
      </span>
    ),
  },
  {
    id: 'kind',
    header: 'Kind',
    width: '4.5rem',
    cell: (wallet) => KIND_SHORT[wallet.kind],
  },
  {
    id: 'purpose',
    header: 'Purpose',
    width: '6rem',
    cell: (wallet) => PURPOSES[wallet.purpose].name,
  },
  {
    id: 'owner',
    header: 'Owner',
    width: 'minmax(7rem, 1fr)',
    cell: (wallet) => (wallet.owner === '' ? <None /> : <span data-tip={wallet.owner}>{wallet.owner}</span>),
  },
  {
    id: 'holds',
    header: 'Holds',
    width: 'minmax(12rem, 2fr)',
    cell: (wallet) => <Holds wallet={wallet} />,
  },
  {
    id: 'lbtc',
    header: 'L-BTC for fees',
    width: '9rem',
    align: 'end',
    cell: (wallet) => <FeeFunds wallet={wallet} />,
  },
  {
    id: 'payments',
    header: 'Under way',
    width: '5.5rem',
    align: 'end',
    cell: ({ openSpends }) => (openSpends === 0 ? <None /> : formatCount(openSpends)),
  },
  {
    id: 'state',
    header: 'State',
    width: 'minmax(9.5rem, 1.6fr)',
    cell: (wallet) => (
      <span data-tip={`${wallet.sentence} ${wallet.next}`.trim()}>
        <Verdict of={wallet.verdict}>{wallet.sentence}</Verdict>
      </span>
    ),
  },
  {
    id: 'scanned',
    header: 'Scanned',
    width: '7.5rem',
    cell: (wallet) =>
      wallet.scanning ? (
        <Verdict of="waiting">Now</Verdict>
      ) : wallet.scannedAt === null ? (
        <None>Not yet</None>
      ) : (
        <TimeText at={wallet.scannedAt} />
      ),
  },
];

function Holds({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const assets = mainFirst(wallet.balances).filter(({ asset }) => asset.kind !== 'lbtc');
  if (assets.length === 0) return <None>Nothing</None>;
  return (
    <span className={styles.holds}>
      {assets.slice(0, SHOWN).map(({ asset, confirmed }) => (
        <span key={asset.assetId}>
          <AmountText value={confirmed} precision={asset.precision} ticker={asset.ticker ?? asset.name} />
        </span>
      ))}
      {assets.length > SHOWN && <None>{`and ${formatCount(assets.length - SHOWN)} more`}</None>}
    </span>
  );
}

function FeeFunds({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const funds = wallet.balances.find(({ asset }) => asset.kind === 'lbtc');
  const short = wallet.fees.verdict === 'attention' || wallet.fees.verdict === 'wrong';
  const figure = funds ? <AmountText value={funds.confirmed} precision={8} /> : <None>none</None>;
  return short ? (
    <span data-tip={wallet.fees.sentence}>
      <Verdict of={wallet.fees.verdict}>{figure}</Verdict>
    </span>
  ) : (
    figure
  );
}

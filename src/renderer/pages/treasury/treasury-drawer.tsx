import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { TreasuryLine } from '../../../shared/contract/index.ts';
import type { Amount } from '../../../shared/money.ts';
import { useWindowed, type RowOf } from '../../bridge/windowed.ts';
import { buttonClass } from '../../components/controls/button.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Facts } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { Badge, None } from '../../components/values/verdict.tsx';
import { formatAmount } from '../../lib/format.ts';
import { classes } from '../../lib/text.ts';
import { Agreement } from './agreement.tsx';
import styles from './treasury.module.css';

interface TreasuryDrawerProps {
  line: TreasuryLine;
  onClose: () => void;
}

export function TreasuryDrawer({ line, onClose }: TreasuryDrawerProps): ReactElement {
  return (
    <Drawer wide title={line.name} note={<Agreement line={line} link={false} />} onClose={onClose}>
      {(line.kind === 'lbtc' || line.kind === 'other') && (
        <div>
          <Link to="/treasury/send" search={{ asset: line.assetId }} className={buttonClass()}>
            {`Send ${line.ticker ?? line.name}`}
          </Link>
        </div>
      )}
      {line.amp && <Reckoning line={line} amp={line.amp} />}
      {line.reconciliation.explanations.length > 0 && <Reasons line={line} />}
      <Section title="Identity" level={3}>
        <Facts
          facts={[
            ['Asset id', <IdText key="id" id={line.assetId} what="asset id" whole />],
            ...(line.assetUuid === null
              ? []
              : [
                  [
                    'AMP',
                    <Link key="asset" to="/assets" search={{ asset: line.assetUuid }}>
                      Open the asset
                    </Link>,
                  ] as const,
                ]),
          ]}
        />
      </Section>
      <Coins line={line} />
    </Drawer>
  );
}

type Term = readonly [sign: string, name: string, value: Amount, total?: boolean];

/** AMP's formula written out, then the node beside it. */
function Reckoning({
  line,
  amp,
}: {
  line: TreasuryLine;
  amp: NonNullable<TreasuryLine['amp']>;
}): ReactElement {
  const { reconciliation, node, precision } = line;
  const terms: Term[] = [
    ['', 'Issued', amp.issued],
    ['+', 'Reissued', amp.reissued],
    ['−', 'Assigned', amp.assigned],
    ['−', 'Distributed', amp.distributed],
    ['−', 'Burned', amp.burned],
    ['−', 'Locked', amp.locked],
    ['=', 'Treasury at AMP', amp.treasury, true],
    ['+', 'Assigned, still in the wallet', amp.assigned],
    ['=', 'The node should hold', reconciliation.expected, true],
    ['', 'Node, confirmed', node.confirmed],
    ['+', 'Node, pending', node.pending],
    ['=', 'The node holds', reconciliation.node, true],
    ['', 'Difference', reconciliation.difference, true],
  ];
  return (
    <Section title="Reckoning" note={reconciliation.text} level={3}>
      <dl className={styles.sum}>
        {terms.map(([sign, name, value, total], index) => (
          <div key={index} className={classes(styles.line, total && styles.total)}>
            <span className={styles.sign} aria-hidden="true">
              {sign}
            </span>
            <dt>{name}</dt>
            <dd className={styles.amount}>
              <AmountText
                value={value}
                precision={precision}
                ticker={line.ticker}
                signed={name === 'Difference'}
                focusable
              />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Reasons({ line }: { line: TreasuryLine }): ReactElement {
  return (
    <Section title="What explains the difference" level={3}>
      <ul className={styles.reasons}>
        {line.reconciliation.explanations.map((reason, index) => (
          <li key={index}>
            <span>{reason.text}</span>
            <AmountText
              value={reason.amount}
              precision={line.precision}
              ticker={line.ticker}
              signed
              focusable
            />
            <span className={styles.evidence}>
              {reason.txid !== null && <IdText id={reason.txid} what="transaction id" />}
              {reason.operationId !== null && (
                <Link to="/operations/$operationId" params={{ operationId: reason.operationId }}>
                  Open operation
                </Link>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

type Coin = RowOf<'treasury.coins'>;

function Coins({ line }: { line: TreasuryLine }): ReactElement {
  const source = useWindowed('treasury.coins', { assetId: line.assetId });
  const columns: readonly Column<Coin>[] = [
    {
      id: 'coin',
      header: 'Coin',
      width: 'minmax(10rem, 1fr)',
      cell: (coin) => (
        <>
          <IdText id={coin.txid} what="transaction id" button={false} />
          <None>:{coin.vout}</None>
        </>
      ),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack([`${formatAmount(line.node.confirmed, line.precision)} ${line.ticker ?? ''}`]),
      align: 'end',
      cell: (coin) => <AmountText value={coin.amount} precision={line.precision} ticker={line.ticker} />,
    },
    {
      id: 'state',
      header: 'State',
      width: 'minmax(8rem, 1fr)',
      cell: (coin) => <CoinState coin={coin} />,
    },
  ];
  return (
    <Section title="Coins" level={3}>
      <DataTable
        inside
        passive
        label="Coins"
        columns={columns}
        source={source}
        rowKey={(coin) => `${coin.txid}:${coin.vout}`}
        empty={<Empty>The wallet holds no coin of this asset.</Empty>}
      />
    </Section>
  );
}

function CoinState({ coin }: { coin: Coin }): ReactElement {
  if (coin.reservedBy !== null) {
    return (
      <Link to="/operations/$operationId" params={{ operationId: coin.reservedBy }}>
        Reserved
      </Link>
    );
  }
  return coin.confirmations === 0 ? <Badge of="waiting">Pending</Badge> : <Badge>Free</Badge>;
}

import { useState, type ReactElement } from 'react';
import type { Review, ReviewRow } from '../../../shared/contract/index.ts';
import { localSource, type RowSource } from '../../bridge/windowed.ts';
import { counted, formatCount } from '../../lib/format.ts';
import { SearchField } from '../controls/search-field.tsx';
import { Empty } from '../layout/empty.tsx';
import { KeyFigures } from '../layout/facts.tsx';
import { Count, Section, Toolbar } from '../layout/page.tsx';
import type { Column, Sort } from '../table/columns.ts';
import { DataTable } from '../table/data-table.tsx';
import { AmountText } from '../values/amount-text.tsx';
import { IdText } from '../values/id-text.tsx';
import { TimeText } from '../values/time-text.tsx';
import { Verdict } from '../values/verdict.tsx';
import { CheckList } from './check-list.tsx';
import { Fingerprint } from './fingerprint.tsx';
import { recipientColumns, type RecipientOrder } from './recipient-columns.tsx';
import { checksSentence, DISTRIBUTION, totalWords, type Manner } from './words.ts';
import styles from './review.module.css';

const L_BTC = 8;

/** How the recipients are looked at: a search, an order. */
export interface RecipientLook {
  search: string;
  sort: Sort<RecipientOrder> | undefined;
}

/** The arguments of `signing.recipients` and `signer.recipients` for a look. */
export function useRecipientLook() {
  const [look, setLook] = useState<RecipientLook>({ search: '', sort: undefined });
  const filter = {
    ...(look.search === '' ? {} : { search: look.search }),
    ...(look.sort === undefined ? {} : { sort: look.sort }),
  };
  return { look, setLook, filter };
}

interface ReviewSheetProps {
  review: Review;
  recipients: RowSource<ReviewRow>;
  look: RecipientLook;
  onLook: (look: RecipientLook) => void;
  manner?: Manner;
}

/** What somebody is about to sign, to be read from top to bottom. The same at a desk and at a signer. */
export function ReviewSheet(props: ReviewSheetProps): ReactElement {
  const { review, recipients, look, onLook, manner = DISTRIBUTION } = props;
  const { asset } = review;
  return (
    <div className={styles.sheet}>
      <p className={styles.sentence}>
        Pays <strong>{totalWords(review)}</strong> to{' '}
        <strong>{counted(review.recipients, manner.who)}</strong> in{' '}
        {counted(review.transactions.length, 'transaction')}.{' '}
        <Verdict of={review.ok ? worst(review) : 'wrong'}>{checksSentence(review.checks)}</Verdict>
      </p>
      <KeyFigures
        label="Totals"
        figures={[
          [
            'Total',
            <AmountText
              key="t"
              value={review.total}
              precision={asset.precision}
              ticker={asset.ticker}
              focusable
            />,
            asset.name,
          ],
          ['Recipients', formatCount(review.recipients)],
          [
            'Fees',
            <AmountText key="f" value={review.fee} precision={L_BTC} ticker="L-BTC" focusable />,
            `over ${counted(review.transactions.length, 'transaction')}`,
          ],
          ...review.change.map(
            (change) =>
              [
                `Change in ${change.ticker ?? 'asset'}`,
                <AmountText
                  key={change.assetId}
                  value={change.amount}
                  precision={change.precision}
                  ticker={change.ticker}
                  focusable
                />,
                manner.back,
              ] as const,
          ),
        ]}
      />
      <Fingerprint
        of={review.fingerprint}
        label="Fingerprint of this payment"
        note="Over recipients, amounts, transactions and fees. The same on the desk, on the signer and on the printed sheet."
      />
      <Section
        title="Checks"
        note="Found from the transactions themselves, not from what the desk says about them."
      >
        <CheckList checks={review.checks} />
      </Section>
      {(manner.what === 'distribution' || review.comparison !== null) && (
        <Comparison review={review} manner={manner} />
      )}
      <Section title="Transactions">
        <DataTable
          inside
          passive
          label="Transactions"
          columns={transactionColumns(review)}
          source={localSource(review.transactions)}
          rowKey={(row) => row.txid}
          empty={<Empty>No transaction.</Empty>}
        />
      </Section>
      <Section title="Recipients">
        <Toolbar>
          <SearchField
            main
            label="Search recipients"
            value={look.search}
            onChange={(search) => onLook({ ...look, search })}
          />
          <Count>{recipients.state === 'ready' && counted(recipients.total, 'recipient')}</Count>
        </Toolbar>
        <DataTable
          inside
          passive
          label="Recipients"
          columns={recipientColumns(review, manner)}
          source={recipients}
          rowKey={(row) => `${row.batch} ${row.position}`}
          sort={look.sort ?? { by: 'amount', direction: 'desc' }}
          onSort={(sort) => onLook({ ...look, sort: sort as RecipientLook['sort'] })}
          empty={<Empty>{look.search ? `No recipient matches “${look.search}”.` : 'Nobody is paid.'}</Empty>}
        />
      </Section>
    </div>
  );
}

function worst({ checks }: Review): 'good' | 'attention' {
  return checks.every(({ verdict }) => verdict === 'good') ? 'good' : 'attention';
}

interface ComparisonProps {
  review: Review;
  manner: Manner;
}

function Comparison({ review: { comparison, asset }, manner }: ComparisonProps): ReactElement {
  return (
    <Section title={`Compared with the last ${manner.what}`}>
      {comparison === null ? (
        <p className={styles.note}>
          No {manner.what} of {asset.ticker ?? asset.name} was signed here before: there is nothing to compare
          with.
        </p>
      ) : (
        <>
          <p className={styles.note}>{comparison.text}</p>
          <KeyFigures
            label={`The last ${manner.what}`}
            figures={[
              ['Signed', <TimeText key="at" at={comparison.previousAt} focusable />],
              [
                'Total then',
                <AmountText
                  key="t"
                  value={comparison.previousTotal}
                  precision={asset.precision}
                  ticker={asset.ticker}
                  focusable
                />,
              ],
              ['Recipients then', formatCount(comparison.previousRecipients)],
              ['Not paid then', formatCount(comparison.newHolders)],
              ['Paid then, not now', formatCount(comparison.missingHolders)],
            ]}
          />
        </>
      )}
    </Section>
  );
}

type TransactionRow = Review['transactions'][number];

function transactionColumns({ asset }: Review): readonly Column<TransactionRow>[] {
  return [
    { id: 'batch', header: 'No.', width: '4.5rem', align: 'end', cell: (row) => formatCount(row.batch) },
    {
      id: 'txid',
      header: 'Transaction id',
      width: 'minmax(10rem, 2fr)',
      cell: (row) => <IdText id={row.txid} what="transaction id" button={false} grouped />,
    },
    {
      id: 'recipients',
      header: 'Recipients',
      width: '7rem',
      align: 'end',
      cell: (row) => formatCount(row.recipients),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: 'minmax(11rem, 1fr)',
      align: 'end',
      cell: (row) => <AmountText value={row.amount} precision={asset.precision} ticker={asset.ticker} />,
    },
    {
      id: 'fee',
      header: 'Fee',
      width: 'minmax(11rem, 1fr)',
      align: 'end',
      cell: (row) => <AmountText value={row.fee} precision={L_BTC} ticker="L-BTC" />,
    },
  ];
}

import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CustodySpend } from '../../../../shared/contract/index.ts';
import { useAsk } from '../../../bridge/hooks.ts';
import { localSource } from '../../../bridge/windowed.ts';
import { buttonClass } from '../../../components/controls/button.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { Banner, KeyFigures } from '../../../components/layout/facts.tsx';
import { Page, Section } from '../../../components/layout/page.tsx';
import { StepTrack } from '../../../components/layout/step-track.tsx';
import { figureTrack, type Column } from '../../../components/table/columns.ts';
import { DataTable } from '../../../components/table/data-table.tsx';
import { AmountText } from '../../../components/values/amount-text.tsx';
import { IdText } from '../../../components/values/id-text.tsx';
import { TimeText } from '../../../components/values/time-text.tsx';
import { Badge } from '../../../components/values/verdict.tsx';
import { amountWords, COSIGNERS, spendBadge, spendHeading } from '../../../lib/custody-words.ts';
import { counted, formatCount } from '../../../lib/format.ts';
import { CancelSpend } from './cancel-spend.tsx';
import { GoOn } from './go-on.tsx';
import { ReadAndSign } from './read-and-sign.tsx';
import { spendSteps } from './spend-steps.ts';
import styles from '../custody.module.css';

const route = getRouteApi('/custody/spends/$spendId');

/** One payment of a custody wallet: where it stands, what it does, and whatever is to be done next. */
export function SpendPage(): ReactElement {
  const { spendId } = route.useParams();
  const spend = useAsk('custody.spend', { id: spendId }, { every: 5_000 });
  if (spend.data) return <Shown key={spendId} spend={spend.data} />;
  return (
    <Page title="Payment" crumb={<Link to="/custody">Custody</Link>}>
      <Answer of={spend} lines={8}>
        {() => null}
      </Answer>
    </Page>
  );
}

function Shown({ spend }: { spend: CustodySpend }): ReactElement {
  const [of, word] = spendBadge(spend);
  const toSign = spend.state === 'open';
  return (
    <Page
      title={spendHeading(spend)}
      crumb={
        <>
          <Link to="/custody">Custody</Link> /{' '}
          <Link to="/custody/$walletId" params={{ walletId: spend.walletId }}>
            {spend.walletName}
          </Link>
        </>
      }
      sentence={
        <div className={styles.state} role="status">
          <Badge of={of}>{word}</Badge>
          {spend.sentence}
        </div>
      }
      actions={
        <>
          {spend.cancellable && <CancelSpend spend={spend} />}
          {spend.waitsFor === 'start' && toSign && (
            <a
              href="#decide"
              className={buttonClass('primary')}
              onClick={(event) => {
                event.preventDefault();
                goToDecision();
              }}
            >
              Go to the decision
            </a>
          )}
        </>
      }
    >
      <Problem spend={spend} />
      {toSign && <GoOn spend={spend} />}
      {toSign ? (
        <p className={styles.help}>
          {spend.title}, begun <TimeText at={spend.createdAt} focusable />. Transaction{' '}
          <IdText id={spend.txid} what="transaction id" />
        </p>
      ) : (
        <Totals spend={spend} />
      )}
      <Steps spend={spend} />
      {toSign ? <ReadAndSign spend={spend} /> : <Recipients spend={spend} />}
    </Page>
  );
}

/** To the end of the reading, where the payment is confirmed. */
function goToDecision(): void {
  const decision = document.querySelector<HTMLElement>('[aria-label="Decide"]');
  decision?.scrollIntoView({ block: 'center' });
  decision?.querySelector<HTMLElement>('button:last-of-type')?.focus({ preventScroll: true });
}

/** A refusal or failure in its own words, and what to do about it. */
function Problem({ spend }: { spend: CustodySpend }): ReactElement | null {
  const { problem, state, walletKind } = spend;
  if (problem === null) return null;
  const who = COSIGNERS[walletKind];
  const [one] = spend.recipients.length === 1 ? spend.recipients : [];
  return (
    <Banner
      of={state === 'refused' ? 'wrong' : 'attention'}
      title={problem.message}
      actions={
        state === 'refused' && (
          <Link
            to="/custody/$walletId/send"
            params={{ walletId: spend.walletId }}
            search={{
              asset: spend.asset.assetId,
              ...(one ? { to: one.address, amount: one.amount.toString(), label: one.label } : {}),
            }}
            className={buttonClass('plain', 'small')}
          >
            Prepare it again
          </Link>
        )
      }
    >
      {problem.next}
      {state === 'refused' && (
        <>
          {' '}
          Nothing was sent. Refused{who !== null && ` by ${who}`} <TimeText at={problem.at} focusable />.
        </>
      )}
    </Banner>
  );
}

function Totals({ spend }: { spend: CustodySpend }): ReactElement {
  const { asset } = spend;
  return (
    <KeyFigures
      label="Totals"
      figures={[
        [
          'Amount',
          <AmountText
            key="a"
            value={spend.total}
            precision={asset.precision}
            ticker={asset.ticker ?? asset.name}
            focusable
          />,
          asset.name,
        ],
        ['Recipients', formatCount(spend.recipients.length)],
        ['Fee', <AmountText key="f" value={spend.fee} precision={8} ticker="L-BTC" focusable />],
        ['Transaction', <IdText key="t" id={spend.txid} what="transaction id" />],
        ['Confirmations', formatCount(spend.confirmations)],
        ['Begun', <TimeText key="b" at={spend.createdAt} focusable />, spend.title],
      ]}
    />
  );
}

/** Where it stands, and what each step that is done has shown. */
function Steps({ spend }: { spend: CustodySpend }): ReactElement {
  const steps = spendSteps(spend);
  const told = steps.filter(({ sentence }) => sentence !== '');
  return (
    <Section title="Steps">
      <div className={styles.steps}>
        <StepTrack label="Steps of this payment" steps={steps} stuck={spend.problem !== null} />
        <ul className={styles.done} aria-label="What was done">
          {told.map(({ step, name, sentence, at }) => (
            <li key={step}>
              <strong>{name}</strong>
              <span>{sentence}</span>
              {at !== null && <TimeText at={at} focusable />}
            </li>
          ))}
        </ul>
      </div>
    </Section>
  );
}

type Recipient = CustodySpend['recipients'][number];

/** Who was paid, after the review is over. */
function Recipients({ spend }: { spend: CustodySpend }): ReactElement {
  const { asset, recipients, unblindedUrl } = spend;
  const columns: readonly Column<Recipient>[] = [
    {
      id: 'label',
      header: 'Recipient',
      width: 'minmax(10rem, 1fr)',
      cell: (row) => (row.label === '' ? 'Without label' : <span data-tip={row.label}>{row.label}</span>),
    },
    {
      id: 'address',
      header: 'Address',
      width: 'minmax(10rem, 1.4fr)',
      cell: (row) => <IdText id={row.address} what="address" button={false} grouped />,
    },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack([amountWords(spend.total, asset)]),
      align: 'end',
      cell: (row) => (
        <AmountText value={row.amount} precision={asset.precision} ticker={asset.ticker ?? asset.name} />
      ),
    },
  ];
  return (
    <Section
      title={counted(recipients.length, 'recipient')}
      actions={
        unblindedUrl !== null && (
          <a href={unblindedUrl} target="_blank" rel="noreferrer noopener">
            Open unblinded in the explorer
          </a>
        )
      }
    >
      <DataTable<Recipient>
        inside
        passive
        label="Recipients"
        columns={columns}
        source={localSource(recipients)}
        rowKey={(row) => `${row.address} ${row.amount}`}
        empty={<Empty>Nobody is paid.</Empty>}
      />
    </Section>
  );
}

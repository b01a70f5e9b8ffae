import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Asset, DistributionPlan } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { localSource, useWindowed, type RowOf } from '../../bridge/windowed.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { SearchField } from '../../components/controls/search-field.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Checks, KeyFigures } from '../../components/layout/facts.tsx';
import { Count, Page, Section, Toolbar } from '../../components/layout/page.tsx';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { None } from '../../components/values/verdict.tsx';
import { counted, formatAmount, formatCount } from '../../lib/format.ts';
import { SIGNED_BY } from '../../lib/signer-words.ts';
import { assetWord } from '../../lib/text.ts';
import { durationWords } from '../../lib/time.ts';
import { useAssets } from '../../lib/use-asset.ts';
import { BatchSize, byHand } from './batch-size.tsx';
import { ForeignPending, ForeignReady, type ForeignChoice } from './foreign.tsx';
import { StartDistribution } from './start-distribution.tsx';
import styles from './plan.module.css';

const route = getRouteApi('/allocations/$allocationId/plan');

export function PlanPage(): ReactElement {
  const { allocationId } = route.useParams();
  const allocation = useAsk('allocations.get', { id: allocationId });
  const { size } = route.useSearch();
  const plan = useAsk(
    'allocations.plan',
    { id: allocationId, ...(size === undefined ? {} : { recipientsPerBatch: size }) },
    { keep: true },
  );
  const { byUuid } = useAssets();
  const asset = plan.data && byUuid(plan.data.assetUuid);
  return (
    <Page
      title={asset && plan.data ? titleOf(plan.data, asset) : 'Plan'}
      crumb={
        <Link to="/allocations/$allocationId" params={{ allocationId }}>
          {allocation.data?.name ?? 'Allocation'}
        </Link>
      }
      sentence="A dry run: nothing has been created at AMP and no coin is reserved yet."
      actions={
        <Button icon="refresh" onPress={() => void plan.refetch()} isPending={plan.isFetching}>
          Plan again
        </Button>
      }
    >
      <Answer of={plan} lines={10}>
        {(shown) =>
          asset ? <Shown plan={shown} asset={asset} size={size} stale={plan.isPlaceholderData} /> : null
        }
      </Answer>
    </Page>
  );
}

function titleOf(plan: DistributionPlan, asset: Asset): string {
  const amount = formatAmount(plan.total, asset.precision);
  return `Pay ${amount} ${assetWord(asset)} to ${counted(plan.recipients, 'holder')}`;
}

interface ShownProps {
  plan: DistributionPlan;
  asset: Asset;
  /** Most recipients of a batch, when smaller ones were asked for. */
  size: number | undefined;
  /** Another plan is on its way. */
  stale: boolean;
}

function Shown({ plan, asset, size, stale }: ShownProps): ReactElement {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [choice, setChoice] = useState<ForeignChoice | undefined>(undefined);
  const amount = (value: DistributionPlan['total']): ReactElement => (
    <AmountText value={value} precision={asset.precision} ticker={asset.ticker} focusable />
  );
  const undecided = plan.foreignReady.length > 0 && choice === undefined;
  return (
    <>
      <div className={styles.lead}>
        <KeyFigures
          label="Plan"
          figures={[
            ['Total', amount(plan.total)],
            ['Holders', formatCount(plan.recipients)],
            ['Batches', formatCount(plan.batches.length)],
            ['Fee', <AmountText key="f" value={plan.fee} precision={8} ticker="L-BTC" focusable />],
            ['Time', durationWords(plan.seconds), counted(plan.blocks, 'block')],
            ['Treasury before', amount(plan.treasuryBefore)],
            ['Treasury after', amount(plan.treasuryAfter)],
          ]}
        />
      </div>
      {plan.foreignReady.length > 0 && (
        <ForeignReady plan={plan} asset={asset} choice={choice} onChoose={setChoice} />
      )}
      {plan.foreignPending.length > 0 && <ForeignPending plan={plan} asset={asset} />}
      <div className={styles.two}>
        <Section title="Checks">
          <Checks label="Checks" checks={plan.checks} />
        </Section>
        <Section title="Batches">
          {(byHand(plan) || size !== undefined) && (
            <BatchSize
              value={size}
              onChange={(chosen) =>
                void navigate({
                  to: '/allocations/$allocationId/plan',
                  params: { allocationId: plan.allocationId },
                  search: chosen === undefined ? {} : { size: chosen },
                  replace: true,
                })
              }
            />
          )}
          <DataTable
            inside
            passive
            label="Batches"
            columns={batchColumns(plan, asset)}
            source={localSource(plan.batches)}
            rowKey={(batch) => String(batch.seq)}
            empty={<Empty>There is nothing to pay.</Empty>}
          />
        </Section>
      </div>
      <Recipients plan={plan} asset={asset} />
      <Section
        title="Fingerprint of this plan"
        note="Binds the start to what is shown here. If anything changes in between, the start is refused."
      >
        <span className={styles.fingerprint}>{fingerprintOf(plan.fingerprint)}</span>
      </Section>
      <div className={styles.start}>
        <p>
          {plan.ok
            ? `Signed by ${SIGNED_BY[plan.signer]}. It can be cancelled until the first broadcast.`
            : 'A check stops this plan. Put it right and plan again.'}
          {undecided && plan.ok && ' Decide first about the assignments that others left ready.'}
        </p>
        {plan.ok ? (
          <Button tone="primary" isDisabled={undecided || stale} onPress={() => setAsking(true)}>
            Start distribution
          </Button>
        ) : (
          <Link
            to="/allocations/$allocationId"
            params={{ allocationId: plan.allocationId }}
            className={buttonClass()}
          >
            Back to the allocation
          </Link>
        )}
      </div>
      <StartDistribution
        plan={plan}
        asset={asset}
        choice={choice}
        size={size}
        isOpen={asking}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

/** Sixteen characters in groups of four are enough to compare by eye; the whole is bound anyway. */
function fingerprintOf(fingerprint: string): string {
  return fingerprint.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ');
}

type PlannedBatch = DistributionPlan['batches'][number];

function batchColumns(plan: DistributionPlan, asset: Asset): readonly Column<PlannedBatch>[] {
  const total = `${formatAmount(plan.total, asset.precision)} ${asset.ticker ?? ''}`;
  return [
    { id: 'seq', header: 'Batch', width: '4.5rem', align: 'end', cell: (batch) => batch.seq },
    {
      id: 'recipients',
      header: 'Holders',
      width: '5.5rem',
      align: 'end',
      cell: (batch) => formatCount(batch.recipients),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack([total]),
      align: 'end',
      cell: (batch) => <AmountText value={batch.amount} precision={asset.precision} ticker={asset.ticker} />,
    },
    {
      id: 'fee',
      header: 'Fee, L-BTC',
      width: '7.5rem',
      align: 'end',
      cell: (batch) => <AmountText value={batch.fee} precision={8} />,
    },
    {
      id: 'weight',
      header: 'Weight',
      width: '6rem',
      align: 'end',
      cell: (batch) => formatCount(batch.weight),
    },
    {
      id: 'after',
      header: 'Pays from',
      width: 'minmax(8rem, 1fr)',
      cell: (batch) => (batch.after === null ? 'Confirmed coins' : `Change of ${batch.after}`),
    },
  ];
}

type Row = RowOf<'allocations.rows'>;

/** Who is paid, largest first, to be read before anything is signed. */
function Recipients({ plan, asset }: { plan: DistributionPlan; asset: Asset }): ReactElement {
  const [search, setSearch] = useState('');
  const source = useWindowed('allocations.rows', {
    id: plan.allocationId,
    sort: { by: 'amount', direction: 'desc' },
    ...(search === '' ? {} : { search }),
  });
  const columns: readonly Column<Row>[] = [
    {
      id: 'holder',
      header: 'Holder',
      width: 'minmax(12rem, 1.6fr)',
      cell: (row) =>
        row.holderId === null ? (
          row.holderName
        ) : (
          <Link to="/holders" search={{ holder: row.holderId }} data-row-link="">
            {row.holderName}
          </Link>
        ),
    },
    {
      id: 'gaid',
      header: 'GAID',
      width: '10rem',
      cell: (row) =>
        row.gaid === null ? <None>none</None> : <IdText id={row.gaid} what="GAID" button={false} />,
    },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack([`${formatAmount(plan.total, asset.precision)} ${asset.ticker ?? ''}`]),
      align: 'end',
      cell: (row) => <AmountText value={row.amount} precision={asset.precision} ticker={asset.ticker} />,
    },
    {
      id: 'state',
      header: 'State',
      width: 'minmax(10rem, 1fr)',
      cell: (row) =>
        row.problems[0]?.message ?? (row.state === 'open' ? 'In this plan' : 'Paid or under way'),
    },
  ];
  return (
    <Section title="Recipients, largest first">
      <Toolbar>
        <SearchField main label="Search recipients" value={search} onChange={setSearch} />
        <Count>{source.state === 'ready' && counted(source.total, 'row')}</Count>
      </Toolbar>
      <DataTable
        inside
        label="Recipients"
        columns={columns}
        source={source}
        rowKey={(row) => String(row.id)}
        empty={<Empty>No row matches “{search}”.</Empty>}
      />
    </Section>
  );
}

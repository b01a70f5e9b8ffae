import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Asset, DistributionPlan } from '../../../shared/contract/index.ts';
import { sum } from '../../../shared/money.ts';
import { localSource } from '../../bridge/windowed.ts';
import { buttonClass } from '../../components/controls/button.tsx';
import { Radios } from '../../components/controls/choices.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { counted, formatAmount } from '../../lib/format.ts';

export type ForeignChoice = 'take-in' | 'refuse';

interface ForeignProps {
  plan: DistributionPlan;
  asset: Asset;
}

interface ForeignReadyProps extends ForeignProps {
  choice: ForeignChoice | undefined;
  onChoose: (choice: ForeignChoice) => void;
}

type Ready = DistributionPlan['foreignReady'][number];

/** AMP's create takes whatever is ready: what others left there is shown and decided, never paid unseen. */
export function ForeignReady({ plan, asset, choice, onChoose }: ForeignReadyProps): ReactElement {
  const total = formatAmount(sum(plan.foreignReady.map((each) => each.amount)), asset.precision);
  const columns: readonly Column<Ready>[] = [
    { id: 'id', header: 'Assignment', width: '7rem', align: 'end', cell: (each) => each.assignmentId },
    {
      id: 'holder',
      header: 'Holder',
      width: 'minmax(12rem, 1fr)',
      cell: (each) => (
        <Link to="/holders" search={{ holder: each.holderId }} data-row-link="">
          {each.holderName ?? `Holder ${each.holderId}`}
        </Link>
      ),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: 'minmax(9rem, 14rem)',
      align: 'end',
      cell: (each) => <AmountText value={each.amount} precision={asset.precision} ticker={asset.ticker} />,
    },
  ];
  return (
    <Section
      title={`Ready at AMP, not from this desk: ${counted(plan.foreignReady.length, 'assignment')}`}
      note="Somebody else made these assignments. AMP takes every ready assignment into the next distribution, so decide."
    >
      <DataTable
        inside
        label="Ready at AMP"
        columns={columns}
        source={localSource(plan.foreignReady)}
        rowKey={(each) => String(each.assignmentId)}
        empty=""
      />
      <Radios<ForeignChoice>
        label="What to do with them"
        look="cards"
        value={choice}
        onChange={onChoose}
        options={[
          { key: 'take-in', label: 'Pay them too', help: `Adds ${total} to the first batch.` },
          {
            key: 'refuse',
            label: 'Do not start with them there',
            help: 'The start is refused until they are gone.',
          },
        ]}
      />
    </Section>
  );
}

export function ForeignPending({ plan, asset }: ForeignProps): ReactElement {
  return (
    <Banner
      of="attention"
      title={`${counted(plan.foreignPending.length, 'distribution')} of this asset, started elsewhere, ${plan.foreignPending.length === 1 ? 'is' : 'are'} pending at AMP.`}
      actions={
        <Link to="/operations/pending" className={buttonClass('plain', 'small')}>
          Review
        </Link>
      }
    >
      {plan.foreignPending
        .map(
          (each) =>
            `${formatAmount(each.amount, asset.precision)} ${asset.ticker ?? ''} for ${counted(each.recipients, 'recipient')}`,
        )
        .join('; ')}
    </Banner>
  );
}

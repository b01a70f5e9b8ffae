import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { sourceOf } from '../../bridge/windowed.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Banner, Facts } from '../../components/layout/facts.tsx';
import { Page, Section, Toolbar } from '../../components/layout/page.tsx';
import { ColumnChooser, useColumns } from '../../components/table/column-chooser.tsx';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { Verdict } from '../../components/values/verdict.tsx';
import { formatCount, grouped4 } from '../../lib/format.ts';
import { TreasuryDrawer } from './treasury-drawer.tsx';
import { treasuryColumns } from './treasury-columns.tsx';

const route = getRouteApi('/treasury');

export function TreasuryPage(): ReactElement {
  const { asset } = route.useSearch();
  const navigate = useNavigate();
  const treasury = useAsk('treasury.overview', {}, { every: 20_000 });
  const columns = treasuryColumns(treasury.data?.lines ?? []);
  const chosen = useColumns('treasury', columns);
  const open = treasury.data?.lines.find((line) => line.assetId === asset);
  return (
    <Page
      title="Treasury"
      sentence="What the treasury wallet holds by the node, what AMP’s books say, and whether the two agree."
      drawer={
        open && <TreasuryDrawer line={open} onClose={() => void navigate({ to: '/treasury', search: {} })} />
      }
    >
      {treasury.data?.problems.map((problem) => (
        <Banner key={problem.code + problem.message} of="attention" title={problem.message}>
          {problem.next}
        </Banner>
      ))}
      <Toolbar end={<ColumnChooser columns={columns} chosen={chosen} />}>
        {treasury.data && (
          <span>
            Read <TimeText at={treasury.data.at} focusable />
          </span>
        )}
        <Button
          size="small"
          tone="quiet"
          icon="refresh"
          onPress={() => void treasury.refetch()}
          isPending={treasury.isFetching}
        >
          Read again
        </Button>
      </Toolbar>
      <DataTable
        inside
        label="Treasury"
        columns={columns}
        hiddenColumns={chosen.hidden}
        source={sourceOf(treasury, treasury.data?.lines)}
        rowKey={(line) => line.assetId}
        openKey={asset}
        empty={<Empty>The treasury wallet is empty and AMP knows no asset of this issuer.</Empty>}
      />
      <FeeFunds />
    </Page>
  );
}

/** L-BTC for fees, and an address at which more can be received. */
function FeeFunds(): ReactElement {
  const health = useAsk('health.get', {});
  const address = useCommand('treasury.newAddress');
  return (
    <Section
      title="Fees"
      actions={
        <>
          <Link to="/treasury/send" className={buttonClass()}>
            Send
          </Link>
          <Button onPress={() => address.mutate({})} isPending={address.isPending}>
            New treasury address
          </Button>
        </>
      }
    >
      <Answer of={health} lines={3}>
        {({ fees }) => (
          <Facts
            facts={[
              [
                'L-BTC confirmed',
                <AmountText key="a" value={fees.confirmed} precision={8} ticker="L-BTC" focusable />,
              ],
              ['Enough for', `${formatCount(fees.batchesLeft)} full batches at the fee rate of this profile`],
              [
                'State',
                <Verdict key="v" of={fees.verdict}>
                  {fees.message}
                </Verdict>,
              ],
            ]}
          />
        )}
      </Answer>
      {address.error && <FailureNote error={address.error} />}
      {address.data && (
        <Banner
          of="good"
          title="Send L-BTC for fees, or assets, to this fresh address of the treasury wallet:"
        >
          <code>{grouped4(address.data.address)}</code>
          <IdText id={address.data.address} what="address" />
        </Banner>
      )}
    </Section>
  );
}

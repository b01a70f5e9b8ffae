import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Operation } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Banner, KeyFigures, type Fact } from '../../components/layout/facts.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { TimeText, useNow } from '../../components/values/time-text.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import { assetWord } from '../../lib/text.ts';
import { spent } from '../../lib/time.ts';
import { useAssets } from '../../lib/use-asset.ts';
import { BatchList } from './batch-list.tsx';
import { isOpen, StateBadge } from './state.tsx';
import styles from './operation.module.css';

const route = getRouteApi('/operations/$operationId');

export function OperationPage(): ReactElement {
  const { operationId } = route.useParams();
  const operation = useAsk('operations.get', { id: operationId }, { every: 10_000 });
  if (operation.data) return <Shown operation={operation.data} />;
  return (
    <Page title="Operation" crumb={<Link to="/operations">Operations</Link>}>
      <Answer of={operation} lines={8}>
        {() => null}
      </Answer>
    </Page>
  );
}

function Shown({ operation }: { operation: Operation }): ReactElement {
  const { batch } = route.useSearch();
  const navigate = useNavigate();
  const retry = useCommand('operations.retry');
  const open = isOpen(operation.state);
  return (
    <Page
      title={operation.title}
      crumb={<Link to="/operations">Operations</Link>}
      sentence={
        <div className={styles.state} role="status">
          <StateBadge state={operation.state} />
          {operation.sentence}
        </div>
      }
      actions={
        <Actions
          operation={operation}
          onRetry={() => retry.mutate({ id: operation.id })}
          retrying={retry.isPending}
        />
      }
    >
      {operation.problem && (
        <Banner of="attention" title={operation.problem.message}>
          {operation.problem.next}
        </Banner>
      )}
      {retry.error && <FailureNote error={retry.error} />}
      <KeyFigures label="Totals" figures={figures(operation)} />
      <Section
        title={counted(operation.batches.length, 'batch', 'batches')}
        note={
          open && operation.cancellable
            ? 'Until the first broadcast this operation can be cancelled.'
            : undefined
        }
      >
        <BatchList
          operation={operation}
          openBatch={batch}
          onOpen={(id) =>
            void navigate({
              to: '/operations/$operationId',
              params: { operationId: operation.id },
              search: { batch: id },
              replace: true,
            })
          }
        />
      </Section>
    </Page>
  );
}

function figures(operation: Operation): readonly Fact[] {
  const reported = operation.batches.filter((batch) => batch.step === 'reported').length;
  return [
    [
      'Amount',
      <AmountText
        key="a"
        value={operation.total}
        precision={operation.precision}
        ticker={operation.ticker}
        focusable
      />,
    ],
    ['Recipients', formatCount(operation.recipients)],
    ['Batches reported', `${formatCount(reported)} of ${formatCount(operation.batches.length)}`],
    ['Fee', <AmountText key="f" value={operation.fee} precision={8} ticker="L-BTC" focusable />],
    [
      'Time',
      <Duration key="t" operation={operation} />,
      <TimeText key="s" at={operation.createdAt} look="absolute" />,
    ],
    ['Signed by', operation.signer === 'node' ? 'Node wallet' : 'Key in this desk’s secret store'],
  ];
}

function Duration({ operation }: { operation: Operation }): string {
  const now = useNow();
  return spent((operation.finishedAt ?? Math.max(now, operation.changedAt)) - operation.createdAt);
}

interface ActionsProps {
  operation: Operation;
  onRetry: () => void;
  retrying: boolean;
}

/** One primary action: look again when it needs somebody, otherwise the way back to where it came from. */
function Actions({ operation, onRetry, retrying }: ActionsProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const cancel = useCommand('operations.cancel');
  const { byUuid } = useAssets();
  const asset = byUuid(operation.assetUuid);
  const word = asset ? assetWord(asset) : (operation.ticker ?? operation.title);
  return (
    <>
      {operation.allocationId !== null && (
        <Link
          to="/allocations/$allocationId"
          params={{ allocationId: operation.allocationId }}
          className={styles.back}
        >
          Open allocation
        </Link>
      )}
      {operation.cancellable && isOpen(operation.state) && operation.state !== 'cancelling' && (
        <Button onPress={() => setAsking(true)}>Cancel distribution</Button>
      )}
      {operation.state === 'attention' && (
        <Button tone="primary" onPress={onRetry} isPending={retrying}>
          Look again and carry on
        </Button>
      )}
      <ConfirmTyped
        title="Cancel this distribution?"
        effect={
          <>
            <p>
              Nothing of it has been broadcast. The{' '}
              <strong>
                <AmountText
                  value={operation.total}
                  precision={operation.precision}
                  ticker={operation.ticker}
                />{' '}
                for {counted(operation.recipients, 'holder')}
              </strong>{' '}
              stay in the treasury.
            </p>
            <p>Its assignments at AMP are removed and its coins are free again. The allocation stays.</p>
          </>
        }
        word={word}
        action="Cancel distribution"
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={(confirm) =>
          cancel.mutate({ id: operation.id, confirm }, { onSuccess: () => setAsking(false) })
        }
        running={cancel.isPending}
        error={cancel.error}
      />
    </>
  );
}

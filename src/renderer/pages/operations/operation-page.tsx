import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Operation } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Banner, KeyFigures, type Fact } from '../../components/layout/facts.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { TimeText, useNow } from '../../components/values/time-text.tsx';
import { counted, formatAmount, formatCount } from '../../lib/format.ts';
import { awaitsSignatures } from '../../lib/signatures.ts';
import { SIGNER_WORDS } from '../../lib/signer-words.ts';
import { spent } from '../../lib/time.ts';
import { None } from '../../components/values/verdict.tsx';
import { BatchList } from './batch-list.tsx';
import { lastStep } from './batch-steps.ts';
import { CancelOperation } from './cancel-operation.tsx';
import { SignaturesSection } from './signing/signatures-section.tsx';
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
      title={headingOf(operation)}
      crumb={
        <>
          <Link to="/operations">Operations</Link> / {operation.title}
        </>
      }
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
      {awaitsSignatures(operation) && <SignaturesSection operation={operation} />}
      <Section
        title={
          operation.kind === 'send'
            ? counted(operation.batches.length, 'transaction')
            : counted(operation.batches.length, 'batch', 'batches')
        }
        note={open && operation.cancellable ? 'What has not been broadcast yet can be cancelled.' : undefined}
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

/** What it is, of which asset, how much and to how many. */
function headingOf(operation: Operation): string {
  const total = formatAmount(operation.total, operation.precision);
  return `${operation.kind === 'send' ? 'Send' : 'Pay'} ${total} ${operation.ticker ?? ''} to ${counted(operation.recipients, operation.kind === 'send' ? 'recipient' : 'holder')}`.replace(
    '  ',
    ' ',
  );
}

function feeOf(operation: Operation): ReactElement {
  if (operation.batches.every((batch) => batch.fee === null)) return <None>not known yet</None>;
  return <AmountText value={operation.fee} precision={8} ticker="L-BTC" focusable />;
}

function figures(operation: Operation): readonly Fact[] {
  const over = operation.batches.filter(({ step }) => step === lastStep(operation.kind)).length;
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
    operation.kind === 'send'
      ? ['Transactions confirmed', `${formatCount(over)} of ${formatCount(operation.batches.length)}`]
      : ['Batches reported', `${formatCount(over)} of ${formatCount(operation.batches.length)}`],
    ['Fee', feeOf(operation)],
    [
      'Time',
      <Duration key="t" operation={operation} />,
      <TimeText key="s" at={operation.createdAt} look="absolute" />,
    ],
    ['Signed by', SIGNER_WORDS[operation.signer]],
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

/** One primary action: look again when it needs somebody; cancelling stands apart. */
function Actions({ operation, onRetry, retrying }: ActionsProps): ReactElement {
  const cancellable = operation.cancellable && isOpen(operation.state) && operation.state !== 'cancelling';
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
      {cancellable && <CancelOperation operation={operation} />}
      {operation.state === 'attention' && (
        <Button tone="primary" onPress={onRetry} isPending={retrying}>
          Look again and carry on
        </Button>
      )}
    </>
  );
}

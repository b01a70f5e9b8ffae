import type { ReactElement } from 'react';
import type { Batch, Operation } from '../../../shared/contract/index.ts';
import { Icon } from '../../components/icon.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import { StepTrack } from '../../components/layout/step-track.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { useNow } from '../../components/values/time-text.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import { classes } from '../../lib/text.ts';
import { spent } from '../../lib/time.ts';
import { BatchDetail } from './batch-detail.tsx';
import { shownSteps, timeSpent } from './batch-steps.ts';
import styles from './operation.module.css';

interface BatchListProps {
  operation: Operation;
  openBatch: string | undefined;
  onOpen: (id: string | undefined) => void;
}

export function BatchList({ operation, openBatch, onOpen }: BatchListProps): ReactElement {
  return (
    <ol className={styles.batches}>
      {operation.batches.map((batch) => {
        const open = batch.id === openBatch;
        return (
          <li key={batch.id} aria-label={`Batch ${batch.seq}`}>
            <BatchRow
              batch={batch}
              operation={operation}
              open={open}
              onToggle={() => onOpen(open ? undefined : batch.id)}
            />
            {open && <BatchDetail batch={batch} operation={operation} />}
          </li>
        );
      })}
    </ol>
  );
}

interface BatchRowProps {
  batch: Batch;
  operation: Operation;
  open: boolean;
  onToggle: () => void;
}

function BatchRow({ batch, operation, open, onToggle }: BatchRowProps): ReactElement {
  const now = useNow();
  const time = timeSpent(batch, now);
  return (
    <div className={styles.batch}>
      <button
        type="button"
        className={styles.toggle}
        aria-expanded={open}
        aria-label={`Batch ${batch.seq}: recipients and outputs`}
        onClick={onToggle}
      >
        <Icon name="right" />
      </button>
      <div className={styles.name}>
        <strong>
          {operation.kind === 'send' ? 'Transaction' : 'Batch'} {batch.seq}
        </strong>
        <span>{counted(batch.recipients, 'recipient')}</span>
      </div>
      <div className={styles.track}>
        <StepTrack
          label={`Steps of batch ${batch.seq}`}
          steps={shownSteps(batch, operation.kind)}
          stuck={batch.state === 'attention'}
        />
      </div>
      <div className={classes(styles.facts, 'figures')}>
        <AmountText value={batch.amount} precision={operation.precision} ticker={operation.ticker} />
        <span>
          {batch.txid === null ? 'no transaction yet' : <IdText id={batch.txid} what="transaction id" />}
        </span>
        <span>
          {batch.fee === null ? (
            ''
          ) : (
            <>
              fee <AmountText value={batch.fee} precision={8} />
            </>
          )}
        </span>
        <span>
          {[batch.weight === null ? '' : `${formatCount(batch.weight)} WU`, time === null ? '' : spent(time)]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      {batch.problem ? (
        <div className={styles.sentence}>
          <Banner of="attention" title={batch.problem.message}>
            {batch.problem.next}
          </Banner>
        </div>
      ) : (
        <p className={styles.sentence}>{batch.sentence}</p>
      )}
    </div>
  );
}

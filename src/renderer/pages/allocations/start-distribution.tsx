import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Asset, DistributionPlan } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { counted } from '../../lib/format.ts';
import { assetWord } from '../../lib/text.ts';
import type { ForeignChoice } from './foreign.tsx';

interface StartDistributionProps {
  plan: DistributionPlan;
  asset: Asset;
  choice: ForeignChoice | undefined;
  /** As the plan was made with. */
  size: number | undefined;
  isOpen: boolean;
  onClose: () => void;
}

export function StartDistribution({
  plan,
  asset,
  choice,
  size,
  isOpen,
  onClose,
}: StartDistributionProps): ReactElement {
  const navigate = useNavigate();
  const start = useCommand('operations.start');
  return (
    <ConfirmTyped
      title="Start this distribution?"
      effect={
        <>
          <p>
            Pays{' '}
            <strong>
              <AmountText value={plan.total} precision={asset.precision} ticker={asset.ticker} />
            </strong>{' '}
            to <strong>{counted(plan.recipients, 'holder')}</strong> in{' '}
            {counted(plan.batches.length, 'batch', 'batches')}. The treasury keeps{' '}
            <AmountText value={plan.treasuryAfter} precision={asset.precision} ticker={asset.ticker} />.
          </p>
          <p>Once a batch is broadcast its payments cannot be taken back.</p>
        </>
      }
      word={assetWord(asset)}
      action="Start distribution"
      tone="primary"
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={(confirm) =>
        start.mutate(
          {
            allocationId: plan.allocationId,
            fingerprint: plan.fingerprint,
            confirm,
            ...(choice === undefined ? {} : { foreignReady: choice }),
            ...(size === undefined ? {} : { recipientsPerBatch: size }),
          },
          {
            onSuccess: ({ id }) =>
              void navigate({ to: '/operations/$operationId', params: { operationId: id } }),
          },
        )
      }
      running={start.isPending}
      error={start.error}
    />
  );
}

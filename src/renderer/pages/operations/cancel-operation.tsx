import { useState, type ReactElement } from 'react';
import type { Operation } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { counted } from '../../lib/format.ts';
import { sendWord } from '../../lib/custody-words.ts';
import { assetWord } from '../../lib/text.ts';
import { useAssets } from '../../lib/use-asset.ts';
import { cancelEffect, type CancelEffect } from './cancelling.ts';

/** Cancels what has not been broadcast, and says what that is. */
export function CancelOperation({ operation }: { operation: Operation }): ReactElement {
  const [asking, setAsking] = useState(false);
  const cancel = useCommand('operations.cancel');
  const { byUuid } = useAssets();
  const asset = operation.assetUuid === null ? undefined : byUuid(operation.assetUuid);
  const effect = cancelEffect(operation.batches);
  const what = operation.kind === 'send' ? 'payment' : 'distribution';
  const label = effect.kept.batches === 0 ? `Cancel ${what}` : 'Cancel the rest';
  return (
    <>
      <Button onPress={() => setAsking(true)}>{label}</Button>
      <ConfirmTyped
        title={effect.kept.batches === 0 ? `Cancel this ${what}?` : `Cancel the rest of this ${what}?`}
        effect={<Effect operation={operation} effect={effect} />}
        word={
          asset
            ? assetWord(asset)
            : operation.kind === 'send'
              ? sendWord(operation)
              : (operation.ticker ?? operation.title)
        }
        action={label}
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

function Effect({ operation, effect }: { operation: Operation; effect: CancelEffect }): ReactElement {
  const { kept, dropped } = effect;
  const plain = operation.kind === 'send';
  const who = plain ? 'recipient' : 'holder';
  const figure = ({ total }: CancelEffect['kept']): ReactElement => (
    <AmountText value={total} precision={operation.precision} ticker={operation.ticker} />
  );
  return (
    <>
      {kept.batches > 0 && (
        <p>
          {counted(kept.batches, 'batch has', 'batches have')} been broadcast:{' '}
          <strong>
            {figure(kept)} for {counted(kept.recipients, who)}
          </strong>{' '}
          cannot be taken back and will be confirmed{plain ? '' : ' and reported'}.
        </p>
      )}
      <p>
        <strong>
          {figure(dropped)} for {counted(dropped.recipients, who)}
        </strong>{' '}
        will not be paid and {kept.batches > 0 ? 'stays' : 'stays, all of it,'} in the treasury.{' '}
        {plain
          ? 'The coins are free again.'
          : 'The assignments at AMP are removed and the coins are free again; the allocation stays.'}
      </p>
    </>
  );
}

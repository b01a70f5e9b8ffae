import { useState, type ReactElement } from 'react';
import type { CustodySpend } from '../../../../shared/contract/index.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { Button } from '../../../components/controls/button.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Dialog, DialogActions } from '../../../components/overlay/dialog.tsx';
import { amountWords } from '../../../lib/custody-words.ts';

/** Gives a payment up. Nothing was sent, so nothing but a yes is asked for. */
export function CancelSpend({ spend }: { spend: CustodySpend }): ReactElement {
  const cancel = useCommand('custody.cancel');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button onPress={() => setAsking(true)}>Cancel payment</Button>
      <Dialog
        title="Cancel this payment?"
        isOpen={asking}
        onClose={() => setAsking(false)}
        role="alertdialog"
      >
        <p>
          <strong>{amountWords(spend.total, spend.asset)}</strong> will not be sent and stays in{' '}
          {spend.walletName}. Its coins are free again. A signature that was given for it is good for nothing
          once they are spent otherwise.
        </p>
        {cancel.error && <FailureNote error={cancel.error} />}
        <DialogActions>
          <Button onPress={() => setAsking(false)}>Go back</Button>
          <Button
            tone="danger"
            isPending={cancel.isPending}
            onPress={() => cancel.mutate({ id: spend.id }, { onSuccess: () => setAsking(false) })}
          >
            Cancel payment
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}

import { useState, type ReactElement } from 'react';
import type { SigningRequestRow } from '../../../shared/contract/index.ts';
import { checkArgs } from '../../bridge/check-args.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Dialog } from '../../components/overlay/dialog.tsx';

interface RefuseRequestProps {
  request: SigningRequestRow;
  /** What a check found, as a first wording. */
  suggestion: string;
  isOpen: boolean;
  onClose: () => void;
}

export function RefuseRequest(props: RefuseRequestProps): ReactElement {
  const { isOpen, onClose } = props;
  return (
    <Dialog title="Refuse this request?" isOpen={isOpen} onClose={onClose}>
      <Body {...props} />
    </Dialog>
  );
}

function Body({ request, suggestion, onClose }: RefuseRequestProps): ReactElement {
  const refuse = useCommand('signer.refuse');
  const [reason, setReason] = useState(suggestion);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  return (
    <Form
      label="Refuse request"
      onSubmit={() => {
        const args = { id: request.id, reason: reason.trim() };
        const found = checkArgs('signer.refuse', args)['reason'];
        setProblem(found);
        if (found === undefined) refuse.mutate(args, { onSuccess: onClose });
      }}
      error={refuse.error}
      actions={
        <>
          <Button type="submit" tone="danger" isPending={refuse.isPending}>
            Refuse request
          </Button>
          <Button onPress={onClose}>Go back</Button>
        </>
      }
    >
      <p>
        Nothing is signed. The answer tells {request.from} why, and this request can no longer be signed here;
        a new one can.
      </p>
      <TextField
        label="Reason"
        lines="several"
        value={reason}
        onChange={setReason}
        error={problem}
        autoFocus
        help="In words that the people at the desk can act on."
      />
    </Form>
  );
}

import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { DISTRIBUTION, PLAIN_PAYMENT } from '../../components/review/words.ts';
import { SignAct } from '../../components/review/sign-act.tsx';
import { JadeLive } from '../../components/jade/jade-live.tsx';
import { Button } from '../../components/controls/button.tsx';
import { RefuseRequest } from './refuse-request.tsx';
import { SignWith, type Signing } from './sign-with.tsx';

interface DecideRequestProps {
  request: Result<'signer.request'>['request'];
  review: Result<'signer.request'>['review'];
}

/** The end of the reading: sign, with the key here or with a Jade, or refuse and say why. */
export function DecideRequest({ request, review }: DecideRequestProps): ReactElement {
  const status = useAsk('signer.status', {});
  const sign = useCommand('signer.sign');
  const [refusing, setRefusing] = useState(false);
  const [chosen, setChosen] = useState<Signing | undefined>(undefined);
  const key = status.data?.key ?? null;
  const signing = chosen ?? (key ? ({ with: 'key' } as const) : undefined);
  const onJade = signing?.with === 'jade';
  return (
    <>
      <SignAct
        review={review}
        manner={request.kind === 'send' ? PLAIN_PAYMENT : DISTRIBUTION}
        after={onJade ? 'The Jade asks for each transaction.' : `The answer then goes to ${request.from}.`}
        isDisabled={signing === undefined}
        takesTime={onJade}
        running={sign.isPending}
        error={sign.error}
        onSign={(confirm) =>
          sign.mutate({ id: request.id, confirm, ...(onJade ? { port: signing.port } : {}) })
        }
      >
        {review.ok && status.data && (
          <SignWith signerKey={key} chosen={signing} onChoose={setChosen} isDisabled={sign.isPending} />
        )}
        {onJade && sign.isPending && (
          <JadeLive port={signing.port} label="the Jade">
            Compare what it shows with this page before you accept. You may leave this page meanwhile.
          </JadeLive>
        )}
        <div>
          <Button onPress={() => setRefusing(true)} isDisabled={sign.isPending}>
            Refuse request
          </Button>
        </div>
      </SignAct>
      <RefuseRequest
        request={request}
        suggestion={review.checks.find(({ verdict }) => verdict === 'wrong')?.evidence ?? ''}
        isOpen={refusing}
        onClose={() => setRefusing(false)}
      />
    </>
  );
}

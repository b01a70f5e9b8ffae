import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { useWindowed } from '../../bridge/windowed.ts';
import { SendBundle } from '../../components/carry/send-bundle.tsx';
import { ReviewSheet, useRecipientLook } from '../../components/review/review-sheet.tsx';
import { DISTRIBUTION, PLAIN_PAYMENT } from '../../components/review/words.ts';
import { Answer } from '../../components/layout/answer.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import { Page } from '../../components/layout/page.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { DecideRequest } from './decide-request.tsx';
import { RequestState } from './request-state.tsx';

const route = getRouteApi('/requests/$requestId');

type Opened = Result<'signer.request'>;

/** One request: read, then signed or refused; afterwards its answer, as often as it has to be carried. */
export function RequestPage(): ReactElement {
  const { requestId } = route.useParams();
  const opened = useAsk('signer.request', { id: requestId });
  const request = opened.data?.request;
  return (
    <Page
      title={request?.title ?? 'Request'}
      crumb={<Link to="/requests">Requests</Link>}
      badge={request && <RequestState of={request.state} />}
      sentence={
        request && (
          <>
            From {request.from}, for {request.kind === 'send' ? '' : 'the treasury '}
            {request.treasury}. Received <TimeText at={request.receivedAt} focusable />
            {request.state === 'waiting' && (
              <>
                , to be signed <TimeText at={request.expires} ahead focusable /> at the latest
              </>
            )}
            .
          </>
        )
      }
    >
      <Answer of={opened} lines={12}>
        {(shown) => <Opened key={shown.request.id} opened={shown} />}
      </Answer>
    </Page>
  );
}

function Opened({ opened: { request, review } }: { opened: Opened }): ReactElement {
  const { look, setLook, filter } = useRecipientLook();
  const recipients = useWindowed('signer.recipients', { id: request.id, ...filter });
  return (
    <>
      <Decided request={request} />
      <ReviewSheet
        review={review}
        recipients={recipients}
        look={look}
        onLook={setLook}
        manner={request.kind === 'send' ? PLAIN_PAYMENT : DISTRIBUTION}
      />
      {request.state === 'waiting' && <DecideRequest request={request} review={review} />}
    </>
  );
}

/** What became of the request, in words, and the answer for the desk. */
function Decided({ request }: { request: Opened['request'] }): ReactElement | null {
  const { state, reason, from } = request;
  switch (state) {
    case 'waiting':
      return null;
    case 'expired':
      return (
        <Banner of="attention" title="This request has expired and can no longer be signed.">
          It was to be signed <TimeText at={request.expires} focusable />. Ask {from} for a new one.
        </Banner>
      );
    case 'signed':
      return (
        <>
          <Banner of="good" title="You signed this.">
            {request.decidedAt !== null && (
              <>
                Signed <TimeText at={request.decidedAt} focusable />. Carry the answer to {from}.
              </>
            )}
          </Banner>
          <AnswerBundle request={request} />
        </>
      );
    case 'refused':
      return (
        <>
          <Banner of="wrong" title="This was refused.">
            {reason ?? 'No reason was given.'}
          </Banner>
          <AnswerBundle request={request} />
        </>
      );
  }
}

function AnswerBundle({ request }: { request: Opened['request'] }): ReactElement {
  const result = useAsk('signer.result', { id: request.id });
  return (
    <Answer of={result} lines={3}>
      {(outgoing) => (
        <SendBundle
          outgoing={outgoing}
          title={`Answer to ${request.from}`}
          next="The desk takes it in wherever it asks for a bundle, and opens what it is about."
        />
      )}
    </Answer>
  );
}

import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Operation, Review } from '../../../../shared/contract/index.ts';
import { useAsk } from '../../../bridge/hooks.ts';
import { useWindowed } from '../../../bridge/windowed.ts';
import { Answer } from '../../../components/layout/answer.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { Page, Section } from '../../../components/layout/page.tsx';
import { ReviewSheet, useRecipientLook } from '../../../components/review/review-sheet.tsx';
import { DISTRIBUTION, TREASURY_PAYMENT } from '../../../components/review/words.ts';
import { awaitsSignatures } from '../../../lib/signatures.ts';
import { Checked } from './checked.tsx';
import { useReview } from './use-review.ts';
import { Fetch } from './fetch-signatures.tsx';

const route = getRouteApi('/operations/$operationId/review');

/** What is about to be signed, read before it goes out: the same sheet that the signer reads. */
export function OperationReviewPage(): ReactElement {
  const { operationId } = route.useParams();
  const operation = useAsk('operations.get', { id: operationId });
  return (
    <Page
      title="Review before signing"
      crumb={
        <>
          <Link to="/operations">Operations</Link> /{' '}
          <Link to="/operations/$operationId" params={{ operationId }}>
            {operation.data?.title ?? 'Operation'}
          </Link>
        </>
      }
      sentence="Opened from the transactions themselves. The signer checks the same by its own means and shows the same fingerprint."
    >
      <Answer of={operation} lines={12}>
        {(shown) =>
          awaitsSignatures(shown) ? (
            <Reviewed operation={shown} />
          ) : (
            <Empty
              action={
                <Link to="/operations/$operationId" params={{ operationId }}>
                  Open operation
                </Link>
              }
            >
              No batch of this operation waits for a signature.
            </Empty>
          )
        }
      </Answer>
    </Page>
  );
}

function Reviewed({ operation }: { operation: Operation }): ReactElement {
  const round = useAsk('signing.round', { operationId: operation.id });
  const review = useReview(operation.id, round.data);
  return (
    <Checked review={review} lines={12}>
      {(shown) => <Sheet operation={operation} review={shown} />}
    </Checked>
  );
}

function Sheet({ operation, review }: { operation: Operation; review: Review }): ReactElement {
  const { look, setLook, filter } = useRecipientLook();
  const recipients = useWindowed('signing.recipients', { operationId: operation.id, ...filter });
  const round = useAsk('signing.round', { operationId: operation.id });
  return (
    <>
      <ReviewSheet
        review={review}
        recipients={recipients}
        look={look}
        onLook={setLook}
        manner={operation.kind === 'send' ? TREASURY_PAYMENT : DISTRIBUTION}
      />
      <Section title="Send it to be signed">
        <Answer of={round} lines={3}>
          {(shown) => <Fetch operation={operation} round={shown} review={review} />}
        </Answer>
      </Section>
    </>
  );
}

import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Operation, Review } from '../../../../shared/contract/index.ts';
import { useAsk } from '../../../bridge/hooks.ts';
import { buttonClass } from '../../../components/controls/button.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { Fingerprint } from '../../../components/review/fingerprint.tsx';
import { checksSentence } from '../../../components/review/words.ts';
import { Verdict } from '../../../components/values/verdict.tsx';
import { roundSentence, type Round } from '../../../lib/signatures.ts';
import { Fetch } from './fetch-signatures.tsx';
import { Checked } from './checked.tsx';
import { useReview } from './use-review.ts';
import { BatchSignatures } from './batch-signatures.tsx';
import styles from './signing.module.css';

/** Signatures that are missing, who gives them, and the way to each. */
export function SignaturesSection({ operation }: { operation: Operation }): ReactElement {
  const round = useAsk('signing.round', { operationId: operation.id }, { every: 20_000 });
  return (
    <Section
      title="Signatures"
      note={round.data && roundSentence(round.data)}
      actions={
        <Link
          to="/operations/$operationId/review"
          params={{ operationId: operation.id }}
          className={buttonClass('plain', 'small')}
        >
          Read the whole review
        </Link>
      }
    >
      <Answer of={round} lines={4}>
        {(shown) => <Shown operation={operation} round={shown} />}
      </Answer>
    </Section>
  );
}

function Shown({ operation, round }: { operation: Operation; round: Round }): ReactElement {
  const review = useReview(operation.id, round);
  return (
    <div className={styles.signatures}>
      <Checked review={review}>{(shown) => <Summary review={shown} />}</Checked>
      <Fetch operation={operation} round={round} review={review.data} />
      <ol className={styles.batches} aria-label="Signatures by batch">
        {round.batches.map((batch) => (
          <BatchSignatures key={batch.batchId} batch={batch} />
        ))}
      </ol>
    </div>
  );
}

/** The review in one look: whether it may go out, and the fingerprint that every screen must show. */
function Summary({ review }: { review: Review }): ReactElement {
  const wrong = review.checks.filter(({ verdict }) => verdict === 'wrong');
  return (
    <>
      {review.ok ? (
        <p className={styles.checked}>
          <Verdict of={review.checks.every(({ verdict }) => verdict === 'good') ? 'good' : 'attention'}>
            {checksSentence(review.checks)}
          </Verdict>
        </p>
      ) : (
        wrong.map((check) => (
          <Banner key={check.code + check.evidence} of="wrong" title={check.title}>
            {check.evidence} Nothing is sent out to be signed while a check stops it.
          </Banner>
        ))
      )}
      <Fingerprint
        of={review.fingerprint}
        label="Fingerprint of this payment"
        note="The signer’s screen and the printed sheet must show exactly these groups."
      />
    </>
  );
}

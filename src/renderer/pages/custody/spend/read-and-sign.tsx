import { useState, type ReactElement } from 'react';
import type { CustodySpend, CustodyWallet, Review } from '../../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { useWindowed } from '../../../bridge/windowed.ts';
import { Radios } from '../../../components/controls/choices.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { ReviewSheet, useRecipientLook } from '../../../components/review/review-sheet.tsx';
import { SignAct } from '../../../components/review/sign-act.tsx';
import { signWords, WALLET_PAYMENT } from '../../../components/review/words.ts';
import { COSIGNERS, sendWord } from '../../../lib/custody-words.ts';
import styles from '../custody.module.css';

type First = CustodySpend['order'][number];

/** What is about to be signed, opened from the transaction itself, and at its end the decision. */
export function ReadAndSign({ spend }: { spend: CustodySpend }): ReactElement {
  const review = useAsk('custody.review', { id: spend.id });
  return (
    <>
      {review.isPending && <p className={styles.help}>Opening and checking every output.</p>}
      <Answer of={review} lines={12}>
        {(shown) => <Sheet spend={spend} review={shown} />}
      </Answer>
    </>
  );
}

function Sheet({ spend, review }: { spend: CustodySpend; review: Review }): ReactElement {
  const { look, setLook, filter } = useRecipientLook();
  const recipients = useWindowed('custody.reviewRows', { id: spend.id, ...filter });
  return (
    <>
      <ReviewSheet
        review={review}
        recipients={recipients}
        look={look}
        onLook={setLook}
        manner={WALLET_PAYMENT}
      />
      {spend.waitsFor === 'start' && <Decide spend={spend} review={review} />}
    </>
  );
}

function Decide({ spend, review }: { spend: CustodySpend; review: Review }): ReactElement {
  const wallet = useAsk('custody.wallet', { id: spend.walletId });
  const carryOut = useCommand('custody.carryOut');
  const [first, setFirst] = useState<First | undefined>(undefined);
  const order: readonly First[] =
    first === undefined ? spend.order : first === 'server' ? ['server', 'user'] : ['user', 'server'];
  const signsHere = wallet.data?.key.kind === 'keychain';
  return (
    <SignAct
      review={review}
      manner={WALLET_PAYMENT}
      word={sendWord(spend.asset)}
      question={signsHere ? 'Sign and send this payment?' : 'Go on with this payment?'}
      {...(signsHere ? {} : { action: signWords(review, WALLET_PAYMENT).replace(/^Sign/, 'Go on with') })}
      after={afterWords(spend, wallet.data, order)}
      stopped="Nothing can be signed while a check stops it. Cancel the payment, and find out why."
      running={carryOut.isPending}
      isDisabled={wallet.data === undefined}
      error={carryOut.error}
      onSign={(confirm) =>
        carryOut.mutate({ id: spend.id, confirm, ...(first === undefined ? {} : { first }) })
      }
    >
      {spend.walletKind === 'amp2' && (
        <Radios<First>
          label="Whose signature comes first"
          options={[
            {
              key: 'server',
              label: 'The AMP2 server’s',
              help: 'What it refuses is known before our key signs.',
            },
            { key: 'user', label: 'Ours', help: 'The server then signs last.' },
          ]}
          value={order[0]}
          onChange={setFirst}
        />
      )}
    </SignAct>
  );
}

/** What follows on the decision, in the order in which it happens. */
function afterWords(spend: CustodySpend, wallet: CustodyWallet | undefined, order: readonly First[]): string {
  const cosigner = COSIGNERS[spend.walletKind];
  const ours =
    wallet?.key.kind === 'signer'
      ? `${wallet.key.peerName ?? 'the signer'} signs`
      : wallet?.key.kind === 'jade'
        ? 'the Jade signs'
        : 'this desk signs';
  const parts = order.map((who) => (who === 'user' ? ours : `${cosigner ?? 'the cosigner'} cosigns`));
  const steps = [...parts, 'the desk checks every signature and broadcasts'];
  const text = steps.join(', then ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. After that it cannot be taken back.`;
}

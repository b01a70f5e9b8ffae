import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Args, PlainPaymentPlan, TreasuryLine } from '../../../../shared/contract/index.ts';
import type { Amount } from '../../../../shared/money.ts';
import { amount } from '../../../../shared/money.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { Button } from '../../../components/controls/button.tsx';
import { Select } from '../../../components/controls/select.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { Checks, KeyFigures } from '../../../components/layout/facts.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { Page, Section } from '../../../components/layout/page.tsx';
import { ConfirmTyped } from '../../../components/overlay/confirm-typed.tsx';
import { AmountText } from '../../../components/values/amount-text.tsx';
import { sendWord } from '../../../lib/custody-words.ts';
import { counted, formatAmount } from '../../../lib/format.ts';
import { SIGNER_WORDS, signsElsewhere } from '../../../lib/signer-words.ts';
import { draft, draftProblems, recipientsOf, type Draft } from '../../custody/send/drafts.ts';
import { paymentReader } from '../../custody/send/payment-reader.ts';
import { RecipientList } from '../../custody/send/recipient-list.tsx';

const route = getRouteApi('/treasury/send');

type Payment = Args<'treasury.planSend'>;

/** A plain payment of the treasury: L-BTC, or what AMP does not govern. It is checked before it is begun. */
export function TreasurySendPage(): ReactElement {
  const treasury = useAsk('treasury.overview', {});
  return (
    <Page
      narrow
      title="Send from the treasury"
      crumb={<Link to="/treasury">Treasury</Link>}
      sentence="L-BTC, and assets that AMP does not govern. What AMP governs is paid by a distribution, from an allocation."
    >
      <Answer of={treasury} lines={8}>
        {({ lines }) => <Prepare lines={lines.filter(isPlain)} />}
      </Answer>
    </Page>
  );
}

/** Whether AMP has no say in it. Reissuance tokens are not for sending. */
function isPlain({ kind }: TreasuryLine): boolean {
  return kind === 'lbtc' || kind === 'other';
}

/** Confirmed and not reserved for an operation under way. */
function freeOf({ node }: TreasuryLine): Amount {
  const left = node.confirmed - node.reserved;
  return amount(left < 0n ? 0n : left);
}

function Prepare({ lines }: { lines: readonly TreasuryLine[] }): ReactElement {
  const given = route.useSearch();
  const wallets = useAsk('custody.wallets', {});
  const [chosen, setAssetId] = useState(given.asset);
  const assetId = chosen ?? lines[0]?.assetId;
  const [drafts, setDrafts] = useState<readonly Draft[]>(() => [
    draft(1, given.to ?? '', undefined, given.label ?? ''),
  ]);
  const [checked, setChecked] = useState<Payment | undefined>(undefined);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const line = lines.find((each) => each.assetId === assetId);
  // What was checked stands for as long as the form says the same, whoever changed it.
  const planned = checked && line && isPayment(checked, line.assetId, drafts) ? checked : undefined;
  const change = (key: number, how: (before: Draft) => Draft): void =>
    setDrafts((before) => before.map((each) => (each.key === key ? how(each) : each)));
  const read = paymentReader(change, setAssetId);
  const submit = (): void => {
    const found = draftProblems(drafts, line, line && freeOf(line));
    setProblems(found);
    if (Object.keys(found).length > 0 || !line) return;
    setChecked({ assetId: line.assetId, recipients: recipientsOf(drafts) });
  };
  if (lines.length === 0) {
    return <Empty>The treasury holds neither L-BTC nor an asset that AMP does not govern.</Empty>;
  }
  return (
    <>
      <Form
        label="Send from the treasury"
        onSubmit={submit}
        problems={problems['total'] === undefined ? [] : [problems['total']]}
        actions={
          <Button type="submit" tone={planned ? 'plain' : 'primary'}>
            {planned ? 'Check again' : 'Check payment'}
          </Button>
        }
      >
        <Select
          label="Asset"
          options={lines.map((each) => ({
            key: each.assetId,
            label:
              each.ticker === null || each.ticker === each.name ? each.name : `${each.ticker}, ${each.name}`,
            note: `${formatAmount(freeOf(each), each.precision)} free`,
          }))}
          value={line?.assetId}
          onChange={setAssetId}
          error={
            problems['asset'] ??
            (assetId !== undefined && !line
              ? 'The treasury cannot send this asset by a plain payment.'
              : undefined)
          }
          help={line && `${formatAmount(freeOf(line), line.precision)} ${line.ticker ?? line.name} free.`}
        />
        <RecipientList
          drafts={drafts}
          onDraft={change}
          onDrafts={setDrafts}
          asset={line && { ...line, kind: line.kind === 'lbtc' ? 'lbtc' : 'named' }}
          problems={problems}
          onRead={(key, text) => void read(key, text)}
          ownWallets={wallets.data?.wallets ?? []}
        />
      </Form>
      {planned && <Planned payment={planned} />}
    </>
  );
}

function isPayment(payment: Payment, assetId: string, drafts: readonly Draft[]): boolean {
  const now = recipientsOf(drafts);
  return (
    payment.assetId === assetId &&
    payment.recipients.length === now.length &&
    payment.recipients.every(({ address, amount: value, label }, index) => {
      const other = now[index];
      return other?.address === address && other.amount === value && other.label === label;
    })
  );
}

function Planned({ payment }: { payment: Payment }): ReactElement {
  const plan = useAsk('treasury.planSend', payment, { keep: true });
  return (
    <Answer of={plan} lines={6}>
      {(shown) => <Decide payment={payment} plan={shown} />}
    </Answer>
  );
}

/** What would be paid, what speaks against it, and the way to do it. */
function Decide({ payment, plan }: { payment: Payment; plan: PlainPaymentPlan }): ReactElement {
  const navigate = useNavigate();
  const send = useCommand('treasury.send');
  const [asking, setAsking] = useState(false);
  const figure = (value: Amount): ReactElement => (
    <AmountText value={value} precision={plan.precision} ticker={plan.ticker ?? plan.name} focusable />
  );
  const elsewhere = signsElsewhere(plan.signer);
  const words = `${formatAmount(plan.total, plan.precision)} ${plan.ticker ?? plan.name}`;
  const action = `Send ${words} to ${counted(payment.recipients.length, 'recipient')}`;
  return (
    <>
      <Section title="Payment">
        <KeyFigures
          label="Payment"
          figures={[
            ['Amount', figure(plan.total)],
            ['Recipients', String(payment.recipients.length)],
            ['Fee', <AmountText key="f" value={plan.fee} precision={8} ticker="L-BTC" focusable />],
            ['Treasury before', figure(plan.treasuryBefore)],
            ['Treasury after', figure(plan.treasuryAfter)],
            ['Signed by', SIGNER_WORDS[plan.signer]],
          ]}
        />
      </Section>
      <Section title="Checks">
        <Checks label="Checks" checks={plan.checks} />
      </Section>
      <div>
        <Button tone="primary" isDisabled={!plan.ok} onPress={() => setAsking(true)}>
          {action}
        </Button>
      </div>
      <ConfirmTyped
        title="Send this payment?"
        effect={
          <>
            <p>
              Sends <strong>{words}</strong> to{' '}
              <strong>{counted(payment.recipients.length, 'recipient')}</strong>. The treasury keeps{' '}
              {figure(plan.treasuryAfter)}.
            </p>
            <p>
              {elsewhere
                ? 'It is prepared and waits for its signatures; until it is broadcast it can be cancelled.'
                : 'It is signed and broadcast at once, and then cannot be taken back.'}
            </p>
          </>
        }
        word={sendWord(plan)}
        action={action}
        tone="primary"
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={(confirm) =>
          send.mutate(
            { ...payment, fingerprint: plan.fingerprint, confirm },
            {
              onSuccess: ({ id }) =>
                void navigate({ to: '/operations/$operationId', params: { operationId: id } }),
            },
          )
        }
        running={send.isPending}
        error={send.error}
      />
    </>
  );
}

import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Asset, Result } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { localSource } from '../../bridge/windowed.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Facts } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { notify } from '../../components/overlay/notices.ts';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { None } from '../../components/values/verdict.tsx';
import { counted } from '../../lib/format.ts';
import { assetWord } from '../../lib/text.ts';

export type Pending = Result<'operations.pendingAtAmp'>['pending'][number];

interface PendingDrawerProps {
  pending: Pending;
  asset: Asset | undefined;
  onClose: () => void;
}

type Act = 'adopt' | 'finish' | 'cancel';

export function PendingDrawer({ pending, asset, onClose }: PendingDrawerProps): ReactElement {
  const [act, setAct] = useState<Act | undefined>(undefined);
  const [txid, setTxid] = useState('');
  const [left, setLeft] = useState(false);
  const isTxid = /^[0-9a-f]{64}$/.test(txid.trim());
  return (
    <Drawer wide title="Pending distribution" note={asset?.name} onClose={onClose}>
      <Facts
        facts={[
          ['Distribution', <IdText key="d" id={pending.distributionUuid} what="distribution id" whole />],
          ['Recipients', counted(pending.recipients, 'recipient')],
          [
            'Amount',
            <AmountText
              key="a"
              value={pending.amount}
              precision={asset?.precision ?? 0}
              ticker={asset?.ticker}
              focusable
            />,
          ],
        ]}
      />
      {pending.operationId === null ? (
        <>
          <Section
            title="Pay it from here"
            level={3}
            note="The desk takes it over: builds, signs, broadcasts and reports it as one operation."
          >
            <div>
              <Button tone="primary" onPress={() => setAct('adopt')}>
                Adopt distribution
              </Button>
            </div>
          </Section>
          <Section
            title="It is paid already"
            level={3}
            note="If a transaction outside this desk has paid it, the desk finds its outputs, waits for confirmations and reports it."
          >
            <TextField
              label="Transaction id"
              mono
              value={txid}
              onChange={setTxid}
              onBlur={() => setLeft(txid !== '')}
              error={left && !isTxid ? 'A transaction id has 64 digits, 0 to 9 and a to f.' : undefined}
            />
            <div>
              <Button isDisabled={!isTxid} onPress={() => setAct('finish')}>
                Finish from transaction
              </Button>
            </div>
          </Section>
          <Section
            title="It shall not be paid"
            level={3}
            note="AMP forgets the distribution; its assignments become ready again."
          >
            <div>
              <Button onPress={() => setAct('cancel')}>Cancel at AMP</Button>
            </div>
          </Section>
        </>
      ) : (
        <Link
          to="/operations/$operationId"
          params={{ operationId: pending.operationId }}
          className={buttonClass('primary')}
        >
          Open operation
        </Link>
      )}
      <Assignments pending={pending} asset={asset} />
      {asset && (
        <Confirm
          act={act}
          pending={pending}
          asset={asset}
          txid={txid.trim()}
          onClose={() => setAct(undefined)}
        />
      )}
    </Drawer>
  );
}

type Assignment = Pending['assignments'][number];

function Assignments({ pending, asset }: { pending: Pending; asset: Asset | undefined }): ReactElement {
  const columns: readonly Column<Assignment>[] = [
    {
      id: 'holder',
      header: 'Holder',
      width: 'minmax(10rem, 1fr)',
      cell: (each) => (
        <Link to="/holders" search={{ holder: each.holderId }} data-row-link="">
          {each.holderName ?? `Holder ${each.holderId}`}
        </Link>
      ),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: 'minmax(8rem, 1fr)',
      align: 'end',
      cell: (each) => (
        <AmountText value={each.amount} precision={asset?.precision ?? 0} ticker={asset?.ticker} />
      ),
    },
    {
      id: 'address',
      header: 'Address',
      width: '9.5rem',
      cell: (each) =>
        each.address === null ? <None /> : <IdText id={each.address} what="address" button={false} />,
    },
  ];
  return (
    <Section title="Assignments" level={3}>
      <DataTable
        inside
        label="Assignments"
        columns={columns}
        source={localSource(pending.assignments)}
        rowKey={(each) => String(each.assignmentId)}
        empty="AMP names no assignments of it."
      />
    </Section>
  );
}

interface ConfirmProps {
  act: Act | undefined;
  pending: Pending;
  asset: Asset;
  txid: string;
  onClose: () => void;
}

function Confirm({ act, pending, asset, txid, onClose }: ConfirmProps): ReactElement {
  const navigate = useNavigate();
  const adopt = useCommand('operations.adopt');
  const cancel = useCommand('operations.cancelAtAmp');
  const { assetUuid, distributionUuid } = pending;
  const words = WORDS[act ?? 'adopt'];
  const amount = <AmountText value={pending.amount} precision={asset.precision} ticker={asset.ticker} />;
  const run = (confirm: string): void => {
    if (act === 'cancel') {
      cancel.mutate(
        { assetUuid, distributionUuid, confirm },
        {
          onSuccess: () => {
            notify('Cancelled at AMP');
            void navigate({ to: '/operations/pending', search: {} });
          },
        },
      );
      return;
    }
    adopt.mutate(
      { assetUuid, distributionUuid, confirm, ...(act === 'finish' ? { txid } : {}) },
      {
        onSuccess: ({ id }) => void navigate({ to: '/operations/$operationId', params: { operationId: id } }),
      },
    );
  };
  return (
    <ConfirmTyped
      title={words.title}
      effect={
        <p>
          <strong>
            {amount} for {counted(pending.recipients, 'recipient')}.
          </strong>{' '}
          {words.effect}
        </p>
      }
      word={assetWord(asset)}
      action={words.action}
      tone={act === 'cancel' ? 'danger' : 'primary'}
      isOpen={act !== undefined}
      onClose={onClose}
      onConfirm={run}
      running={adopt.isPending || cancel.isPending}
      error={act === 'cancel' ? cancel.error : adopt.error}
    />
  );
}

const WORDS: Record<Act, { title: string; effect: string; action: string }> = {
  adopt: {
    title: 'Adopt this distribution?',
    effect:
      'The desk pays it from the treasury. Make sure that nobody else is about to pay it: it would be paid twice.',
    action: 'Adopt distribution',
  },
  finish: {
    title: 'Finish from this transaction?',
    effect: 'The desk pays nothing; it checks the transaction against the assignments and reports it to AMP.',
    action: 'Finish from transaction',
  },
  cancel: {
    title: 'Cancel at AMP?',
    effect: 'If a transaction for it was broadcast already, AMP will not know of that payment. Look first.',
    action: 'Cancel at AMP',
  },
};

import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Args, CustodyWallet, SimulatedAmp2 } from '../../../shared/contract/index.ts';
import { ZERO, type Amount } from '../../../shared/money.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { localSource } from '../../bridge/windowed.ts';
import { AmountField } from '../../components/controls/amount-field.tsx';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Facts } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { Badge, None, Verdict } from '../../components/values/verdict.tsx';
import { shortId } from '../../lib/format.ts';
import { issuerRows, type IssuerRow } from './issuer-rows.ts';
import styles from './custody.module.css';

type Asset = SimulatedAmp2['assets'][number];
type Deed = Args<'sandbox.amp2Do'>;

/** The issuer of the simulated world's AMP2 assets: whom it admits, what it forbids, what it sees of holders. */
export function SimulatedIssuer(): ReactElement {
  const issuer = useAsk('sandbox.amp2', {}, { every: 10_000 });
  const wallets = useAsk('custody.wallets', {});
  return (
    <Section
      title="Simulated AMP2 issuer"
      actions={<Badge of="good">Simulated</Badge>}
      note="Not a real issuer: a program of the simulated world. What an issuer would decide about its assets, you decide here."
    >
      <Answer of={issuer} lines={6}>
        {(shown) => (
          <>
            <Facts
              facts={[
                ['Server key', <IdText key="k" id={shown.serverKey} what="server key" whole />],
                ['Registered wallets', String(shown.wallets.length)],
              ]}
            />
            {shown.assets.map((asset) => (
              <IssuedAsset
                key={asset.assetId}
                asset={asset}
                rows={issuerRows(shown, asset, wallets.data?.wallets ?? [])}
              />
            ))}
            {shown.assets.length === 0 && <Empty>This simulated issuer has no AMP2 asset.</Empty>}
          </>
        )}
      </Answer>
    </Section>
  );
}

function IssuedAsset({ asset, rows }: { asset: Asset; rows: readonly IssuerRow[] }): ReactElement {
  const deed = useCommand('sandbox.amp2Do');
  const [cap, setCap] = useState<Amount | undefined>(undefined);
  const act = (args: Deed): void => deed.mutate(args);
  const { assetId, locked } = asset;
  return (
    <Section
      title={`${asset.name} (${asset.ticker})`}
      level={3}
      note={`Only members of the group “${asset.group}” may hold it.`}
      actions={
        <Button
          size="small"
          icon="lock"
          isPending={deed.isPending}
          aria-label={`${locked ? 'Unlock' : 'Lock'} ${asset.ticker}`}
          onPress={() => act({ action: locked ? 'unlock' : 'lock', assetId })}
        >
          {locked ? 'Unlock asset' : 'Lock asset'}
        </Button>
      }
    >
      <p>
        {locked ? (
          <Verdict of="attention">Locked: the server cosigns no transfer of it.</Verdict>
        ) : (
          <Verdict of="good">Not locked.</Verdict>
        )}
      </p>
      <DataTable<IssuerRow>
        inside
        label={`Wallets and ${asset.ticker}`}
        columns={columns(asset, act)}
        source={localSource(rows)}
        rowKey={(row) => row.wid ?? ''}
        passive
        empty={<Empty>No wallet is registered with the AMP2 server yet.</Empty>}
      />
      <form
        className={styles.row}
        aria-label={`Transfer cap of ${asset.ticker}`}
        onSubmit={(event) => {
          event.preventDefault();
          if (cap !== undefined) act({ action: 'cap', assetId, amount: cap });
        }}
      >
        <AmountField
          label={`Most that one transfer of ${asset.ticker} may move`}
          precision={asset.precision}
          ticker={asset.ticker}
          initial={asset.cap ?? undefined}
          onChange={setCap}
        />
        <Button type="submit" isDisabled={cap === undefined}>
          Set cap
        </Button>
        {asset.cap !== null && (
          <Button onPress={() => act({ action: 'cap', assetId, amount: ZERO })}>
            {`Take cap of ${asset.ticker} away`}
          </Button>
        )}
      </form>
      {asset.cap !== null && (
        <p className={styles.help}>
          One transfer may move at most{' '}
          <AmountText value={asset.cap} precision={asset.precision} ticker={asset.ticker} focusable />.
        </p>
      )}
      {deed.error && <FailureNote error={deed.error} />}
    </Section>
  );
}

function columns(asset: Asset, act: (deed: Deed) => void): readonly Column<IssuerRow>[] {
  return [
    {
      id: 'wallet',
      header: 'Wallet',
      width: 'minmax(12rem, 1.4fr)',
      cell: ({ wid, wallet }) => <Whose wid={wid} wallet={wallet} />,
    },
    {
      id: 'member',
      header: 'Group',
      width: '8rem',
      cell: ({ wid, member }) =>
        wid === null ? <None /> : member ? <Verdict of="good">Member</Verdict> : <None>Not a member</None>,
    },
    {
      id: 'amount',
      header: 'Holds',
      width: 'minmax(10rem, 1fr)',
      align: 'end',
      cell: ({ amount }) => <AmountText value={amount} precision={asset.precision} ticker={asset.ticker} />,
    },
    {
      id: 'act',
      header: 'Decide',
      width: '8rem',
      cell: ({ wid, member, wallet }) =>
        wid !== null && (
          <Button
            size="small"
            aria-label={`${member ? 'Put out' : 'Admit'} ${wallet?.name ?? shortId(wid)}`}
            onPress={() => act({ action: member ? 'remove' : 'admit', assetId: asset.assetId, wid })}
          >
            {member ? 'Put out' : 'Admit'}
          </Button>
        ),
    },
  ];
}

function Whose({ wid, wallet }: { wid: string | null; wallet: CustodyWallet | undefined }): ReactElement {
  if (wid === null) return <None>Outside registered wallets</None>;
  if (!wallet) return <IdText id={wid} what="wallet id" button={false} />;
  return (
    <Link to="/custody/$walletId" params={{ walletId: wallet.id }} data-tip={wid}>
      {wallet.name}
    </Link>
  );
}

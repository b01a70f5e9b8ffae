import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { CustodyAsset, Result } from '../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { localSource } from '../../bridge/windowed.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Facts } from '../../components/layout/facts.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Section } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { figureTrack, type Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { PURPOSES } from '../../lib/custody-words.ts';
import { formatAmount } from '../../lib/format.ts';

type Holding = Result<'custody.overview'>['assets'][number];
type Part = Holding['wallets'][number];

interface AssetDrawerProps {
  assetId: string;
  onClose: () => void;
}

const KNOWN_FROM: Record<CustodyAsset['kind'], string> = {
  lbtc: 'The policy asset of the network, in which fees are paid',
  amp: 'AMP’s registers',
  named: 'A name that was entered here',
  unknown: 'Nowhere: no register of this desk knows it',
};

/** One asset over all wallets: which of them hold how much of it, and what it is called. */
export function AssetDrawer({ assetId, onClose }: AssetDrawerProps): ReactElement {
  const overview = useAsk('custody.overview', {});
  const holding = overview.data?.assets.find(({ asset }) => asset.assetId === assetId);
  return (
    <Drawer
      wide
      title={holding?.asset.name ?? 'Asset'}
      note={holding?.asset.ticker ?? undefined}
      onClose={onClose}
    >
      <Answer of={overview}>
        {() => (holding ? <Shown holding={holding} /> : <Empty>No wallet holds this asset any more.</Empty>)}
      </Answer>
    </Drawer>
  );
}

function Shown({ holding }: { holding: Holding }): ReactElement {
  const { asset, confirmed, pending, wallets } = holding;
  return (
    <>
      <Facts
        facts={[
          [
            'Confirmed',
            <AmountText
              key="c"
              value={confirmed}
              precision={asset.precision}
              ticker={asset.ticker}
              focusable
            />,
          ],
          [
            'Pending',
            <AmountText
              key="p"
              value={pending}
              precision={asset.precision}
              ticker={asset.ticker}
              focusable
            />,
          ],
          ['Asset id', <IdText key="id" id={asset.assetId} what="asset id" whole />],
          ['Known from', KNOWN_FROM[asset.kind]],
        ]}
      />
      <Section title="Wallets that hold it" level={3}>
        <DataTable<Part>
          inside
          label="Wallets that hold it"
          columns={partColumns(holding)}
          source={localSource([...wallets].sort((a, b) => (a.amount < b.amount ? 1 : -1)))}
          rowKey={(part) => part.walletId}
          empty={<Empty>No wallet holds it any more.</Empty>}
        />
      </Section>
      {(asset.kind === 'named' || asset.kind === 'unknown') && (
        <NameAsset key={asset.assetId} asset={asset} />
      )}
    </>
  );
}

function partColumns({ asset, confirmed }: Holding): readonly Column<Part>[] {
  return [
    {
      id: 'wallet',
      header: 'Wallet',
      width: 'minmax(10rem, 1fr)',
      cell: (part) => (
        <Link
          to="/custody/$walletId"
          params={{ walletId: part.walletId }}
          search={{ tab: 'history', asset: asset.assetId }}
          data-row-link=""
        >
          {part.name}
        </Link>
      ),
    },
    { id: 'purpose', header: 'Purpose', width: '6rem', cell: (part) => PURPOSES[part.purpose].name },
    {
      id: 'amount',
      header: 'Amount',
      width: figureTrack([`${formatAmount(confirmed, asset.precision)} ${asset.ticker ?? ''}`]),
      align: 'end',
      cell: (part) => <AmountText value={part.amount} precision={asset.precision} ticker={asset.ticker} />,
    },
  ];
}

/** What an asset is called here which no register knows; its precision decides how its amounts are read. */
function NameAsset({ asset }: { asset: CustodyAsset }): ReactElement {
  const save = useCommand('custody.nameAsset');
  const [name, setName] = useState(asset.kind === 'named' ? asset.name : '');
  const [ticker, setTicker] = useState(asset.ticker ?? '');
  const [precision, setPrecision] = useState(String(asset.precision));
  const [problems, setProblems] = useState<FieldProblems>({});
  const submit = (): void => {
    const args = {
      assetId: asset.assetId,
      name,
      ticker,
      precision: /^\d$/.test(precision) ? Number(precision) : -1,
    };
    const found = checkArgs('custody.nameAsset', args);
    setProblems({
      ...found,
      ...(found['precision'] === undefined ? {} : { precision: 'A whole number from 0 to 8.' }),
    });
    if (Object.keys(found).length > 0) return;
    save.mutate(args, { onSuccess: (named) => notify(`The asset is called ${named.name} here`) });
  };
  return (
    <Section
      title="Name"
      note="The precision changes how figures are written and read, never what is held. Take it from the issuer."
      level={3}
    >
      <Form
        label="Name of the asset"
        onSubmit={submit}
        error={save.error}
        actions={
          <Button type="submit" tone="primary" isPending={save.isPending}>
            Save name
          </Button>
        }
      >
        <TextField label="Name" value={name} onChange={setName} error={problems['name']} />
        <TextField label="Ticker" value={ticker} onChange={setTicker} error={problems['ticker']} mono />
        <TextField
          label="Decimal places"
          inputMode="numeric"
          value={precision}
          onChange={setPrecision}
          error={problems['precision']}
          mono
        />
      </Form>
    </Section>
  );
}

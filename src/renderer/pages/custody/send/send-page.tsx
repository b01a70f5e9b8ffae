import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Args, CustodyWallet } from '../../../../shared/contract/index.ts';
import { amount, MAX_AMOUNT, type Amount } from '../../../../shared/money.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { Button } from '../../../components/controls/button.tsx';
import { Checkbox } from '../../../components/controls/choices.tsx';
import { Select } from '../../../components/controls/select.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { Page } from '../../../components/layout/page.tsx';
import { free, mainFirst } from '../../../lib/custody-words.ts';
import { formatAmount } from '../../../lib/format.ts';
import { CoinChoice } from './coin-choice.tsx';
import { draft, draftProblems, recipientsOf, type Draft } from './drafts.ts';
import { paymentReader } from './payment-reader.ts';
import { RecipientList } from './recipient-list.tsx';
import styles from '../custody.module.css';

const route = getRouteApi('/custody/$walletId/send');

/** A payment from a custody wallet, as far as it can be prepared without a signature. */
export function SendPage(): ReactElement {
  const { walletId } = route.useParams();
  const wallet = useAsk('custody.wallet', { id: walletId });
  return (
    <Page
      narrow
      title="Send"
      crumb={
        <>
          <Link to="/custody">Custody</Link> /{' '}
          <Link to="/custody/$walletId" params={{ walletId }}>
            {wallet.data?.name ?? 'Wallet'}
          </Link>
        </>
      }
      sentence="Coins, change and fee are worked out next. Nothing is signed before you have read it."
    >
      <Answer of={wallet} lines={8}>
        {(shown) => <Prepare key={walletId} wallet={shown} />}
      </Answer>
    </Page>
  );
}

function Prepare({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const given = route.useSearch();
  const navigate = useNavigate();
  const prepare = useCommand('custody.prepare');
  const wallets = useAsk('custody.wallets', {});
  const sorted = mainFirst(wallet.balances);
  const [chosen, setAssetId] = useState(given.asset);
  const assetId = chosen ?? sorted[0]?.asset.assetId;
  const [drafts, setDrafts] = useState<readonly Draft[]>(() => [
    draft(1, given.to ?? '', amountIn(given.amount), given.label ?? ''),
  ]);
  const [everything, setEverything] = useState(false);
  const [title, setTitle] = useState('');
  const [coins, setCoins] = useState<ReadonlySet<string>>(() => new Set(given.coins));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const balance = sorted.find(({ asset }) => asset.assetId === assetId);
  const available = balance && free(balance);

  const change = (key: number, how: (before: Draft) => Draft): void =>
    setDrafts((before) => before.map((each) => (each.key === key ? how(each) : each)));
  const read = paymentReader(change, setAssetId);
  const submit = (): void => {
    const found = draftProblems(drafts, balance?.asset, coins.size > 0 ? undefined : available, everything);
    setProblems(found);
    if (Object.keys(found).length > 0 || !balance) return;
    const args: Args<'custody.prepare'> = {
      walletId: wallet.id,
      assetId: balance.asset.assetId,
      recipients: recipientsOf(drafts, everything ? free(balance) : undefined),
      ...(everything ? { everything } : {}),
      ...(coins.size === 0 ? {} : { coins: [...coins].map(coinOf) }),
      ...(title.trim() === '' ? {} : { title }),
    };
    prepare.mutate(args, {
      onSuccess: ({ id }) => void navigate({ to: '/custody/spends/$spendId', params: { spendId: id } }),
    });
  };

  if (wallet.key.kind === 'none') {
    return <Empty>This wallet is only watched here: its key is elsewhere, and nothing can be sent.</Empty>;
  }
  if (sorted.length === 0) {
    return (
      <Empty
        action={
          <Link to="/custody/$walletId" params={{ walletId: wallet.id }} search={{ tab: 'receive' }}>
            Show an address
          </Link>
        }
      >
        This wallet holds nothing that could be sent.
      </Empty>
    );
  }
  return (
    <Form
      label="Send"
      onSubmit={submit}
      error={prepare.error}
      problems={[problems['total'], problems['everything']].filter((each) => each !== undefined)}
      actions={
        <Button type="submit" tone="primary" isPending={prepare.isPending}>
          Prepare payment
        </Button>
      }
    >
      <Select
        label="Asset"
        options={sorted.map((row) => ({
          key: row.asset.assetId,
          label: row.asset.ticker === null ? row.asset.name : `${row.asset.ticker}, ${row.asset.name}`,
          note: `${formatAmount(free(row), row.asset.precision)} free`,
        }))}
        value={balance?.asset.assetId}
        onChange={setAssetId}
        error={
          problems['asset'] ??
          (assetId !== undefined && !balance
            ? 'This wallet holds nothing of the asset that was asked for.'
            : undefined)
        }
        help={
          balance &&
          `${formatAmount(free(balance), balance.asset.precision)} ${balance.asset.ticker ?? balance.asset.name} free. The fee is paid in L-BTC of this wallet.`
        }
      />
      <RecipientList
        drafts={drafts}
        onDraft={change}
        onDrafts={setDrafts}
        asset={balance?.asset}
        problems={problems}
        onRead={(key, text) => void read(key, text)}
        ownWallets={(wallets.data?.wallets ?? []).filter(({ id }) => id !== wallet.id)}
        everything={everything}
      />
      <Checkbox
        isSelected={everything}
        onChange={setEverything}
        isDisabled={drafts.length > 1}
        help={
          balance?.asset.kind === 'lbtc'
            ? 'All L-BTC that is free, less the fee.'
            : 'All that is free of this asset, to the one recipient.'
        }
      >
        Send everything
      </Checkbox>
      <CoinChoice wallet={wallet} chosen={coins} onChange={setCoins} />
      <TextField
        label="Title"
        value={title}
        onChange={setTitle}
        help="What this payment is, for the list and for the signer. It can be left empty."
      />
      <p className={styles.help}>Preparing holds the coins until the payment is sent or cancelled.</p>
    </Form>
  );
}

/** Base units from the page's address, where they make sense. */
function amountIn(text: string | undefined): Amount | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value > 0n && value <= MAX_AMOUNT ? amount(value) : undefined;
}

function coinOf(key: string): { txid: string; vout: number } {
  const [txid = '', vout = ''] = key.split(':');
  return { txid, vout: Number(vout) };
}

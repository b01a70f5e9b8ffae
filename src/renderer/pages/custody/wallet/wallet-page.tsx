import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CustodyWallet } from '../../../../shared/contract/index.ts';
import { ZERO } from '../../../../shared/money.ts';
import type { WalletTab } from '../../../app/searches.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { Button, buttonClass } from '../../../components/controls/button.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Banner, KeyFigures } from '../../../components/layout/facts.tsx';
import { Page } from '../../../components/layout/page.tsx';
import { LinkTabs } from '../../../components/layout/tabs.tsx';
import { AmountText } from '../../../components/values/amount-text.tsx';
import { TimeText } from '../../../components/values/time-text.tsx';
import { Badge, None, Verdict } from '../../../components/values/verdict.tsx';
import { KEY_WORDS, KIND_NAMES, PURPOSES } from '../../../lib/custody-words.ts';
import { formatCount } from '../../../lib/format.ts';
import { BalancesTab } from './balances-tab.tsx';
import { CoinsTab } from './coins-tab.tsx';
import { EntryDrawer } from './entry-drawer.tsx';
import { HistoryTab } from './history-tab.tsx';
import { ReceiveTab } from './receive-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import styles from '../custody.module.css';

const route = getRouteApi('/custody/$walletId');

const TABS: Record<WalletTab, string> = {
  balances: 'Balances',
  receive: 'Receive',
  history: 'History',
  coins: 'Coins',
  settings: 'Settings',
};

/** One custody wallet. */
export function WalletPage(): ReactElement {
  const { walletId } = route.useParams();
  const wallet = useAsk('custody.wallet', { id: walletId }, { every: 15_000 });
  if (wallet.data) return <Shown key={walletId} wallet={wallet.data} />;
  return (
    <Page title="Wallet" crumb={<Link to="/custody">Custody</Link>}>
      <Answer of={wallet} lines={8}>
        {() => null}
      </Answer>
    </Page>
  );
}

function Shown({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const { tab = 'balances', tx, ...look } = route.useSearch();
  const navigate = route.useNavigate();
  const scan = useCommand('custody.scan');
  const lbtc = wallet.balances.find(({ asset }) => asset.kind === 'lbtc');
  return (
    <Page
      title={wallet.name}
      crumb={<Link to="/custody">Custody</Link>}
      badge={
        <>
          <Badge>{KIND_NAMES[wallet.kind]}</Badge> {wallet.archived && <Badge>Archived</Badge>}
        </>
      }
      sentence={
        <div className={styles.state} role="status">
          <Verdict of={wallet.verdict}>{wallet.sentence}</Verdict>
        </div>
      }
      actions={
        <>
          <Button
            icon="refresh"
            isPending={scan.isPending || wallet.scanning}
            onPress={() => scan.mutate({ id: wallet.id })}
          >
            Look at the chain
          </Button>
          {wallet.key.kind !== 'none' && (
            <Link
              to="/custody/$walletId/send"
              params={{ walletId: wallet.id }}
              className={buttonClass('primary')}
            >
              Send
            </Link>
          )}
        </>
      }
      drawer={
        tx !== undefined && (
          <EntryDrawer
            wallet={wallet}
            txid={tx}
            onClose={() => void navigate({ search: { ...look, tab } })}
          />
        )
      }
    >
      {(wallet.verdict === 'attention' || wallet.verdict === 'wrong') && wallet.next !== '' && (
        <Banner of={wallet.verdict} title={wallet.next} />
      )}
      {scan.error && <FailureNote error={scan.error} />}
      <KeyFigures
        label="This wallet"
        figures={[
          ['Purpose', PURPOSES[wallet.purpose].name, wallet.owner === '' ? undefined : wallet.owner],
          ['Our key', keyWords(wallet), wallet.key.fingerprint ?? undefined],
          [
            'Scanned',
            wallet.scannedAt === null ? (
              <None>Not yet</None>
            ) : (
              <TimeText key="s" at={wallet.scannedAt} focusable />
            ),
            wallet.scannedTo === null ? undefined : `to block ${formatCount(wallet.scannedTo)}`,
          ],
          [
            'L-BTC for fees',
            <Verdict key="f" of={wallet.fees.verdict}>
              <AmountText value={lbtc?.confirmed ?? ZERO} precision={8} focusable />
            </Verdict>,
            wallet.fees.verdict === 'good' ? undefined : wallet.fees.sentence,
          ],
        ]}
      />
      <LinkTabs label={wallet.name}>
        {(Object.keys(TABS) as WalletTab[]).map((key) => (
          <Link
            key={key}
            to="/custody/$walletId"
            params={{ walletId: wallet.id }}
            search={{ tab: key }}
            aria-current={tab === key ? 'page' : undefined}
            activeProps={{ 'aria-current': tab === key ? 'page' : undefined }}
          >
            {TABS[key]}
          </Link>
        ))}
      </LinkTabs>
      {tab === 'balances' && <BalancesTab wallet={wallet} />}
      {tab === 'receive' && <ReceiveTab wallet={wallet} />}
      {tab === 'history' && (
        <HistoryTab
          wallet={wallet}
          look={look}
          openTx={tx}
          onLook={(next) => void navigate({ search: { tab, ...next }, replace: true })}
        />
      )}
      {tab === 'coins' && <CoinsTab wallet={wallet} assetId={look.asset} />}
      {tab === 'settings' && <SettingsTab wallet={wallet} />}
    </Page>
  );
}

function keyWords({ key }: CustodyWallet): string {
  return key.kind === 'signer' && key.peerName !== null ? `At ${key.peerName}` : KEY_WORDS[key.kind];
}

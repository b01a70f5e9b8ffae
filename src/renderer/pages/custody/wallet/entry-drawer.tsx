import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { CustodyWallet, Result } from '../../../../shared/contract/index.ts';
import { useAsk } from '../../../bridge/hooks.ts';
import { Answer } from '../../../components/layout/answer.tsx';
import { Facts, type Fact } from '../../../components/layout/facts.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { Drawer } from '../../../components/overlay/drawer.tsx';
import { AmountText } from '../../../components/values/amount-text.tsx';
import { IdText } from '../../../components/values/id-text.tsx';
import { TimeText } from '../../../components/values/time-text.tsx';
import { Badge, None, Verdict } from '../../../components/values/verdict.tsx';
import { mainFirst } from '../../../lib/custody-words.ts';
import { counted, formatCount, shortId } from '../../../lib/format.ts';
import { entryWord } from '../entry-words.ts';
import { LabelCell } from './label-cell.tsx';
import styles from '../custody.module.css';

type Entry = Result<'custody.entry'>;

interface EntryDrawerProps {
  wallet: CustodyWallet;
  txid: string;
  onClose: () => void;
}

/** One transaction: what it did to the wallet, and its outputs as far as the wallet can open them. */
export function EntryDrawer({ wallet, txid, onClose }: EntryDrawerProps): ReactElement {
  const entry = useAsk('custody.entry', { id: wallet.id, txid });
  return (
    <Drawer
      wide
      title={entry.data ? `${entryWord(entry.data.type)}, ${shortId(txid)}` : shortId(txid)}
      note={wallet.name}
      onClose={onClose}
    >
      <Answer of={entry} lines={8}>
        {(shown) => <Shown wallet={wallet} entry={shown} />}
      </Answer>
    </Drawer>
  );
}

function Shown({ wallet, entry }: { wallet: CustodyWallet; entry: Entry }): ReactElement {
  const facts: Fact[] = [
    ['Transaction', <IdText key="t" id={entry.txid} what="transaction id" whole />],
    ...mainFirst(entry.effects).map(({ asset, amount }): Fact => [
      `Effect in ${asset.ticker ?? asset.name}`,
      <AmountText
        key="a"
        value={amount}
        precision={asset.precision}
        ticker={asset.ticker}
        signed
        focusable
      />,
    ]),
    ['Fee', <AmountText key="f" value={entry.fee} precision={8} ticker="L-BTC" focusable />],
    [
      'Block',
      entry.height === null ? (
        <Verdict of="waiting">Not in a block yet</Verdict>
      ) : (
        `${formatCount(entry.height)}, ${counted(entry.confirmations, 'confirmation')}`
      ),
    ],
    ['When', entry.time === null ? <None /> : <TimeText key="w" at={entry.time} look="absolute" />],
    [
      'Label',
      <LabelCell
        key="l"
        walletId={wallet.id}
        type="tx"
        reference={entry.txid}
        label={entry.label}
        what="this transaction"
      />,
    ],
  ];
  return (
    <>
      <Facts facts={facts} />
      <div className={styles.row}>
        {entry.spendId !== null && (
          <Link to="/custody/spends/$spendId" params={{ spendId: entry.spendId }}>
            Open payment
          </Link>
        )}
        {entry.unblindedUrl !== null && (
          <a href={entry.unblindedUrl} target="_blank" rel="noreferrer noopener">
            Open unblinded in the explorer
          </a>
        )}
      </div>
      {entry.unblindedUrl !== null && (
        <p className={styles.help}>
          The unblinded link shows amounts and assets of this wallet’s outputs to whoever has it.
        </p>
      )}
      <Section title="Outputs" level={3}>
        <ul className={styles.outputs} aria-label="Outputs">
          {entry.outputs.map((output) => (
            <li key={output.vout}>
              <span className={styles.line}>
                <strong>Output {formatCount(output.vout)}</strong>
                {output.own && <Badge of="good">This wallet</Badge>}
                {output.asset === null || output.amount === null ? (
                  <None>Confidential: not ours to open</None>
                ) : (
                  <AmountText
                    value={output.amount}
                    precision={output.asset.precision}
                    ticker={output.asset.ticker ?? output.asset.name}
                    focusable
                  />
                )}
              </span>
              {output.address !== null && <IdText id={output.address} what="address" whole />}
              {output.own && (
                <LabelCell
                  walletId={wallet.id}
                  type="output"
                  reference={`${entry.txid}:${output.vout}`}
                  label={output.label}
                  what={`output ${output.vout}`}
                />
              )}
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

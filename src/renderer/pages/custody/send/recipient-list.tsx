import type { ReactElement } from 'react';
import type { CustodyAsset } from '../../../../shared/contract/index.ts';
import { asBridgeError } from '../../../bridge/bridge-error.ts';
import { call } from '../../../bridge/call.ts';
import { AmountField } from '../../../components/controls/amount-field.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { MenuButton } from '../../../components/controls/menu-button.tsx';
import { TextField } from '../../../components/controls/text-field.tsx';
import { notify } from '../../../components/overlay/notices.ts';
import { draft, looksPasted, type Draft } from './drafts.ts';
import styles from '../custody.module.css';

const MOST = 60;

interface RecipientListProps {
  drafts: readonly Draft[];
  /** Changes one recipient, from whatever it is by then. */
  onDraft: (key: number, change: (before: Draft) => Draft) => void;
  onDrafts: (drafts: readonly Draft[]) => void;
  asset: Pick<CustodyAsset, 'assetId' | 'precision' | 'ticker' | 'kind'> | undefined;
  problems: Readonly<Record<string, string>>;
  /** Finds out what an address or a payment link means. */
  onRead: (key: number, text: string) => void;
  /** Wallets of ours that can be paid by name. */
  ownWallets: readonly { id: string; name: string }[];
  /** All of the asset goes to the one recipient: no amount is asked for. */
  everything?: boolean;
}

/** Whom to pay, and how much each. */
export function RecipientList(props: RecipientListProps): ReactElement {
  const { drafts, onDrafts } = props;
  return (
    <fieldset className={styles.recipients}>
      <legend>{drafts.length === 1 ? 'Recipient' : 'Recipients'}</legend>
      {drafts.map((each, index) => (
        <Recipient key={each.key} {...props} value={each} number={index + 1} />
      ))}
      <div>
        <Button
          icon="plus"
          isDisabled={drafts.length >= MOST || props.everything === true}
          onPress={() => onDrafts([...drafts, draft(Math.max(...drafts.map(({ key }) => key)) + 1)])}
        >
          Add recipient
        </Button>
      </div>
    </fieldset>
  );
}

interface RecipientProps extends RecipientListProps {
  value: Draft;
  number: number;
}

function Recipient(props: RecipientProps): ReactElement {
  const { value, number, drafts, onDraft, onDrafts, asset, problems, onRead, ownWallets, everything } = props;
  const { key } = value;
  const several = drafts.length > 1;
  const named = (what: string): string => (several ? `${what} of recipient ${number}` : what);
  const set = (change: Partial<Draft>): void => onDraft(key, (before) => ({ ...before, ...change }));
  const payOwn = async (wallet: { id: string; name: string }): Promise<void> => {
    try {
      const { address } = await call('custody.newAddress', { id: wallet.id });
      onDraft(key, (before) => ({
        ...before,
        to: address,
        label: before.label === '' ? wallet.name : before.label,
        ownWallet: wallet.name,
        refusal: undefined,
      }));
    } catch (reason) {
      notify(asBridgeError('custody.newAddress', reason).message, 'wrong');
    }
  };
  return (
    <div className={styles.recipient} role="group" aria-label={`Recipient ${number}`}>
      <TextField
        label={named('Address or payment link')}
        value={value.to}
        onChange={(to) => {
          set({ to, refusal: undefined, ownWallet: undefined });
          if (looksPasted(value.to, to)) onRead(key, to);
        }}
        onBlur={() => {
          if (value.to.trim() !== '' && value.ownWallet === undefined) onRead(key, value.to);
        }}
        error={value.refusal ?? problems[`to.${key}`]}
        help={
          value.ownWallet === undefined
            ? 'A confidential address: amount and asset stay hidden from everybody else.'
            : `An address of your wallet ${value.ownWallet}.`
        }
        mono
      />
      {ownWallets.length > 0 && (
        <div>
          <MenuButton
            label={named('Own wallet')}
            entries={ownWallets.map((wallet) => ({
              key: wallet.id,
              label: wallet.name,
              run: () => void payOwn(wallet),
            }))}
          />
        </div>
      )}
      {everything !== true && (
        <AmountField
          key={`${asset?.assetId ?? ''} ${value.filled}`}
          label={named('Amount')}
          precision={asset?.precision ?? 8}
          ticker={asset?.ticker ?? null}
          bitcoin={asset?.kind === 'lbtc'}
          initial={value.amount}
          onChange={(amount) => set({ amount })}
          error={problems[`amount.${key}`]}
        />
      )}
      <TextField
        label={named('Label')}
        value={value.label}
        onChange={(label) => set({ label })}
        help="Who it is, for your own records. It can be left empty."
      />
      {several && (
        <div>
          <Button
            tone="quiet"
            icon="trash"
            onPress={() => onDrafts(drafts.filter((other) => other.key !== key))}
          >
            {`Take recipient ${number} away`}
          </Button>
        </div>
      )}
    </div>
  );
}

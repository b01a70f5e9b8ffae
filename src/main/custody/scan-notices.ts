import type { SluiceError } from '../../shared/errors.ts';
import type { CustodyWallet } from '../../shared/contract/index.ts';
import type { WatchedTransaction } from '../liquid/index.ts';
import type { Assets } from './assets.ts';
import type { Notices } from './notices.ts';
import type { Changes } from './projection.ts';
import type { StoredWallet } from './records.ts';
import type { SpendsPort } from './types.ts';

/** What a scan found, as far as a person should hear of it. Everything is called inside `store.tx` but `before`. */
export interface ScanNotices {
  before(wallet: StoredWallet): CustodyWallet['fees']['verdict'];
  /** @param wallet as it was before the scan */
  after(wallet: StoredWallet, changes: Changes, before: CustodyWallet['fees']['verdict']): void;
  failing(wallet: StoredWallet, error: Pick<SluiceError, 'message'>): void;
}

export function createScanNotices(deps: {
  notices: Notices;
  assets: Assets;
  fees: (wallet: StoredWallet) => CustodyWallet['fees'];
  spends: () => SpendsPort;
}): ScanNotices {
  const { notices, assets } = deps;

  function received(transaction: WatchedTransaction): string {
    return transaction.effects
      .filter(({ value }) => value > 0n)
      .map(({ assetId, value }) => assets.inWords(assetId, value))
      .join(' and ');
  }

  function arrival(wallet: StoredWallet, transaction: WatchedTransaction): void {
    const { txid, type, height } = transaction;
    if (deps.spends().spendOf(txid) !== null) return;
    if (type === 'incoming') {
      notices.add({
        walletId: wallet.id,
        verdict: height === null ? 'waiting' : 'good',
        text: `“${wallet.name}” received ${received(transaction)}${height === null ? ', not confirmed yet' : ''}.`,
        txid,
      });
    } else if (type === 'outgoing') {
      notices.add({
        walletId: wallet.id,
        verdict: 'attention',
        text: `A payment left “${wallet.name}” that was not made at this desk.`,
        txid,
      });
    }
  }

  return {
    before: (wallet) => deps.fees(wallet).verdict,
    after(wallet, changes, before) {
      // What a wallet had before it was taken up here is no news.
      if (wallet.scannedAt === null && wallet.birthday === 0) return;
      for (const transaction of changes.added) arrival(wallet, transaction);
      for (const transaction of changes.confirmed) {
        if (transaction.type !== 'incoming') continue;
        notices.add({
          walletId: wallet.id,
          verdict: 'good',
          text: `${received(transaction)} in “${wallet.name}” is confirmed.`,
          txid: transaction.txid,
        });
      }
      for (const txid of changes.gone) {
        if (deps.spends().spendOf(txid) !== null) continue;
        notices.add({
          walletId: wallet.id,
          verdict: 'attention',
          text: `A transaction that “${wallet.name}” had seen is not on the chain any more.`,
          txid,
        });
      }
      const now = deps.fees(wallet);
      if (now.verdict === 'attention' && before !== 'attention') {
        notices.add({ walletId: wallet.id, verdict: 'attention', text: `“${wallet.name}”: ${now.sentence}` });
      }
    },
    failing(wallet, { message }) {
      notices.add({
        walletId: wallet.id,
        verdict: 'attention',
        text: `“${wallet.name}” could not look at the chain: ${message}`,
      });
    },
  };
}

import type { CustodyWallet, WalletKind } from '../../../shared/contract/index.ts';
import type { Purpose } from '../../lib/custody-words.ts';

/** How the list of wallets is looked at; part of the page's address. */
export interface WalletLook {
  search?: string | undefined;
  kind?: WalletKind | undefined;
  purpose?: Purpose | undefined;
  archived?: boolean | undefined;
  open?: boolean | undefined;
}

/** Whether a wallet is among those that are looked for: by name, owner, AMP ID or wallet id. */
export function matchesLook(
  wallet: Pick<CustodyWallet, 'name' | 'owner' | 'ampId' | 'wid' | 'kind' | 'purpose' | 'archived'>,
  look: WalletLook,
): boolean {
  if (wallet.archived !== (look.archived === true)) return false;
  if (look.kind !== undefined && wallet.kind !== look.kind) return false;
  if (look.purpose !== undefined && wallet.purpose !== look.purpose) return false;
  const text = `${wallet.name} ${wallet.owner} ${wallet.ampId ?? ''} ${wallet.wid}`.toLowerCase();
  return (look.search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
}

import type { CustodyServices } from '../../shared/contract/index.ts';
import type { Assets } from './assets.ts';
import type { ChainFacts } from './chain-facts.ts';
import type { CustodyDeps } from './deps.ts';
import type { GivingOut } from './giving-out.ts';
import type { Labels } from './labels.ts';
import type { Ledger } from './ledger.ts';
import type { Notices } from './notices.ts';
import type { Places } from './places.ts';
import type { Records, StoredWallet } from './records.ts';
import type { Services } from './services.ts';
import type { WalletsPort } from './types.ts';
import type { WalletSecrets } from './wallet-secrets.ts';
import type { WalletState } from './wallet-state.ts';

export interface PortDeps extends Pick<CustodyDeps, 'network'> {
  records: Records;
  ledger: Ledger;
  places: Places;
  labels: Labels;
  notices: Notices;
  assets: Assets;
  facts: ChainFacts;
  services: Services;
  settings: () => CustodyServices;
  secrets: WalletSecrets;
  state: WalletState;
  givingOut: GivingOut;
  scanSoon: (id: string) => void;
}

/** What spends need of the wallets' side. */
export function createPort(deps: PortDeps): WalletsPort {
  const { records, ledger, places, labels, state, facts } = deps;
  return {
    network: deps.network,
    policyAsset: () => facts.policyAsset(),
    genesisHash: () => facts.genesisHash(),
    services: () => Promise.resolve(deps.settings()),
    chain: () => Promise.resolve(deps.services.chain()),
    record: (id) => records.get(id),
    byPolicyId: (policyId) => records.byPolicyId(policyId),
    policy: state.policy,
    watched: state.watched,
    updates: state.updates,
    blinding: state.blinding,
    seed: (id) => deps.secrets.seed(id),
    coins: (id) => ledger.coins(id),
    transaction: (txid) => ledger.transaction(txid),
    changePlace: (id) => deps.givingOut.next(records.get(id), 'change'),
    ownerOf,
    asset: (assetId) => deps.assets.of(assetId),
    label: (walletId, type, ref, label) => labels.offer(walletId, { type, ref, label }),
    notice: (what) => deps.notices.add(what),
    scanSoon: deps.scanSoon,
    confirmations(walletId, txid) {
      const height = ledger.height(walletId, txid);
      if (height === undefined) return null;
      return confirmations(records.get(walletId), height);
    },
  };

  function ownerOf(script: string): StoredWallet | null {
    const id = places.find(script)?.walletId ?? ledger.walletOf(script);
    return id === null ? null : records.find(id);
  }
}

/** As of the last scan. A block that came while it went on is above its tip, and confirms all the same. */
export function confirmations({ scannedTo }: Pick<StoredWallet, 'scannedTo'>, height: number | null): number {
  return height === null || scannedTo === null ? 0 : Math.max(1, scannedTo - height + 1);
}

import type { WalletKind } from '../../shared/contract/index.ts';
import type { WalletPolicy } from '../liquid/types.ts';
import type { CustodyWallets } from './custody-wallets.ts';
import type { Treasuries } from './treasuries.ts';

/** A treasury or a custody wallet that this signer signs for, with what only it and the desk know. */
export interface SignerWallet {
  id: string;
  kind: 'treasury' | WalletKind;
  name: string;
  genesisHash: string;
  policyAsset: string;
  policy: WalletPolicy;
  /** Fingerprints of all keys that may sign. */
  signers: readonly string[];
  /** Chains that it has addresses on. */
  chains: readonly (0 | 1)[];
  peerId: string;
  /** Furthest place that was met, over both chains. */
  furthest: number;
}

/** Everything that this signer signs for. */
export interface SignedFor {
  /** Null when it is not known here. SECRET_MISSING when what opens it is gone. */
  find(id: string): Promise<SignerWallet | null>;
  all(): Promise<SignerWallet[]>;
  /** Remembers that places up to this one are in use. */
  met(id: string, index: number): void;
}

export function createSignedFor(treasuries: Treasuries, wallets: CustodyWallets): SignedFor {
  return {
    find: async (id) => (await treasuries.find(id)) ?? (await wallets.find(id)),
    all: async () => [...(await treasuries.all()), ...(await wallets.all())],
    met: (id, index) => treasuries.met(id, index),
  };
}

import type { CustodyServices, Emit, Settings } from '../../shared/contract/index.ts';
import type { Amp0Client, Amp0Endpoint } from '../amp0/types.ts';
import type { Amp2Client, Amp2Endpoint } from '../amp2/types.ts';
import type { Bundles } from '../bundles/index.ts';
import type { Chain, ChainConfig } from '../chain/types.ts';
import type { ElementsNode } from '../elements/types.ts';
import type { Jades } from '../jade/index.ts';
import type { ProfileSecrets } from '../keychain/types.ts';
import type { CustodyKeys, Liquid, LiquidNetwork, Watch } from '../liquid/index.ts';
import type { Store } from '../store/types.ts';

/** What a paired signer offered for custody wallets. */
export interface OfferedCustodyKeys {
  peerId: string;
  fingerprint: string;
  /** What the signer calls its key. */
  name: string;
  single: CustodyKeys['single'];
  amp2: CustodyKeys['amp2'];
  /** Null where the key cannot log in at Green (a Jade). */
  amp0: CustodyKeys['amp0'] | null;
  /** SLIP-77 key that came with the offer. */
  masterBlindingKey: string;
}

export interface CustodyDeps {
  store: Store;
  secrets: ProfileSecrets;
  liquid: Liquid;
  watch: Watch;
  network: LiquidNetwork;
  /** The desk's own node: it tells what L-BTC is on this chain. */
  node: Pick<ElementsNode, 'policyAsset' | 'genesisHash'>;
  bundles: Pick<Bundles, 'post'>;
  jades: Jades;
  openChain: (config: ChainConfig) => Chain;
  amp0Client: (endpoint: Amp0Endpoint) => Amp0Client;
  amp2Client: (endpoint: Amp2Endpoint) => Amp2Client;
  /** The simulated services of a Sandbox; null elsewhere. */
  simulated: (Pick<CustodyServices, 'amp0' | 'amp2'> & { esplora: string }) | null;
  /** An asset as AMP's registers know it; null when they do not. */
  assetOf: (assetId: string) => { name: string; ticker: string | null; precision: number } | null;
  settings: () => Settings;
  /** The newest key that a paired signer offered, or the one with this fingerprint. Throws NOT_FOUND. */
  offeredKeys: (peerId: string, fingerprint?: string) => Promise<OfferedCustodyKeys>;
  /** A CSV text with guarded cells. */
  writeCsv: (headers: readonly string[], rows: readonly (readonly string[])[]) => string;
  clock: () => number;
  emit: Emit;
  checkpoint: (name: string) => void;
  /** For tests: how long is waited between looks at the chain, as a share of the real length. */
  pace?: number | undefined;
}

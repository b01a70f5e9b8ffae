import type { AreaHandlers } from '../../../shared/contract/index.ts';
import type { Amp0Client } from '../../amp0/types.ts';
import type { Amp2Client } from '../../amp2/types.ts';
import type { Receiver } from '../../bundles/index.ts';
import type { CustodyDeps } from '../deps.ts';
import type { SpendsPort, WalletsPort } from '../types.ts';

export interface SpendsDeps extends Pick<
  CustodyDeps,
  'store' | 'liquid' | 'watch' | 'bundles' | 'jades' | 'settings' | 'clock' | 'emit' | 'checkpoint' | 'pace'
> {
  wallets: WalletsPort;
  /** Of the services as they are set now. */
  amp0(): Promise<Amp0Client>;
  /** Throws NOT_ALLOWED while no AMP2 server is entered. */
  amp2(): Promise<Amp2Client>;
}

/** The verbs of the contract that are about spends, and those that show a wallet to who signs for it. */
export type SpendVerb =
  | 'prepare'
  | 'spends'
  | 'spend'
  | 'review'
  | 'reviewRows'
  | 'carryOut'
  | 'request'
  | 'withJade'
  | 'cancel'
  | 'registerOnJade'
  | 'sendWallet';

export interface Spends extends SpendsPort {
  service: Pick<AreaHandlers<'custody'>, SpendVerb>;
  /** Whether a request to a signer is about a spend of a custody wallet. */
  ownsRequest(requestId: string): boolean;
  /** Bundles of the kind `sign-result` that answer such a request. */
  receiveResult: Receiver;
  /** Takes up what was under way. */
  start(): void;
  close(): Promise<void>;
}

import type { Chain } from '../../chain/index.ts';
import type { ProofPool } from '../../crypto/index.ts';
import type { Wallet } from '../wallet.ts';
import type { Wallets } from '../wallets.ts';
import type { Args } from './args.ts';

/** What the methods act on. */
export interface NodeCore {
  chain: Chain;
  pool: ProofPool;
  wallets: Wallets;
  /** The node dies, as the real one does of some requests; whoever asked gets no answer. */
  die: () => never;
}

export interface Call {
  core: NodeCore;
  args: Args;
  /** The wallet of the address the call came to. Throws -18 or -19. */
  wallet: () => Wallet;
}

export interface Method {
  /** Names of the parameters, in their order. */
  params: readonly string[];
  run: (call: Call) => unknown;
}

export type Methods = Readonly<Record<string, Method>>;

export function method(params: readonly string[], run: Method['run']): Method {
  return { params, run };
}

import { NumberText } from './json.ts';
import { Args } from './methods/args.ts';
import { chainMethods } from './methods/chain.ts';
import { issuingMethods } from './methods/issuing.ts';
import { mempoolMethods } from './methods/mempool.ts';
import { psetMethods } from './methods/pset.ts';
import type { Method, NodeCore } from './methods/registry.ts';
import { sendingMethods } from './methods/sending.ts';
import { walletAdminMethods } from './methods/wallet-admin.ts';
import { walletViewMethods } from './methods/wallet-view.ts';
import { RpcError } from './rpc-error.ts';

/** Methods of a wallet, which first looks into what it was paid (the real node's wallets catch up likewise). */
const CATCHING_UP = new Set([
  ...Object.keys(issuingMethods),
  ...Object.keys(sendingMethods),
  ...Object.keys(walletViewMethods),
  'getwalletinfo',
  'walletcreatefundedpsbt',
  'walletprocesspsbt',
  'syncwithvalidationinterfacequeue',
]);

const METHODS = new Map<string, Method>(
  Object.entries({
    ...chainMethods,
    ...issuingMethods,
    ...mempoolMethods,
    ...psetMethods,
    ...sendingMethods,
    ...walletAdminMethods,
    ...walletViewMethods,
  }),
);

/** The arguments by position, from either form in which JSON-RPC gives them. */
function positional(name: string, found: Method, params: unknown): unknown[] {
  if (params === undefined || params === null) return [];
  if (Array.isArray(params)) {
    if (params.length > found.params.length) {
      const usage = found.params.map((param) => `"${param}"`).join(' ');
      throw new RpcError(-1, `${name}${usage === '' ? '' : ` ${usage}`}\n`);
    }
    return params as unknown[];
  }
  if (typeof params !== 'object' || params instanceof NumberText) {
    throw new RpcError(-32600, 'Params must be an array or object');
  }
  const named = params as Record<string, unknown>;
  for (const key of Object.keys(named)) {
    if (key !== 'args' && !found.params.includes(key))
      throw new RpcError(-8, `Unknown named parameter ${key}`);
  }
  return found.params.map((param) => named[param] ?? null);
}

/** Carries out one call. `wallet` is the name in the address, or undefined. Throws RpcError. */
export async function dispatch(
  core: NodeCore,
  name: string,
  params: unknown,
  wallet: string | undefined,
): Promise<unknown> {
  const found = METHODS.get(name);
  if (!found) throw new RpcError(-32601, 'Method not found');
  const args = new Args(positional(name, found, params));
  if (CATCHING_UP.has(name)) await core.wallets.settled(wallet);
  return found.run({ core, args, wallet: () => core.wallets.get(wallet) });
}

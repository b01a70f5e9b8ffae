import type { SandboxNode } from './types.ts';
import { createSandboxNode } from './node.ts';

/** JSON-RPC over HTTP, as any client would: the result, or RpcFailure. */
export class RpcFailure extends Error {
  readonly code: number;
  readonly status: number;

  constructor(code: number, message: string, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export async function rpc<T = unknown>(
  node: SandboxNode,
  method: string,
  params: unknown = [],
  wallet?: string,
): Promise<T> {
  const response = await post(node, JSON.stringify({ id: 1, method, params }), wallet);
  const answer = JSON.parse(await response.text()) as {
    result: T;
    error: { code: number; message: string } | null;
  };
  if (answer.error) throw new RpcFailure(answer.error.code, answer.error.message, response.status);
  return answer.result;
}

export function post(node: SandboxNode, body: string, wallet?: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${node.username}:${node.password}`).toString('base64')}`;
  return fetch(`${node.url}${wallet === undefined ? '' : `wallet/${wallet}`}`, {
    method: 'POST',
    headers: { authorization },
    body,
  });
}

/** Code and text of the refusal; fails if there is none. */
export async function refusal(
  node: SandboxNode,
  method: string,
  params: unknown = [],
  wallet?: string,
): Promise<{ code: number; message: string }> {
  try {
    await rpc(node, method, params, wallet);
  } catch (error) {
    if (error instanceof RpcFailure) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error(`${method} was not refused`);
}

export interface Issuer {
  asset: string;
  token: string;
  entropy: string;
}

/** A node with a wallet `issuer` that holds 5 L-BTC, 1,000 of an asset and one token, and an empty wallet `holder`. */
export async function issuerNode(stateFile?: string): Promise<{ node: SandboxNode; issued: Issuer }> {
  const node = await createSandboxNode(stateFile === undefined ? {} : { stateFile });
  for (const name of ['issuer', 'holder']) {
    await rpc(node, 'createwallet', [name, false, false, '', false, true, true]);
  }
  await node.faucet(await rpc<string>(node, 'getnewaddress', [], 'issuer'), 500_000_000n);
  node.chain.mine();
  const issued = await rpc<Issuer>(node, 'issueasset', [1000, 1, false], 'issuer');
  node.chain.mine();
  return { node, issued };
}

/** Signed hex of a payment from `issuer`, not sent. */
export async function signedPayment(
  node: SandboxNode,
  outputs: readonly Record<string, unknown>[],
  change: (pset: string) => string = (pset) => pset,
): Promise<string> {
  const options = { fee_rate: 0.1, change_type: 'bech32' };
  const funded = await rpc<{ psbt: string }>(
    node,
    'walletcreatefundedpsbt',
    [[], outputs, 0, options, true],
    'issuer',
  );
  const blinded = await rpc<{ psbt: string }>(node, 'walletprocesspsbt', [funded.psbt, false], 'issuer');
  const signed = await rpc<{ psbt: string }>(
    node,
    'walletprocesspsbt',
    [change(blinded.psbt), true, 'ALL', true, false],
    'issuer',
  );
  const done = await rpc<{ hex?: string }>(node, 'finalizepsbt', [signed.psbt]);
  if (done.hex === undefined) throw new Error('not complete');
  return done.hex;
}

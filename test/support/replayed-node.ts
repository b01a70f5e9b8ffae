import { parseLossless, stringifyLossless } from '../../src/shared/lossless.ts';
import { scriptedServer, type ScriptedServer } from './scripted-server.ts';

export interface NodeCall {
  method: string;
  params: unknown[];
  /** Wallet of the path, decoded; null for the node itself. */
  wallet: string | null;
}

/** A handler gives the result as raw JSON text (so that figures keep their digits), or an RPC error to answer with. */
export type NodeHandler = (call: NodeCall) => string | { code: number; message: string };

export interface ReplayedNode extends ScriptedServer {
  calls: NodeCall[];
}

/** A node that answers from a table of methods; what is not in it is "Method not found". */
export async function replayedNode(handlers: Readonly<Record<string, NodeHandler>>): Promise<ReplayedNode> {
  const calls: NodeCall[] = [];
  const server = await scriptedServer((request) => {
    const { id, method, params } = parseLossless(request.body) as {
      id: unknown;
      method: string;
      params: unknown[];
    };
    const wallet = /^\/wallet\/(.*)$/.exec(request.path)?.[1];
    const call = { method, params, wallet: wallet === undefined ? null : decodeURIComponent(wallet) };
    calls.push(call);
    const answer = handlers[method]?.(call) ?? { code: -32601, message: 'Method not found' };
    return typeof answer === 'string'
      ? { body: `{"result":${answer},"error":null,"id":${stringifyLossless(id)}}` }
      : { status: answer.code === -32601 ? 404 : 500, json: { result: null, error: answer, id } };
  });
  return { ...server, calls };
}

/** The result of a recording, as the text that the node sent. */
export function resultText(recording: string): string {
  const start = recording.indexOf('"result":');
  if (start < 0) throw new Error('the recording holds no result');
  return recording.slice(start + '"result":'.length, recording.lastIndexOf('}')).trim();
}

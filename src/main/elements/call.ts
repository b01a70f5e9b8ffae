import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { createLimit } from '../../shared/limit.ts';
import { parseLossless, stringifyLossless } from '../../shared/lossless.ts';
import { endpoint, nodeAddress, type NodeAddress } from './address.ts';
import { isForbidden, TIMEOUTS, traitsOf, type TimeClass } from './methods.ts';
import { explainRpcError, RpcError } from './rpc-error.ts';
import { post, TransportError, type HttpAnswer } from './transport.ts';
import type { ElementsConnection } from './types.ts';

export interface ElementsOptions {
  /** Ends every call under way and to come with CANCELLED. */
  signal?: AbortSignal | undefined;
  /** Milliseconds per class of method; for tests and very slow nodes. */
  timeouts?: Partial<Record<TimeClass, number>> | undefined;
  /** Largest answer read, in bytes. */
  maxBytes?: number | undefined;
}

export interface CallOptions {
  wallet?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** One RPC call: the `result`, with fractions as text. Every failure is a SluiceError. */
export type Call = (method: string, params?: readonly unknown[], options?: CallOptions) => Promise<unknown>;

/** A node works on 4 requests and lets 16 wait by default; beyond that it refuses. */
const MOST_AT_ONCE = 6;

/** The largest answers are listunspent of busy wallets and raw transactions: some megabytes. */
const MAX_BYTES = 128 * 1024 * 1024;

const envelope = z.object({
  result: z.unknown(),
  error: z.object({ code: z.number(), message: z.string().default('') }).nullish(),
  id: z.unknown(),
});

/**
 * The low-level client. Requests are of the legacy form (no "jsonrpc":"2.0") and always carry an `id`: newer nodes
 * execute a 2.0 request without one and answer nothing. Errors are understood under any HTTP status, 200 included.
 */
export function createCall(connection: ElementsConnection, options: ElementsOptions = {}): Call {
  const address = nodeAddress(connection);
  const limit = createLimit(MOST_AT_ONCE);
  let lastId = 0;

  return async (method, params = [], callOptions = {}) => {
    if (isForbidden(method)) {
      throw new SluiceError(
        'NOT_ALLOWED',
        `The desk never calls ${method}: it would pay before the txid is on disk.`,
        {
          next: 'Compose, blind, sign and broadcast instead.',
        },
      );
    }
    const traits = traitsOf(method);
    const id = `sluice-${++lastId}`;
    const signal = anySignal(options.signal, callOptions.signal);
    const send = () =>
      limit(() =>
        post({
          url: endpoint(address, callOptions.wallet),
          body: stringifyLossless({ id, method, params }),
          username: address.username,
          password: address.password,
          timeoutMs: options.timeouts?.[traits.time] ?? TIMEOUTS[traits.time],
          maxBytes: options.maxBytes ?? MAX_BYTES,
          signal,
        }),
      );

    let answer: HttpAnswer;
    try {
      answer = await send().catch((error: unknown) => {
        const broken =
          error instanceof TransportError && (error.fault === 'reset' || error.fault === 'empty');
        if (traits.read && broken) return send();
        throw error;
      });
    } catch (error) {
      throw explainTransport(error, method, address, traits.read);
    }
    return readAnswer(answer, method, id, address);
  };
}

function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const present = signals.filter((signal) => signal !== undefined);
  return present.length > 1 ? AbortSignal.any(present) : present[0];
}

function readAnswer(answer: HttpAnswer, method: string, id: string, address: NodeAddress): unknown {
  const { status, text } = answer;
  if (status === 401) {
    throw new SluiceError(
      'NODE_UNAUTHORIZED',
      `The node at ${address.shown} does not accept the RPC user name or password.`,
      {
        next: 'Correct them in the profile’s connection. They are rpcuser and rpcpassword (or rpcauth) of the node’s elements.conf.',
      },
    );
  }
  if (status === 403) {
    throw new SluiceError(
      'NODE_REFUSED',
      `The node at ${address.shown} does not accept RPC from this machine.`,
      {
        next: 'Allow this machine’s address with rpcallowip in the node’s elements.conf and restart the node.',
      },
    );
  }
  let parsed: unknown;
  try {
    parsed = parseLossless(text);
  } catch (cause) {
    throw explainNoJson(answer, address, cause);
  }
  const read = envelope.safeParse(parsed);
  if (!read.success) throw explainNoJson(answer, address, read.error.name);
  const { result, error } = read.data;
  if (error) throw explainRpcError(new RpcError(method, error.code, error.message));
  if (result === undefined || read.data.id !== id) {
    throw new SluiceError(
      'NODE_ANSWER_INVALID',
      `The node’s answer to ${method} does not belong to the question.`,
      {
        next: 'Look for a proxy or cache between desk and node, and remove it.',
      },
    );
  }
  return result;
}

function explainNoJson(answer: HttpAnswer, address: NodeAddress, cause: unknown): SluiceError {
  const { status, text } = answer;
  if (status === 503 && /work queue/i.test(text)) {
    return new SluiceError('NODE_BUSY', 'The node has more requests waiting than it can take.', {
      next: 'The desk tries again by itself. If it happens often, raise rpcworkqueue and rpcthreads in elements.conf.',
    });
  }
  if (status === 503) {
    return new SluiceError('NODE_UNREACHABLE', `The node at ${address.shown} is shutting down.`, {
      next: 'Start it again; the desk goes on by itself.',
    });
  }
  if (status >= 500 && status !== 500) {
    return new SluiceError(
      'NODE_UNREACHABLE',
      `Between the desk and ${address.shown} something answers ${status} instead of the node.`,
      {
        next: 'Check the proxy in between and that the node runs.',
      },
    );
  }
  if (status >= 300 && status < 400) {
    return new SluiceError(
      'NODE_ANSWER_INVALID',
      `The address ${address.shown} points elsewhere (redirect ${status}).`,
      {
        next: 'Enter the node’s own RPC address; the desk does not follow redirects with credentials.',
      },
    );
  }
  if (text.trim() === '') {
    return new SluiceError(
      'NODE_ANSWER_INVALID',
      `The node at ${address.shown} gave an empty answer (HTTP ${status}).`,
      {
        next: 'Check that the address is the node’s RPC port.',
      },
    );
  }
  const html = /^\s*</.test(text) || /html/i.test(answer.contentType);
  return new SluiceError(
    'NODE_ANSWER_INVALID',
    html
      ? `At ${address.shown} a web page answers, not an Elements node.`
      : `The answer of ${address.shown} breaks off or is not JSON (HTTP ${status}).`,
    {
      next: html
        ? 'Correct the node’s address and port in the profile’s connection.'
        : 'Try again. If it stays, look for a proxy between desk and node.',
      cause: cause instanceof Error ? cause.name : cause,
    },
  );
}

function explainTransport(error: unknown, method: string, address: NodeAddress, read: boolean): unknown {
  if (!(error instanceof TransportError)) return error;
  const where = address.shown;
  const after = read
    ? 'Nothing was changed; try again.'
    : 'The desk asks what became of the request before it does anything else.';
  const cause = { cause: error };
  switch (error.fault) {
    case 'refused':
      return new SluiceError(
        'NODE_UNREACHABLE',
        `Nothing answers at ${where}: the Elements node is not running there.`,
        {
          next: 'Start the node, or correct its address and port in the profile’s connection.',
          ...cause,
        },
      );
    case 'unknown-host':
      return new SluiceError('NODE_UNREACHABLE', `The host name in ${where} cannot be found.`, {
        next: 'Check the node’s address and this machine’s network.',
        ...cause,
      });
    case 'empty':
      return new SluiceError(
        'NODE_UNREACHABLE',
        `The node at ${where} closed the connection without an answer; it may have stopped.`,
        {
          next: `Look into its debug.log and start it again. ${after}`,
          ...cause,
        },
      );
    case 'reset':
      return new SluiceError('NODE_UNREACHABLE', `The connection to ${where} broke off during ${method}.`, {
        next: `Check that the node still runs. ${after}`,
        ...cause,
      });
    case 'timeout':
      return new SluiceError(
        'NODE_TIMEOUT',
        `The node at ${where} did not answer ${method} in time. It may still be working on it.`,
        {
          next: `Wait and look at the node’s load. ${after}`,
          ...cause,
        },
      );
    case 'aborted':
      return new SluiceError(
        'CANCELLED',
        `The call ${method} was interrupted. The node may still carry it out.`,
        {
          next: 'Nothing, if it was meant.',
        },
      );
    case 'too-large':
      return new SluiceError(
        'NODE_ANSWER_INVALID',
        `The node’s answer to ${method} is larger than the desk reads.`,
        {
          next: 'Check the node’s address; if it is right, the wallet holds too many coins: consolidate them.',
        },
      );
    case 'tls':
      return new SluiceError(
        'NODE_UNREACHABLE',
        `No secure connection to ${where}: its certificate is not accepted, or it does not speak TLS there.`,
        {
          next: 'Use http:// on the same machine or through a tunnel, or give the node’s proxy a valid certificate.',
          ...cause,
        },
      );
    case 'other':
      return new SluiceError('NODE_UNREACHABLE', `The node at ${where} cannot be reached.`, {
        next: 'Check its address and this machine’s network.',
        ...cause,
      });
  }
}

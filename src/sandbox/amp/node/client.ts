import { Agent, request as httpRequest } from 'node:http';
import { readJson, writeJson } from '../http/json.ts';

/** A failure the node answered: Elements' numeric code and text. */
export class NodeRefusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'NodeRefusal';
    this.code = code;
  }
}

/** The node did not answer, or not with JSON-RPC. */
export class NodeAway extends Error {}

export interface NodeAddress {
  /** With a slash at the end, without credentials. */
  url: string;
  username: string;
  password: string;
}

/** Reads `http://user:password@host:port/` into its parts. Throws TypeError for text that is no URL. */
export function nodeAddress(text: string): NodeAddress {
  const url = new URL(text);
  const address = {
    url: `${url.protocol}//${url.host}/`,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  return address;
}

/**
 * Elements JSON-RPC over HTTP, the only way in which the simulated AMP knows the chain. Answers are read without loss
 * (see `readJson`: whole numbers are bigint, others `Decimal`).
 */
export class NodeClient {
  readonly address: NodeAddress;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });
  private id = 0;

  constructor(address: NodeAddress) {
    this.address = address;
  }

  /** Throws NodeRefusal, or NodeAway when there is no proper answer. */
  async call<T = unknown>(method: string, params: readonly unknown[] = [], wallet?: string): Promise<T> {
    const body = writeJson({ jsonrpc: '1.0', id: ++this.id, method, params });
    const path = wallet === undefined ? '' : `wallet/${encodeURIComponent(wallet)}`;
    const { status, text } = await this.post(this.address.url + path, body);
    let answer: { result?: unknown; error?: { code?: unknown; message?: unknown } | null };
    try {
      answer = readJson(text) as typeof answer;
    } catch {
      throw new NodeAway(`The node answered HTTP ${status} without JSON to ${method}.`);
    }
    if (answer.error) throw new NodeRefusal(Number(answer.error.code), String(answer.error.message));
    return answer.result as T;
  }

  close(): void {
    this.agent.destroy();
  }

  private post(url: string, body: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        url,
        {
          method: 'POST',
          agent: this.agent,
          auth: `${this.address.username}:${this.address.password}`,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
          response.on('error', reject);
        },
      );
      request.setTimeout(120_000, () => request.destroy(new NodeAway('The node took too long.')));
      request.on('error', (error) => reject(new NodeAway(error.message)));
      request.end(body);
    });
  }
}

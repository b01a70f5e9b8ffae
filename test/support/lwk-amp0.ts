import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { GREEN_ROOTS } from '../../src/main/liquid/index.ts';

/** Where LWK is to find Green, and what is replaced in its program. */
export interface LwkAmp0World {
  url: string;
  /** Origin of POST /delayed_signature. */
  cosignUrl: string;
  replace: readonly (readonly [from: string, to: string])[];
}

export type LwkAmp0Task =
  | { do: 'own'; words: string; create: false }
  | { do: 'own'; words: string; create: true; username: string; password: string }
  | { do: 'cosign'; pset: string; nonces: readonly string[] }
  | { do: 'watch'; username: string; password: string; ampId: string; addresses: number; issue: boolean };

export interface LwkOwner {
  ampIds: string[];
  pointer?: number;
  xpub?: string;
}

export interface LwkWatching {
  ampId: string;
  descriptor: string;
  lastIndex: number;
  addresses: string[];
  next: { index: number; address: string } | null;
}

/** LWK as a second opinion on AMP0, in a thread of its own: parts of it block for seconds. */
export interface LwkAmp0 {
  own(words: string): Promise<LwkOwner>;
  create(words: string, username: string, password: string): Promise<LwkOwner>;
  watch(
    credentials: { username: string; password: string },
    ampId: string,
    addresses?: { first?: number; issue?: boolean },
  ): Promise<LwkWatching>;
  /** What Green returned for a PSET of the owner's, hex, after the last `watch`. */
  cosign(pset: string, nonces: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** LWK has Green's regtest key built in as text: public key, chain code and fingerprint. */
function replacement(server: { pubkey: string; chainCode: string }): LwkAmp0World['replace'] {
  const built = GREEN_ROOTS.regtest;
  return [
    [built.pubkey, server.pubkey],
    [built.chainCode, server.chainCode],
    [fingerprint(built.pubkey), fingerprint(server.pubkey)],
  ];
}

function fingerprint(pubkey: string): string {
  const inner = createHash('sha256').update(Buffer.from(pubkey, 'hex')).digest();
  return createHash('ripemd160').update(inner).digest('hex').slice(0, 8);
}

/** @param server root key of the server, if it is not LWK's own for regtest */
export function lwkAmp0(
  endpoint: { url: string; cosignUrl: string },
  server?: { pubkey: string; chainCode: string },
): LwkAmp0 {
  const world: LwkAmp0World = { ...endpoint, replace: server ? replacement(server) : [] };
  const worker = new Worker(new URL('./lwk-amp0-worker.ts', import.meta.url), { workerData: world });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  worker.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value);
    else call?.reject(new Error(error));
  });
  worker.on('error', (error) => {
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  });
  const run = (task: LwkAmp0Task) => {
    const call = Promise.withResolvers<unknown>();
    waiting.set(++last, call);
    worker.postMessage({ id: last, task });
    return call.promise;
  };
  return {
    own: (words) => run({ do: 'own', words, create: false }) as Promise<LwkOwner>,
    create: (words, username, password) =>
      run({ do: 'own', words, create: true, username, password }) as Promise<LwkOwner>,
    watch: (credentials, ampId, { first = 0, issue = false } = {}) =>
      run({ do: 'watch', ...credentials, ampId, addresses: first, issue }) as Promise<LwkWatching>,
    cosign: (pset, nonces) => run({ do: 'cosign', pset, nonces }) as Promise<string>,
    close: async () => {
      await worker.terminate();
    },
  };
}

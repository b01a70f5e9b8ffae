import { setTimeout as pause } from 'node:timers/promises';
import { SluiceError } from '../../shared/errors.ts';
import type { ElementsNode } from '../elements/index.ts';
import { chainBusy } from '../liquid/index.ts';
import type { ChainAnswer } from '../liquid/index.ts';
import type { Follower } from './follower.ts';
import type { NodeMempool } from './node-mempool.ts';
import type { ScriptIndex } from './script-index.ts';

type AskedNode = Pick<
  ElementsNode,
  'validateAddress' | 'rawHeader' | 'rawTransaction' | 'blockHash' | 'broadcast'
>;

interface Question {
  method: string;
  path: string;
  body: string;
  wallet?: string | undefined;
}

/** How long a question waits for a look back through the chain before it is told to come again. */
const PATIENCE_MS = 10_000;

/** What a node says of a transaction itself, rather than of the way to it. */
const REFUSALS: ReadonlySet<string> = new Set([
  'TRANSACTION_REFUSED',
  'TRANSACTION_TOO_LARGE',
  'INPUTS_SPENT',
  'INSUFFICIENT_FEE_FUNDS',
  'NODE_REFUSED',
  'CONFLICT',
]);

/** The desk's own node, answering like an Esplora what LWK asks one. */
export class OwnEsplora {
  readonly #node: AskedNode;
  readonly #index: ScriptIndex;
  readonly #follower: Follower;
  readonly #mempool: NodeMempool;
  readonly #patience: number;
  /** What each wallet asked about in its look at the chain, and how old it is: a script that is new is as old. */
  readonly #looks = new Map<string, { addresses: Set<string>; birthday: number | null }>();

  constructor(options: {
    node: AskedNode;
    index: ScriptIndex;
    follower: Follower;
    mempool: NodeMempool;
    patience?: number | undefined;
  }) {
    this.#node = options.node;
    this.#index = options.index;
    this.#follower = options.follower;
    this.#mempool = options.mempool;
    this.#patience = options.patience ?? PATIENCE_MS;
  }

  /** Brings the index up to date. Number of blocks read. */
  advance(): Promise<number> {
    return this.#follower.advance();
  }

  /** Throws CHAIN_BUSY while the node is read for a wallet with a past, and what the node itself throws. */
  readonly answer = async (question: Question): Promise<ChainAnswer> => {
    const [first, second, third] = (question.path.split('?')[0] ?? '').split('/').slice(1);
    if (question.method === 'POST') return first === 'tx' ? this.#broadcast(question.body) : notFound();
    if (first === 'address' && second !== undefined && third === 'txs') {
      return this.#history(second, question);
    }
    if (first === 'blocks') {
      // To a wallet the tip is that of the histories that it was told.
      if (question.wallet === undefined) await this.#upToDate();
      return text(this.#index.position()?.hash ?? '');
    }
    if (first === 'block-height') return text(await this.#node.blockHash(Number(second)));
    if (first === 'block' && second !== undefined) return textOr404(await this.#node.rawHeader(second));
    if (first === 'tx' && second !== undefined) return this.#raw(second);
    return notFound();
  };

  async #history(address: string, { path, wallet = '' }: Question): Promise<ChainAnswer> {
    // Everything was said on the first page.
    if (path.includes('/chain')) return json([]);
    const script = await this.#scriptOf(address);
    if (script === null) return { status: 400, type: 'text/plain', body: bytes('Invalid address') };
    const isNew = await this.#followFor(wallet, script, address);
    if (this.#beginsLook(wallet, address) || isNew) await this.#upToDate();
    if (this.#index.isBehind(script)) throw this.#stillReading();
    const waiting = this.#mempool.history(script).map((txid) => ({ txid, status: { confirmed: false } }));
    const confirmed = this.#index.history(script).map(({ txid, height, hash, time }) => ({
      txid,
      status: {
        confirmed: true,
        block_height: height,
        block_hash: hash,
        block_time: Math.floor(time / 1000),
      },
    }));
    const there = new Set(confirmed.map(({ txid }) => txid));
    return json([...waiting.filter(({ txid }) => !there.has(txid)), ...confirmed]);
  }

  async #scriptOf(address: string): Promise<string | null> {
    const known = this.#index.scriptOf(address);
    if (known !== null) return known;
    const { valid, script } = await this.#node.validateAddress(address);
    return valid ? script : null;
  }

  /** Whether a wallet begins to look at the chain, as it does when it asks about an address again. */
  #beginsLook(wallet: string, address: string): boolean {
    const look = this.#looks.get(wallet);
    const begins = look === undefined || look.addresses.size === 0 || look.addresses.has(address);
    if (begins) look?.addresses.clear();
    look?.addresses.add(address);
    return begins;
  }

  /**
   * A script that nobody told of belongs to the wallet that asks, and is as old as what it asked about before.
   *
   * @returns whether it was followed only now
   */
  async #followFor(wallet: string, script: string, address: string): Promise<boolean> {
    const look = this.#looks.get(wallet) ?? { addresses: new Set<string>(), birthday: null };
    this.#looks.set(wallet, look);
    const isNew = !this.#index.isFollowed(script);
    if (isNew) await this.#follower.follow([script], look.birthday ?? this.#index.earliest() ?? 0);
    if (this.#index.scriptOf(address) === null) this.#index.nameScript(script, address);
    const birthday = this.#index.earliest([script]) ?? 0;
    look.birthday = Math.min(look.birthday ?? birthday, birthday);
    return isNew;
  }

  /** Waits for the index to reach the tip, but not for ever. */
  async #upToDate(): Promise<void> {
    const waited = new AbortController();
    const work = this.advance();
    // Who does not wait any longer hears of a failure the next time.
    work.catch(() => undefined);
    const done = await Promise.race([
      work.then(() => true),
      pause(this.#patience, false, { signal: waited.signal }).catch(() => false),
    ]);
    waited.abort();
    if (!done) throw this.#stillReading();
  }

  #stillReading(): SluiceError {
    const progress = this.#follower.progress;
    const far = progress ? `: block ${progress.done} of ${progress.total}` : '';
    return chainBusy(`The desk is still reading its own node’s chain for this wallet${far}.`);
  }

  async #raw(txid: string): Promise<ChainAnswer> {
    const block = this.#index.blockOf(txid);
    const hex =
      block === null
        ? (this.#mempool.hex(txid) ?? (await this.#node.rawTransaction(txid)))
        : await this.#node.rawTransaction(txid, block);
    return hex === null
      ? notFound()
      : { status: 200, type: 'application/octet-stream', body: new Uint8Array(Buffer.from(hex, 'hex')) };
  }

  async #broadcast(hex: string): Promise<ChainAnswer> {
    try {
      return text(await this.#node.broadcast(hex));
    } catch (error) {
      if (!(error instanceof SluiceError) || !REFUSALS.has(error.code)) throw error;
      return { status: 400, type: 'text/plain', body: bytes(error.message) };
    }
  }
}

const bytes = (said: string): Uint8Array => new TextEncoder().encode(said);
const text = (said: string): ChainAnswer => ({ status: 200, type: 'text/plain', body: bytes(said) });
const textOr404 = (said: string | null): ChainAnswer => (said === null ? notFound() : text(said));
const json = (said: unknown): ChainAnswer => ({
  status: 200,
  type: 'application/json',
  body: bytes(JSON.stringify(said)),
});
const notFound = (): ChainAnswer => ({ status: 404, type: 'text/plain', body: bytes('Not found') });

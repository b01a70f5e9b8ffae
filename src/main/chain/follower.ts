import { SluiceError } from '../../shared/errors.ts';
import type { ElementsNode } from '../elements/index.ts';
import { chainAnswerInvalid, readBlock } from '../liquid/index.ts';
import type { NodeMempool } from './node-mempool.ts';
import type { Match, Position, ScriptIndex } from './script-index.ts';
import type { ChainProgress } from './types.ts';

type FollowedNode = Pick<
  ElementsNode,
  'chainInfo' | 'genesisHash' | 'blockHash' | 'blockHeader' | 'rawBlock'
>;

/** Blocks between two commits: what a crash costs, and what holds the database. */
const COMMIT_EVERY = 50;
/** Blocks of which the node is asked at a time. */
const AHEAD = 4;
/** Blocks of a look back that may hold up everything else. */
const SHORT = 500;
/** Times that the chain may change before the next block was read. */
const MOST_RESTLESS = 5;
/** Clocks of block signers and of this machine differ; a birthday is never later than the first payment. */
const MARGIN_MS = 2 * 60 * 60 * 1000;

/** Carries the index on with the node's chain. */
export class Follower {
  readonly #node: FollowedNode;
  readonly #index: ScriptIndex;
  readonly #mempool: NodeMempool;
  readonly #heights = new Map<number, number>();
  #underWay: Promise<number> | null = null;
  #afterwards: Promise<number> | null = null;
  #beginning: Promise<void> | null = null;
  #progress: ChainProgress | null = null;
  #closed = false;
  /** Whether blocks were matched that are not kept yet: a script that came now would miss them. */
  #between = true;
  readonly #newcomers: (() => void)[] = [];

  constructor(node: FollowedNode, index: ScriptIndex, mempool: NodeMempool) {
    this.#node = node;
    this.#index = index;
    this.#mempool = mempool;
  }

  get progress(): ChainProgress | null {
    return this.#progress;
  }

  /**
   * Up to the tip, scripts that are behind included. One at a time: who comes meanwhile waits for the one after it, because
   * what they ask for may have come since it began.
   */
  advance(): Promise<number> {
    if (this.#underWay === null) return this.#start();
    this.#afterwards ??= this.#underWay
      .catch(() => 0)
      .then(() => {
        this.#afterwards = null;
        return this.#start();
      });
    return this.#afterwards;
  }

  #start(): Promise<number> {
    this.#underWay = this.#work().finally(() => {
      this.#underWay = null;
      this.#progress = null;
    });
    return this.#underWay;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#underWay?.catch(() => undefined);
    await this.#afterwards?.catch(() => undefined);
  }

  /** Begins to look out for scripts; those with a past are looked for in it with the next `advance`. */
  async follow(scripts: readonly string[], birthday: number): Promise<void> {
    const fresh = this.#index.unknown(scripts, birthday);
    if (fresh.length === 0) return;
    await this.#begin();
    const from = await this.#heightAt(birthday);
    await this.#whenKept(() => {
      this.#index.follow(fresh, birthday, from);
      this.#mempool.forget();
    });
  }

  /** At once, or as soon as the blocks that are being read are kept. */
  async #whenKept(work: () => void): Promise<void> {
    if (!this.#between) await new Promise<void>((resolve) => this.#newcomers.push(resolve));
    work();
  }

  #letIn(): void {
    this.#between = true;
    for (const run of this.#newcomers.splice(0)) run();
  }

  /** The index of a new profile starts at the tip, and that of another chain again. */
  #begin(): Promise<void> {
    this.#beginning ??= this.#beginOnce().finally(() => {
      this.#beginning = null;
    });
    return this.#beginning;
  }

  async #beginOnce(): Promise<void> {
    const genesis = await this.#node.genesisHash();
    if (this.#index.genesis() === genesis) return;
    const { blocks, bestBlockHash } = await this.#node.chainInfo();
    this.#index.start(genesis, { height: blocks, hash: bestBlockHash });
  }

  async #work(): Promise<number> {
    if (this.#closed) throw this.#givenUp();
    await this.#begin();
    let read = 0;
    let restless = 0;
    for (;;) {
      const from = await this.#commonBlock();
      // A short look back comes first: its scripts then go with the index, and no block is read twice.
      if (from.height - (this.#index.furthestBehind() ?? from.height) < SHORT) read += await this.#catchUp();
      const { blocks } = await this.#node.chainInfo();
      if (from.height >= blocks) break;
      const more = await this.#read(from.height + 1, blocks, from.hash, (matches) =>
        this.#index.advance(matches),
      );
      restless = more === 0 ? restless + 1 : 0;
      if (restless > MOST_RESTLESS) {
        throw chainAnswerInvalid(`The desk’s own node does not give the block behind ${from.height}.`);
      }
      read += more;
    }
    read += await this.#catchUp();
    await this.#mempool.refresh();
    return read;
  }

  /** The last block that index and node have in common; what the index has beyond it is taken back. */
  async #commonBlock(): Promise<Position> {
    const here = this.#index.position();
    for (const known of this.#index.remembered()) {
      const header = await this.#node.blockHeader(known.hash);
      if (header !== null && header.confirmations >= 0) {
        if (known.hash !== here?.hash) {
          this.#index.rewind(known);
          this.#mempool.forget();
        }
        return known;
      }
    }
    // Nothing of what is remembered is in the node's chain: the chain was made anew.
    const { blocks, bestBlockHash } = await this.#node.chainInfo();
    const at = { height: blocks, hash: bestBlockHash };
    this.#index.start(await this.#node.genesisHash(), at);
    this.#heights.clear();
    return at;
  }

  async #catchUp(): Promise<number> {
    let read = 0;
    for (;;) {
      const from = this.#index.furthestBehind();
      const to = this.#index.position()?.height ?? -1;
      if (from === null || from > to) return read;
      const more = await this.#read(from, to, null, (matches) => this.#index.catchUp(matches));
      // The chain is shorter now, or another: the next look begins with what is left of it.
      if (more === 0) return read;
      read += more;
    }
  }

  /**
   * Reads blocks and keeps what they hold, a few dozen at a time. Ends early where the chain changes under it: what was
   * kept until then is good, and the caller looks again.
   */
  async #read(
    from: number,
    to: number,
    previous: string | null,
    keep: (matches: readonly Match[]) => void,
  ): Promise<number> {
    let before = previous;
    let next = from;
    while (next <= to) {
      if (this.#closed) throw this.#givenUp();
      this.#progress = { done: next - from, total: to - from + 1 };
      const batch = Math.min(COMMIT_EVERY, to - next + 1);
      let matches: Match[];
      try {
        matches = await this.#batch(next, batch, before);
        keep(matches);
      } finally {
        this.#letIn();
      }
      next += matches.length;
      before = matches.at(-1)?.block.hash ?? before;
      if (matches.length < batch) break;
    }
    return next - from;
  }

  /** Fewer blocks than asked for where one does not follow on the one before. */
  async #batch(from: number, count: number, previous: string | null): Promise<Match[]> {
    const matches: Match[] = [];
    let before = previous;
    for (let height = from; height < from + count; height += AHEAD) {
      const heights = Array.from({ length: Math.min(AHEAD, from + count - height) }, (_, i) => height + i);
      const blocks = await Promise.all(heights.map((each) => this.#block(each)));
      this.#between = false;
      for (const found of blocks) {
        if (found === null || (before !== null && found.block.previous !== before)) return matches;
        const { hash, block } = found;
        before = hash;
        const { height: at, time } = block;
        matches.push({ block: { height: at, time, hash }, found: this.#index.match(block.transactions) });
      }
    }
    return matches;
  }

  #givenUp(): SluiceError {
    return new SluiceError('CANCELLED', 'Reading the chain was given up: the desk closes.', {
      next: 'It goes on from there the next time.',
    });
  }

  /** Null when the chain changed between two questions. */
  async #block(height: number) {
    const hash = await this.#node.blockHash(height);
    const hex = await this.#node.rawBlock(hash);
    if (hex === null) return null;
    const block = readBlock(hex);
    if (block.height !== height) {
      throw chainAnswerInvalid(`The desk’s own node gave block ${block.height} instead of ${height}.`);
    }
    return { hash, block };
  }

  /** The first block not older than a time, less the margin. */
  async #heightAt(time: number): Promise<number> {
    const known = this.#heights.get(time);
    if (known !== undefined) return known;
    const { blocks } = await this.#node.chainInfo();
    let low = 0;
    let high = blocks + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const header = await this.#node.blockHeader(await this.#node.blockHash(middle));
      if ((header?.time ?? 0) >= time - MARGIN_MS) high = middle;
      else low = middle + 1;
    }
    this.#heights.set(time, low);
    return low;
  }
}

import { setImmediate as immediate } from 'node:timers/promises';
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { readMeta, writeMeta } from '../amp/index.ts';
import type { Db } from '../amp/index.ts';
import { decodeAddress, descriptorChecksum } from '../elements/index.ts';
import type { WebAnswer } from '../web/index.ts';
import { Branch, DescriptorError, branchText, readScripts } from './descriptor.ts';
import type { ScriptIndex, Seen } from './script-index.ts';
import { scriptHash } from './store.ts';

/** The server's numbers: addresses per step, and steps per page. */
const GAP_LIMIT = 20;
const MAX_ADDRESSES = 1_000;
/** Addresses in one request that names them. */
const MAX_NAMED = 100;

/** A request that the server refuses, with its status. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface SeenEntry {
  txid: string;
  /** 0 while in the mempool, -1 when what it spends is there as well. */
  height: number;
  block_hash?: string;
  block_timestamp?: number;
  /** The output's number and one, in a scan for unspent outputs. */
  v?: number;
}

/** Script hashes of a descriptor that were derived before, by its text. */
const REMEMBERED = 200;

/**
 * Waterfalls: the history of all scripts of a descriptor in one answer. The descriptor may come encrypted to the
 * server's key (age), as LWK sends it; the blinding key never comes.
 */
export class Waterfalls {
  readonly recipient: string;
  private readonly index: ScriptIndex;
  private readonly decrypter: Decrypter;
  private readonly derived = new Map<string, string[]>();

  private constructor(index: ScriptIndex, identity: string, recipient: string) {
    this.index = index;
    this.recipient = recipient;
    this.decrypter = new Decrypter();
    this.decrypter.addIdentity(identity);
  }

  /** With the key of this world, made at its first start. */
  static async open(db: Db, index: ScriptIndex): Promise<Waterfalls> {
    const identity = readMeta(db, 'waterfalls-identity') ?? (await generateIdentity());
    writeMeta(db, 'waterfalls-identity', identity);
    return new Waterfalls(index, identity, await identityToRecipient(identity));
  }

  async answer(query: URLSearchParams): Promise<WebAnswer> {
    try {
      const descriptor = query.get('descriptor');
      const addresses = query.get('addresses');
      if (descriptor !== null && addresses !== null) {
        throw new Refused(400, 'Cannot specify both descriptor and addresses');
      }
      const page = wholeOf(query.get('page'));
      const utxoOnly = query.get('utxo_only') === 'true';
      let seen: Record<string, SeenEntry[][]>;
      if (descriptor !== null) {
        seen = await this.scan(descriptor, page, wholeOf(query.get('to_index')), utxoOnly);
      } else if (addresses !== null) {
        seen = { addresses: this.named(addresses, utxoOnly) };
      } else throw new Refused(400, 'At least one field is mandatory');
      return {
        status: 200,
        type: 'application/json',
        body: JSON.stringify({ txs_seen: seen, page, tip: this.index.tip()?.hash }),
      };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, type: 'text/plain', body: error.message };
    }
  }

  private async scan(
    text: string,
    page: number,
    toIndex: number,
    utxoOnly: boolean,
  ): Promise<Record<string, SeenEntry[][]>> {
    const plain = await this.decrypted(text);
    let descriptor;
    try {
      descriptor = readScripts(plain.replace(/#[a-z0-9]*$/, ''));
    } catch (error) {
      if (!(error instanceof DescriptorError)) throw error;
      throw new Refused(400, `Invalid descriptor: ${error.message}`);
    }
    const result: Record<string, SeenEntry[][]> = {};
    for (let branch = 0; branch < descriptor.branches; branch++) {
      const name = branchText(descriptor, branch);
      const keys = new Branch(descriptor, branch);
      const found: SeenEntry[][] = [];
      try {
        const first = page * MAX_ADDRESSES;
        for (let start = first; start < first + MAX_ADDRESSES; start += GAP_LIMIT) {
          const step = descriptor.wildcard ? GAP_LIMIT : 1;
          const entries = Array.from({ length: step }, (_, i) =>
            this.seenAt(this.scriptAt(name, keys, start + i), utxoOnly),
          );
          found.push(...entries.map((entry) => entry.seen));
          // Deriving takes a while: others want to be answered in between.
          await immediate();
          const quiet = !entries.some((entry) => entry.used);
          if (!descriptor.wildcard || (quiet && start + GAP_LIMIT >= toIndex)) break;
        }
      } finally {
        keys.free();
      }
      result[`${name}#${descriptorChecksum(name)}`] = found;
    }
    return result;
  }

  private scriptAt(name: string, keys: Branch, at: number): string {
    let known = this.derived.get(name);
    if (!known) {
      this.derived.set(name, (known = []));
      if (this.derived.size > REMEMBERED) {
        const [oldest] = this.derived.keys();
        if (oldest !== undefined) this.derived.delete(oldest);
      }
    }
    return (known[at] ??= scriptHash(keys.at(at).script));
  }

  private async decrypted(text: string): Promise<string> {
    const bytes = Buffer.from(text, 'base64');
    if (!bytes.toString('latin1').startsWith('age-encryption.org/v1')) return text;
    try {
      return await this.decrypter.decrypt(Uint8Array.from(bytes), 'text');
    } catch {
      throw new Refused(422, 'CannotDecrypt');
    }
  }

  private named(list: string, utxoOnly: boolean): SeenEntry[][] {
    const texts = list.split(',');
    if (texts.length > MAX_NAMED) throw new Refused(400, 'Too many addresses');
    return texts.map((text) => {
      const address = decodeAddress(text);
      if (!address) throw new Refused(400, `Invalid address: ${text.slice(0, 100)}`);
      if (address.blindingPubkey) throw new Refused(400, 'Address cannot be blinded');
      return this.seenAt(scriptHash(address.script), utxoOnly).seen;
    });
  }

  private seenAt(script: string, utxoOnly: boolean): { seen: SeenEntry[]; used: boolean } {
    const history = this.index.history(script);
    const used = history.length > 0;
    if (!utxoOnly) return { seen: history.map((seen) => this.entry(seen)), used };
    const unspent = used ? this.index.outputs(script).filter((output) => !output.spender) : [];
    return { seen: unspent.map((output) => ({ ...this.entry(output), v: output.vout + 1 })), used };
  }

  private entry({ txid, height }: Seen): SeenEntry {
    if (height === null) return { txid, height: this.index.standsOnAnother(txid) ? -1 : 0 };
    const block = this.index.block(height);
    return { txid, height, ...(block ? { block_hash: block.hash, block_timestamp: block.time } : {}) };
  }
}

function wholeOf(text: string | null): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

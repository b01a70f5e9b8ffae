import { all, atomically, one, run } from '../amp/index.ts';
import type { Db } from '../amp/index.ts';
import type { ScriptIndex } from '../esplora/index.ts';
import { scriptHash } from '../esplora/index.ts';
import type { Bytes } from '../crypto/index.ts';
import type { Amp2Wallet } from './descriptor.ts';
import { readWallet } from './descriptor.ts';
import { Amp2Refusal } from './refusal.ts';
import type { ServerKey } from './server-key.ts';

/** Scripts that are known beyond the highest used one of each branch. */
const AHEAD = 100;

/** Whose a script is and where it stands in that wallet. */
export interface Place {
  wallet: Amp2Wallet;
  branch: number;
  index: number;
}

/** The registered wallets and their scripts. */
export class Wallets {
  private readonly db: Db;
  private readonly server: ServerKey;
  private readonly chain: ScriptIndex;
  private readonly clock: () => number;
  private readonly read = new Map<string, Amp2Wallet>();
  /** What the chain was like when scripts were last derived ahead. */
  private lookedAt = -1;

  constructor(db: Db, server: ServerKey, chain: ScriptIndex, clock: () => number) {
    this.db = db;
    this.server = server;
    this.chain = chain;
    this.clock = clock;
    for (const row of all<{ descriptor: string }>(db, 'SELECT descriptor FROM wallets ORDER BY seq')) {
      const wallet = readWallet(row.descriptor, server);
      this.read.set(wallet.wid, wallet);
    }
  }

  /** Returns the wallet id; the same one for a wallet that is registered already. Throws Amp2Refusal. */
  register(descriptor: string): string {
    const wallet = readWallet(descriptor, this.server);
    const known = one<{ wid: string }>(
      this.db,
      'SELECT wid FROM wallets WHERE scripts_id = ?',
      wallet.scriptsId,
    );
    if (known) {
      if (known.wid === wallet.wid) return wallet.wid;
      throw new Amp2Refusal('forbidden', 'This descriptor is registered with different blinding keys');
    }
    atomically(this.db, () => {
      run(
        this.db,
        'INSERT INTO wallets (wid, scripts_id, descriptor, registered_at) VALUES (?, ?, ?, ?)',
        wallet.wid,
        wallet.scriptsId,
        descriptor.trim(),
        this.clock(),
      );
      this.deriveAhead(wallet);
    });
    this.read.set(wallet.wid, wallet);
    return wallet.wid;
  }

  find(wid: string): Amp2Wallet | null {
    return this.read.get(wid) ?? null;
  }

  list(): { wid: string; registeredAt: number }[] {
    return all<{ wid: string; at: bigint }>(
      this.db,
      'SELECT wid, registered_at AS at FROM wallets ORDER BY seq',
    ).map(({ wid, at }) => ({ wid, registeredAt: Number(at) }));
  }

  /** Carries the known scripts on; after the chain's index was brought up to date. */
  keepAhead(): void {
    if (this.lookedAt === this.chain.generation) return;
    atomically(this.db, () => {
      for (const wallet of this.read.values()) this.deriveAhead(wallet);
    });
    this.lookedAt = this.chain.generation;
  }

  ownerOf(script: Bytes): Place | null {
    return this.ownerOfHash(scriptHash(script));
  }

  /** Hashes of all scripts of a wallet that may have been paid to. */
  scriptsOf(wid: string): string[] {
    return all<{ script: string }>(
      this.db,
      'SELECT script FROM scripts WHERE wid = ? ORDER BY branch, number',
      wid,
    ).map((row) => row.script);
  }

  private ownerOfHash(hash: string): Place | null {
    const row = one<{ wid: string; branch: bigint; number: bigint }>(
      this.db,
      'SELECT wid, branch, number FROM scripts WHERE script = ?',
      hash,
    );
    const wallet = row && this.read.get(row.wid);
    return wallet ? { wallet, branch: Number(row.branch), index: Number(row.number) } : null;
  }

  private deriveAhead(wallet: Amp2Wallet): void {
    for (const branch of [0, 1]) {
      const known = all<{ script: string }>(
        this.db,
        'SELECT script FROM scripts WHERE wid = ? AND branch = ? ORDER BY number',
        wallet.wid,
        branch,
      ).map((row) => row.script);
      let used = known.findLastIndex((script) => this.chain.isUsed(script));
      for (let number = known.length; number <= used + AHEAD; number++) {
        const script = wallet.hashAt(branch, number);
        run(this.db, 'INSERT INTO scripts VALUES (?, ?, ?, ?)', script, wallet.wid, branch, number);
        if (this.chain.isUsed(script)) used = number;
      }
    }
  }
}

import { randomBytes } from 'node:crypto';
import type { BlockInfo, ChainListener } from '../chain/index.ts';
import type { Bytes, Opened, Transaction } from '../crypto/index.ts';
import {
  assetIdOf,
  concat,
  isCoinbase,
  isCommitment,
  prevTxid,
  scriptType,
  toDisplay,
  toHex,
  valueOf,
} from '../crypto/index.ts';
import { RpcError } from './rpc-error.ts';
import { Seed, sealSeed } from './seed.ts';
import type { WalletHost } from './wallet.ts';
import { Wallet } from './wallet.ts';
import type { OutputRow } from './wallet-store.ts';

const ZERO_HASH = '0'.repeat(64);

/** Every wallet of the node. All of them follow the chain, loaded or not; only loaded ones answer. */
export class Wallets implements ChainListener {
  private readonly host: WalletHost;
  private readonly all = new Map<string, Wallet>();
  /** What is in outputs that a wallet made itself: wallet:txid:vout. */
  private readonly foretold = new Map<string, Opened>();
  /** Work on the outputs of a wallet that is under way. */
  private readonly opening = new Map<string, Promise<unknown>>();

  constructor(host: WalletHost) {
    this.host = host;
    host.store.forgetLocks();
    for (const row of host.store.wallets()) {
      this.all.set(row.name, new Wallet(row.name, host));
      host.store.setLoaded(row.name, row.load_on_startup === 1);
    }
  }

  names(): string[] {
    return [...this.all.keys()].sort();
  }

  loaded(): string[] {
    return this.host.store
      .wallets()
      .filter((row) => row.loaded === 1)
      .map((row) => row.name);
  }

  /** A loaded wallet, or the only loaded one when no name is given. Throws the node's -18 and -19. */
  get(name: string | undefined): Wallet {
    const loaded = this.loaded();
    if (name === undefined) {
      const [only, second] = loaded;
      if (only === undefined) {
        throw new RpcError(
          -18,
          'No wallet is loaded. Load a wallet using loadwallet or create a new one with createwallet. (Note: A default wallet is no longer automatically created)',
        );
      }
      if (second !== undefined) {
        throw new RpcError(
          -19,
          'Wallet file not specified (must request wallet RPC through /wallet/<filename> uri-path).',
        );
      }
      return this.require(only);
    }
    if (!loaded.includes(name)) throw new RpcError(-18, 'Requested wallet does not exist or is not loaded');
    return this.require(name);
  }

  private require(name: string): Wallet {
    const wallet = this.all.get(name);
    if (!wallet) throw new RpcError(-18, 'Requested wallet does not exist or is not loaded');
    return wallet;
  }

  create(options: {
    name: string;
    privateKeys: boolean;
    blank: boolean;
    passphrase: string;
    avoidReuse: boolean;
    descriptors: boolean;
    loadOnStartup: boolean;
  }): void {
    const { name } = options;
    if (this.all.has(name)) {
      throw new RpcError(
        -4,
        `Wallet file verification failed. Failed to create database path '${name}'. Database already exists.`,
      );
    }
    if (!options.privateKeys && options.passphrase !== '') {
      throw new RpcError(
        -4,
        'Passphrase provided but private keys are disabled. A passphrase is only used to encrypt private keys, so cannot be used for wallets with private keys disabled.',
      );
    }
    const keyed = options.privateKeys && !options.blank;
    const seed = keyed ? new Seed(randomBytes(64)) : null;
    const sealed = seed && options.passphrase !== '' ? sealSeed(seed.bytes, options.passphrase) : null;
    const born = Math.floor(this.host.now() / 1000);
    this.host.store.db.transaction(() => {
      this.host.store.addWallet({
        name,
        seed: seed && !sealed ? Buffer.from(seed.bytes) : null,
        sealed: sealed ? Buffer.from(sealed) : null,
        fingerprint: seed ? toHex(seed.fingerprint) : null,
        master_key: options.blank ? null : randomBytes(32),
        private_keys: options.privateKeys ? 1 : 0,
        descriptors: options.descriptors ? 1 : 0,
        blank: options.blank ? 1 : 0,
        loaded: 1,
        load_on_startup: options.loadOnStartup ? 1 : 0,
        avoid_reuse: options.avoidReuse ? 1 : 0,
        born,
      });
      if (seed) this.activate(name, seed, born);
    })();
    this.all.set(name, new Wallet(name, this.host));
  }

  /** Gives a wallet the two chains of a seed. */
  activate(name: string, seed: Seed, born: number): void {
    const { external, internal } = seed.descriptors();
    for (const [text, isInternal] of [
      [external, 0],
      [internal, 1],
    ] as const) {
      this.host.store.putDescriptor({
        wallet: name,
        text,
        active: 1,
        internal: isInternal,
        born,
        range_start: 0,
        range_end: 999,
        next: 0,
      });
    }
  }

  /** Seals the wallet's keys under a passphrase; as in the node, a new seed takes over for new addresses. */
  encrypt(wallet: Wallet, passphrase: string): void {
    const seed = new Seed(randomBytes(64));
    const kept = wallet.seed()?.bytes ?? new Uint8Array(0);
    const { store } = this.host;
    store.db.transaction(() => {
      store.deactivateAll(wallet.name);
      store.setSeed(
        wallet.name,
        null,
        sealSeed(concat(kept, seed.bytes), passphrase),
        toHex(seed.fingerprint),
      );
      this.activate(wallet.name, seed, Math.floor(this.host.now() / 1000));
    })();
    wallet.forgetSeed();
  }

  load(name: string, loadOnStartup: boolean | null): void {
    if (!this.all.has(name)) {
      throw new RpcError(
        -18,
        `Wallet file verification failed. Failed to load database path '${name}'. Path does not exist.`,
      );
    }
    if (this.loaded().includes(name)) {
      throw new RpcError(
        -4,
        'Wallet file verification failed. SQLiteDatabase: Unable to obtain an exclusive lock on the database, is it being used by another instance of Elements Core?\n',
      );
    }
    this.host.store.setLoaded(name, true);
    if (loadOnStartup !== null) this.host.store.setLoadOnStartup(name, loadOnStartup);
  }

  unload(name: string): void {
    const wallet = this.get(name);
    this.host.store.forgetLocks(wallet.name);
    this.host.store.setLoaded(wallet.name, false);
    wallet.lock();
  }

  // Following the chain

  /** Tells what is in an output the wallet made itself, so that it need not be opened. */
  foretell(wallet: string, txid: string, vout: number, opened: Opened): void {
    this.foretold.set(`${wallet}:${txid}:${vout}`, opened);
  }

  private async open(name: string, tx: Transaction, vout: number): Promise<Opened | null> {
    const output = tx.outputs[vout];
    const blindingKey = output ? this.all.get(name)?.blindingKey(output.script) : null;
    if (!output || !blindingKey || output.nonce.length !== 33) return null;
    return this.host.pool.open({
      asset: output.asset,
      value: output.value,
      nonce: output.nonce,
      rangeproof: output.rangeproof,
      script: output.script,
      blindingKey,
    });
  }

  added(txid: string, tx: Transaction): void {
    const time = Math.floor(this.host.now() / 1000);
    this.record(txid, tx, time);
    for (const name of this.all.keys()) this.host.store.dropSpends(name, txid);
  }

  connected(block: BlockInfo): void {
    const [first] = block.txids;
    if (first === undefined) return;
    const tx = this.host.chain.store.transaction(first);
    if (tx) this.record(first, tx, block.time);
  }

  /** Enters a transaction into the books of every wallet that it touches. */
  private record(txid: string, tx: Transaction, time: number): void {
    const { store } = this.host;
    const touched = new Map<string, boolean>();
    for (const input of isCoinbase(tx) ? [] : tx.inputs) {
      const spent = prevTxid(input);
      for (const name of store.ownersOf(spent, input.vout)) {
        touched.set(name, true);
        // What a wallet sees spent it does not keep locked (seen on Elements 23.3, AddToSpends).
        store.unlock(name, spent, input.vout);
      }
    }
    for (const [vout, output] of tx.outputs.entries()) {
      if (scriptType(output.script) === 'fee') continue;
      for (const owner of store.owners(output.script)) {
        const key = `${owner.wallet}:${txid}:${vout}`;
        const known = this.foretold.get(key) ?? null;
        this.foretold.delete(key);
        this.putOutput(owner.wallet, txid, vout, tx, known, true);
        if (!known && isCommitment(output.value)) this.later(owner.wallet, txid, vout, tx);
        this.all.get(owner.wallet)?.markUsed(output.script);
        if (!touched.has(owner.wallet)) touched.set(owner.wallet, false);
      }
    }
    for (const [name, fromMe] of touched) {
      store.addTx(name, {
        txid,
        time,
        from_me: fromMe ? 1 : 0,
        coinbase: isCoinbase(tx) ? 1 : 0,
        comment: null,
        comment_to: null,
      });
    }
  }

  private putOutput(
    wallet: string,
    txid: string,
    vout: number,
    tx: Transaction,
    opened: Opened | null,
    pending: boolean,
  ): void {
    const output = tx.outputs[vout];
    if (!output) return;
    const row: OutputRow = {
      txid,
      vout,
      script: Buffer.from(output.script),
      asset: null,
      value: null,
      asset_blinder: null,
      amount_blinder: null,
      pending: 0,
    };
    const value = valueOf(output.value);
    const asset = assetIdOf(output.asset);
    if (value !== null && asset !== null) {
      Object.assign(row, { asset, value, asset_blinder: ZERO_HASH, amount_blinder: ZERO_HASH });
    } else if (opened) {
      row.asset = toDisplay(opened.asset);
      row.value = opened.value;
      row.asset_blinder = toDisplay(opened.assetBlinder);
      row.amount_blinder = toDisplay(opened.amountBlinder);
    } else {
      row.pending = pending ? 1 : 0;
    }
    this.host.store.putOutput(wallet, row);
  }

  /** Opens an output in the background; whoever asks the wallet waits for it. */
  private later(name: string, txid: string, vout: number, tx: Transaction): void {
    const work = this.open(name, tx, vout).then((opened) => {
      this.putOutput(name, txid, vout, tx, opened, false);
    });
    // The threads end with the node: what was not opened stays pending for the next start.
    const settled = Promise.allSettled([this.opening.get(name), work]);
    this.opening.set(name, settled);
  }

  /** Takes up what an earlier run left unopened. */
  resume(): void {
    for (const { wallet, txid, vout } of this.host.store.pending()) {
      const tx = this.host.chain.store.transaction(txid);
      if (tx) this.later(wallet, txid, vout, tx);
    }
  }

  /** Until the wallet has looked into everything it was paid so far. */
  async settled(name: string | undefined): Promise<void> {
    for (const one of name === undefined ? [...this.opening.keys()] : [name]) await this.opening.get(one);
  }

  /** Looks for the wallet's scripts in the whole chain, and opens what could not be opened before. */
  async rescan(wallet: Wallet, fromTime = 0): Promise<void> {
    const { store, chain } = this.host;
    const jobs: Promise<void>[] = [];
    for (const found of store.chainOutputs(wallet.name)) {
      const known = store.output(wallet.name, found.txid, found.vout);
      if (known?.value != null) continue;
      const tx = chain.store.transaction(found.txid);
      const at = chain.locate(found.txid);
      const block = at?.kind === 'block' ? chain.store.block(at.hash) : null;
      const time = block?.time ?? chain.mempool.get(found.txid)?.time ?? 0;
      if (!tx || time < fromTime) continue;
      jobs.push(this.adopt(wallet, found.txid, found.vout, tx, time));
    }
    await Promise.all(jobs);
  }

  private async adopt(
    wallet: Wallet,
    txid: string,
    vout: number,
    tx: Transaction,
    time: number,
  ): Promise<void> {
    const opened = await this.open(wallet.name, tx, vout);
    const { store, chain } = this.host;
    this.host.store.db.transaction(() => {
      this.putOutput(wallet.name, txid, vout, tx, opened, false);
      wallet.markUsed(tx.outputs[vout]?.script ?? new Uint8Array(0));
      const common = { coinbase: isCoinbase(tx) ? 1 : 0, comment: null, comment_to: null };
      store.addTx(wallet.name, { txid, time, from_me: 0, ...common });
      const spender = chain.store.spender(txid, vout);
      if (spender === null) return;
      const at = chain.locate(spender);
      const spentAt =
        at?.kind === 'block' ? chain.store.block(at.hash)?.time : chain.mempool.get(spender)?.time;
      store.addTx(wallet.name, { txid: spender, time: spentAt ?? time, from_me: 1, ...common, coinbase: 0 });
    })();
  }

  wallet(name: string): Wallet {
    return this.require(name);
  }
}

export function masterKeyBytes(hex: string): Bytes {
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) throw new RpcError(-5, 'Invalid hexadecimal for key');
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

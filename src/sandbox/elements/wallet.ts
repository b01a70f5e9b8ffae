import type { Chain } from '../chain/index.ts';
import { COINBASE_MATURITY } from '../chain/index.ts';
import type { Bytes, ProofPool } from '../crypto/index.ts';
import { prevTxid } from '../crypto/index.ts';
import { blindingKey, blindingPubkey, confidentialAddress, encodeAddress } from './address.ts';
import type { Derived, Descriptor } from './descriptor.ts';
import { derive, parseDescriptor } from './descriptor.ts';
import { RpcError } from './rpc-error.ts';
import { Keyring, openSeed } from './seed.ts';
import type { DescriptorRow, OutputRow, WalletRow, WalletStore } from './wallet-store.ts';

/** What wallets stand on. */
export interface WalletHost {
  chain: Chain;
  pool: ProofPool;
  store: WalletStore;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A spendable output of the wallet, opened. Asset and blinders in display order. */
export interface WalletCoin {
  txid: string;
  vout: number;
  script: Bytes;
  asset: string;
  value: bigint;
  assetBlinder: string;
  amountBlinder: string;
  confirmations: number;
  coinbase: boolean;
  /** Confirmed, or the wallet's own change. */
  trusted: boolean;
  locked: boolean;
}

export interface ScriptInfo {
  row: DescriptorRow;
  descriptor: Descriptor;
  derived: Derived;
  position: number;
}

/** How far ahead of the last address given out the scripts of a wallet with keys are known. */
const LOOKAHEAD = 20;
const ZERO_HASH = '0'.repeat(64);

export class Wallet {
  readonly name: string;
  private readonly host: WalletHost;
  private readonly parsed = new Map<string, Descriptor>();
  private unlocked: { seed: Keyring; until: number } | null = null;
  private plainSeed: Keyring | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(name: string, host: WalletHost) {
    this.name = name;
    this.host = host;
  }

  get chain(): Chain {
    return this.host.chain;
  }

  get pool(): ProofPool {
    return this.host.pool;
  }

  get store(): WalletStore {
    return this.host.store;
  }

  get row(): WalletRow {
    const row = this.store.wallet(this.name);
    if (!row) throw new Error(`the state lacks wallet ${this.name}`);
    return row;
  }

  /** One at a time: whoever chooses coins must be done before the next chooses. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work, work);
    this.last = result.catch(() => undefined);
    return result;
  }

  // Keys

  get encrypted(): boolean {
    return this.row.sealed !== null;
  }

  /** Seconds since the epoch until which it is unlocked; 0 while locked; null when not encrypted. */
  unlockedUntil(): number | null {
    if (!this.encrypted) return null;
    return this.unlockedSeed() ? Math.floor((this.unlocked?.until ?? 0) / 1000) : 0;
  }

  private unlockedSeed(): Keyring | null {
    if (this.unlocked && this.unlocked.until <= this.host.now()) this.unlocked = null;
    return this.unlocked?.seed ?? null;
  }

  unlock(passphrase: string, seconds: number): void {
    const { sealed } = this.row;
    if (!sealed) {
      throw new RpcError(-15, 'Error: running with an unencrypted wallet, but walletpassphrase was called.');
    }
    const bytes = openSeed(Uint8Array.from(sealed), passphrase);
    if (!bytes) throw new RpcError(-14, 'Error: The wallet passphrase entered was incorrect.');
    this.unlocked = { seed: new Keyring(bytes), until: this.host.now() + seconds * 1000 };
  }

  lock(): void {
    this.unlocked = null;
  }

  /** After the seed changed or was sealed: nothing of the old one stays. */
  forgetSeed(): void {
    this.plainSeed = null;
    this.unlocked = null;
  }

  /** Null for a wallet without private keys; throws -13 while locked. */
  seed(): Keyring | null {
    const row = this.row;
    if (row.private_keys === 0) return null;
    if (row.sealed) {
      const seed = this.unlockedSeed();
      if (!seed) {
        throw new RpcError(-13, 'Error: Please enter the wallet passphrase with walletpassphrase first.');
      }
      return seed;
    }
    if (!row.seed) return null;
    this.plainSeed ??= new Keyring(Uint8Array.from(row.seed));
    return this.plainSeed;
  }

  requireUnlocked(): void {
    this.seed();
  }

  get masterKey(): Bytes | null {
    const key = this.row.master_key;
    return key ? Uint8Array.from(key) : null;
  }

  // Scripts

  private descriptorOf(row: DescriptorRow): Descriptor {
    let parsed = this.parsed.get(row.text);
    if (!parsed) {
      parsed = parseDescriptor(row.text);
      this.parsed.set(row.text, parsed);
    }
    return parsed;
  }

  /** How the wallet derives a script; null if it is not its own. */
  scriptInfo(script: Bytes): ScriptInfo | null {
    const owned = this.store.owned(this.name, script);
    if (!owned) return null;
    const row = this.store.descriptor(owned.descriptor);
    if (!row) return null;
    const descriptor = this.descriptorOf(row);
    return { row, descriptor, derived: derive(descriptor, owned.position), position: owned.position };
  }

  /** Makes the scripts of a descriptor known up to (not including) `end`; pauses so that others get their turn. */
  async deriveUpTo(row: DescriptorRow, end: number): Promise<DescriptorRow> {
    let { derived } = row;
    while (derived < end) {
      const upTo = Math.min(end, derived + 100);
      this.store.db.transaction(() => this.addScripts(row, derived, upTo))();
      derived = upTo;
      this.store.setProgress(row.id, { next: row.next, rangeEnd: row.range_end, derived });
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { ...row, derived };
  }

  private addScripts(row: DescriptorRow, from: number, to: number): void {
    const descriptor = this.descriptorOf(row);
    for (let position = from; position < to; position++) {
      this.store.addScript(derive(descriptor, position).script, this.name, row.id, position);
    }
  }

  /** The next unused script of the receiving or the change chain. */
  newScript(internal: boolean): Bytes {
    const row = this.store
      .descriptors(this.name)
      .find((one) => one.active === 1 && one.internal === (internal ? 1 : 0));
    if (!row) throw new RpcError(-4, 'Error: This wallet has no available keys');
    const descriptor = this.descriptorOf(row);
    const position = row.next;
    const { script } = derive(descriptor, position);
    const wanted = Math.max(row.derived, position + 1 + LOOKAHEAD);
    this.store.db.transaction(() => {
      this.addScripts(row, row.derived, wanted);
      this.store.setProgress(row.id, {
        next: position + 1,
        rangeEnd: Math.max(row.range_end, position + 1 + 999),
        derived: wanted,
      });
    })();
    return script;
  }

  /** Whoever pays to an address of the wallet uses it up, and those before it. */
  markUsed(script: Bytes): void {
    const owned = this.store.owned(this.name, script);
    const row = owned ? this.store.descriptor(owned.descriptor) : null;
    if (!owned || !row || owned.position < row.next) return;
    const next = owned.position + 1;
    const wanted = Math.max(row.derived, next + LOOKAHEAD);
    this.addScripts(row, row.derived, wanted);
    this.store.setProgress(row.id, { next, rangeEnd: Math.max(row.range_end, next + 999), derived: wanted });
  }

  blindingPubkey(script: Bytes): Bytes | null {
    const master = this.masterKey;
    return master ? blindingPubkey(master, script) : null;
  }

  blindingKey(script: Bytes): Bytes | null {
    const master = this.masterKey;
    return master ? blindingKey(master, script) : null;
  }

  deriveAt(row: DescriptorRow, position: number): Derived {
    return derive(this.descriptorOf(row), position);
  }

  plainAddress(script: Bytes): string {
    return encodeAddress(script) ?? '';
  }

  /** Confidential if the wallet can blind. */
  address(script: Bytes): string {
    const pubkey = this.blindingPubkey(script);
    return pubkey ? confidentialAddress(script, pubkey) : this.plainAddress(script);
  }

  /** An output of the wallet that is in nobody's address book is change. */
  isChange(script: Bytes): boolean {
    return this.store.owned(this.name, script) !== null && this.store.label(this.name, script) === null;
  }

  // Coins

  isLocked(txid: string, vout: number): boolean {
    return this.store.locks(this.name).some((lock) => lock.txid === txid && lock.vout === vout);
  }

  /** Confirmed, or unconfirmed and made from nothing but trusted coins of the wallet. */
  isTrusted(txid: string, seen = new Set<string>()): boolean {
    if (this.chain.confirmations(txid) > 0) return true;
    if (!this.chain.mempool.get(txid)) return false;
    if (seen.has(txid)) return true;
    seen.add(txid);
    const tx = this.chain.store.transaction(txid);
    if (!tx) return false;
    return tx.inputs.every((input) => {
      const parent = prevTxid(input);
      return this.store.output(this.name, parent, input.vout)?.value != null && this.isTrusted(parent, seen);
    });
  }

  /** Unspent and mature outputs that the wallet opens. */
  coins(): WalletCoin[] {
    const locks = new Set(this.store.locks(this.name).map((lock) => `${lock.txid}:${lock.vout}`));
    const tip = this.chain.tip.height;
    const trust = new Map<string, boolean>();
    const coins: WalletCoin[] = [];
    for (const row of this.store.unspent(this.name)) {
      if (row.asset === null || row.value === null) continue;
      const confirmations = row.height < 0 ? 0 : tip - row.height + 1;
      if (row.coinbase && confirmations <= COINBASE_MATURITY) continue;
      let trusted = confirmations > 0;
      if (!trusted) {
        trusted = trust.get(row.txid) ?? this.isTrusted(row.txid);
        trust.set(row.txid, trusted);
      }
      coins.push({
        txid: row.txid,
        vout: row.vout,
        script: Uint8Array.from(row.script),
        asset: row.asset,
        value: row.value,
        assetBlinder: row.asset_blinder ?? ZERO_HASH,
        amountBlinder: row.amount_blinder ?? ZERO_HASH,
        confirmations,
        coinbase: row.coinbase,
        trusted,
        locked: locks.has(`${row.txid}:${row.vout}`),
      });
    }
    return coins;
  }

  /** Mining rewards that are too young to be spent. */
  immature(): Map<string, bigint> {
    const total = new Map<string, bigint>();
    const tip = this.chain.tip.height;
    for (const row of this.store.unspent(this.name)) {
      if (!row.coinbase || row.asset === null || row.value === null) continue;
      if (tip - row.height + 1 <= COINBASE_MATURITY)
        total.set(row.asset, (total.get(row.asset) ?? 0n) + row.value);
    }
    return total;
  }

  balance(filter: (coin: WalletCoin) => boolean): Map<string, bigint> {
    const total = new Map<string, bigint>();
    for (const coin of this.coins()) {
      if (filter(coin)) total.set(coin.asset, (total.get(coin.asset) ?? 0n) + coin.value);
    }
    return total;
  }

  output(txid: string, vout: number): OutputRow | null {
    return this.store.output(this.name, txid, vout);
  }
}

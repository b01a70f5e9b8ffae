import type { Db } from '../amp/index.ts';
import { toHex, sha256, u32 } from '../crypto/index.ts';
import type { ProofPool } from '../crypto/index.ts';
import { GLOBAL, fieldKey } from '../elements/pset/index.ts';
import type { ScriptIndex } from '../esplora/index.ts';
import { Assets } from './assets.ts';
import type { Amp2Asset } from './assets.ts';
import { readPset } from './cosign/read.ts';
import type { ReadPset } from './cosign/read.ts';
import { checkRules } from './cosign/rules.ts';
import { cosign, cosignAnother, cosignBadly } from './cosign/sign.ts';
import type { ServerKey } from './server-key.ts';
import { Wallets } from './wallets.ts';

/** What the issuer of an asset decides; `amount` 0 takes a cap away. */
export type Amp2Deed =
  | { action: 'admit' | 'remove'; assetId: string; wid: string }
  | { action: 'lock' | 'unlock'; assetId: string }
  | { action: 'cap'; assetId: string; amount: bigint }
  | { action: 'lock-utxo' | 'unlock-utxo'; assetId: string; txid: string; vout: number };

/** The AMP2 server without its network. */
export class Amp2 {
  readonly server: ServerKey;
  readonly issuerToken: string;
  readonly wallets: Wallets;
  readonly assets: Assets;
  private readonly chain: ScriptIndex;
  private readonly pool: ProofPool;

  constructor(options: {
    db: Db;
    server: ServerKey;
    issuerToken: string;
    chain: ScriptIndex;
    pool: ProofPool;
    clock: () => number;
  }) {
    this.server = options.server;
    this.issuerToken = options.issuerToken;
    this.chain = options.chain;
    this.pool = options.pool;
    this.wallets = new Wallets(options.db, options.server, options.chain, options.clock);
    this.assets = new Assets(options.db, options.chain, this.wallets, options.pool);
  }

  /** Throws Amp2Refusal, as below. */
  async register(descriptor: string): Promise<string> {
    await this.chain.sync();
    return this.wallets.register(descriptor);
  }

  /** Checks all that there is to check, then signs; PSET in base64. */
  async cosign(pset: string): Promise<string> {
    return cosign(this.server, await this.checked(pset));
  }

  /** Fault: a signature that does not hold. */
  async cosignBadly(pset: string): Promise<string> {
    return cosignBadly(this.server, await this.checked(pset));
  }

  /** Fault: the signed transaction is another one than what was sent. */
  async cosignAnother(pset: string): Promise<string> {
    return cosignAnother(this.server, await this.checked(pset), ({ global }) => {
      const key = fieldKey(GLOBAL.LOCKTIME);
      const now = global.get(key);
      global.set(key, u32(1 + (now ? new DataView(now.buffer, now.byteOffset).getUint32(0, true) : 0)));
    });
  }

  /** Fault: the id of a wallet that is none. */
  strangeWid(): string {
    const hash = toHex(sha256(Buffer.from(`${this.server.text} stranger`)));
    return hash.slice(0, 32).replace(/....(?=.)/g, '$&-');
  }

  /** Throws RangeError for what cannot be done. */
  do(deed: Amp2Deed): void {
    const asset = this.assets.find(deed.assetId);
    if (!asset) throw new RangeError(`There is no AMP2 asset ${deed.assetId}.`);
    switch (deed.action) {
      case 'admit':
      case 'remove':
        if (!this.wallets.find(deed.wid)) throw new RangeError(`There is no wallet ${deed.wid}.`);
        if (deed.action === 'admit') this.assets.admit(deed.assetId, deed.wid);
        else this.assets.remove(deed.assetId, deed.wid);
        return;
      case 'lock':
      case 'unlock':
        this.assets.setLocked(deed.assetId, deed.action === 'lock');
        return;
      case 'cap':
        this.assets.setCap(deed.assetId, deed.amount);
        return;
      case 'lock-utxo':
      case 'unlock-utxo':
        this.assets.setUtxoLocked(deed.txid, deed.vout, deed.action === 'lock-utxo');
    }
  }

  /** What the issuer sees; amounts in base units as text. */
  async look(): Promise<unknown> {
    const describe = async (asset: Amp2Asset): Promise<unknown> => ({
      assetId: asset.assetId,
      name: asset.name,
      ticker: asset.ticker,
      precision: asset.precision,
      locked: asset.locked,
      cap: asset.cap?.toString() ?? null,
      group: asset.group,
      members: this.assets.members(asset.assetId),
      ownership: (await this.assets.ownership(asset)).map(({ wid, amount }) => ({
        wid,
        amount: amount.toString(),
      })),
    });
    const assets: unknown[] = [];
    for (const asset of this.assets.list()) assets.push(await describe(asset));
    return { serverKey: this.server.text, wallets: this.wallets.list(), assets };
  }

  private async checked(pset: string): Promise<ReadPset> {
    await this.chain.sync();
    this.wallets.keepAhead();
    const context = { chain: this.chain, wallets: this.wallets, assets: this.assets, pool: this.pool };
    const read = await readPset(context, pset);
    checkRules(this.assets, read);
    return read;
  }
}

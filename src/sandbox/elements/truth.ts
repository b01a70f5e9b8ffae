import type { Chain, Coin } from '../chain/index.ts';
import type { Bytes, Opened, ProofPool } from '../crypto/index.ts';
import { assetIdOf, fromHex, isUnspendable, toDisplay, toHex, valueOf } from '../crypto/index.ts';
import { blindingKey } from './address.ts';
import type { OpenedOutput, Truth, TruthKeys } from './types.ts';

const ZERO_HASH = '0'.repeat(64);
const REMEMBERED = 100_000;

/** Opens the chain's unspent outputs with keys that its holders hand over. What was opened once is remembered. */
export class TruthTeller {
  private readonly chain: Chain;
  private readonly pool: ProofPool;
  private readonly known = new Map<string, Opened>();

  constructor(chain: Chain, pool: ProofPool) {
    this.chain = chain;
    this.pool = pool;
  }

  async tell(keys: TruthKeys): Promise<Truth> {
    const masters = (keys.masterKeys ?? []).map(fromHex);
    const truth: Truth = { opened: [], closed: [] };
    const coins = this.chain.store.coins().filter((coin) => {
      if (isUnspendable(coin.output.script)) return false;
      return keys.only === undefined || keys.only.has(toHex(coin.output.script));
    });
    const results = await Promise.all(coins.map((coin) => this.open(coin, keys, masters)));
    for (const [i, coin] of coins.entries()) {
      const script = toHex(coin.output.script);
      const result = results[i];
      if (result) truth.opened.push(result);
      else truth.closed.push({ txid: coin.txid, vout: coin.vout, script });
    }
    return truth;
  }

  private async open(coin: Coin, keys: TruthKeys, masters: readonly Bytes[]): Promise<OpenedOutput | null> {
    const { txid, vout, output } = coin;
    const script = toHex(output.script);
    const place = {
      txid,
      vout,
      script,
      confirmations: coin.height < 0 ? 0 : this.chain.tip.height - coin.height + 1,
    };
    const value = valueOf(output.value);
    const asset = assetIdOf(output.asset);
    if (value !== null && asset !== null) {
      const blinders = { assetBlinder: ZERO_HASH, amountBlinder: ZERO_HASH };
      return { ...place, asset, value, ...blinders, confidential: false };
    }
    const opened = await this.openConfidential(coin, keys.scripts?.get(script), masters);
    if (!opened) return null;
    return {
      ...place,
      asset: toDisplay(opened.asset),
      value: opened.value,
      assetBlinder: toDisplay(opened.assetBlinder),
      amountBlinder: toDisplay(opened.amountBlinder),
      confidential: true,
    };
  }

  private async openConfidential(
    coin: Coin,
    scriptKey: string | undefined,
    masters: readonly Bytes[],
  ): Promise<Opened | null> {
    const { output } = coin;
    const candidates = [
      ...(scriptKey === undefined ? [] : [fromHex(scriptKey)]),
      ...masters.map((master) => blindingKey(master, output.script)),
    ];
    for (const key of candidates) {
      const name = `${coin.txid}:${coin.vout}:${toHex(key)}`;
      const known = this.known.get(name);
      if (known) return known;
      const rangeproof = this.chain.store.transaction(coin.txid)?.outputs[coin.vout]?.rangeproof;
      if (!rangeproof) return null;
      const opened = await this.pool.open({ ...output, rangeproof, blindingKey: key });
      if (!opened) continue;
      if (this.known.size < REMEMBERED) this.known.set(name, opened);
      return opened;
    }
    return null;
  }
}

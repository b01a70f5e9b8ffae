import { randomBytes } from 'node:crypto';
import type { Chain, Coin } from '../chain/index.ts';
import { RELAY_FEE_RATE, explicitOutput, feeAt } from '../chain/index.ts';
import type { ProofPool, Transaction } from '../crypto/index.ts';
import { OP_TRUE, assetIdOf, fromDisplay, newInput, sizeOf, txidOf, valueOf } from '../crypto/index.ts';
import { decodeAddress } from './address.ts';
import { blindOutputs } from './blind.ts';
import { RpcError } from './rpc-error.ts';

const ZERO_HASH = '0'.repeat(64);
/** The purse's coins are used in turn so that payments without a block between them do not pile up in one chain. */
const MAX_DEPTH = 20;

function affordable(chain: Chain, sats: bigint, busy: ReadonlySet<string>): Coin {
  let found: Coin | null = null;
  for (const coin of chain.store.coins(OP_TRUE)) {
    const value = valueOf(coin.output.value);
    if (coin.coinbase || assetIdOf(coin.output.asset) !== chain.policyAsset || value === null) continue;
    if (busy.has(`${coin.txid}:${coin.vout}`) || value < sats) continue;
    if (coin.height >= 0) return coin;
    if (chain.mempool.ancestors([coin.txid]).size < MAX_DEPTH) found ??= coin;
  }
  if (!found) throw new RpcError(-6, 'The faucet has no coin for this amount; mine a block and try again.');
  return found;
}

/** Pays anybody out of coins that anyone can spend. */
export class Faucet {
  private readonly chain: Chain;
  private readonly pool: ProofPool;
  private readonly busy = new Set<string>();

  constructor(chain: Chain, pool: ProofPool) {
    this.chain = chain;
    this.pool = pool;
  }

  /** Returns the txid; the transaction is in the mempool. */
  async pay(address: string, sats: bigint): Promise<string> {
    const to = decodeAddress(address);
    if (!to) throw new RpcError(-5, `Invalid Bitcoin address: ${address}`);
    if (sats <= 0n) throw new RpcError(-3, 'Amount out of range');
    const coin = affordable(this.chain, sats + 10_000n, this.busy);
    const key = `${coin.txid}:${coin.vout}`;
    this.busy.add(key);
    try {
      const tx = await this.build(coin, to, sats);
      await this.chain.accept(tx);
      return txidOf(tx);
    } finally {
      this.busy.delete(key);
    }
  }

  private async build(
    coin: Coin,
    to: { script: Uint8Array; blindingPubkey: Uint8Array | null },
    sats: bigint,
  ): Promise<Transaction> {
    const asset = this.chain.policyAsset;
    const have = valueOf(coin.output.value) ?? 0n;
    const input = newInput(fromDisplay(coin.txid), coin.vout, 0xfffffffd);
    const tx: Transaction = {
      version: 2,
      locktime: 0,
      inputs: [input],
      outputs: [explicitOutput(asset, sats, to.script)],
    };
    if (to.blindingPubkey) {
      const secrets = { asset, value: have, assetBlinder: ZERO_HASH, amountBlinder: ZERO_HASH };
      const output = { vout: 0, script: to.script, asset, value: sats, blindingPubkey: to.blindingPubkey };
      const [blinded] = await blindOutputs(this.pool, [secrets], [output]);
      if (blinded) {
        const { asset: generator, value, nonce, rangeproof, surjectionProof } = blinded.fields;
        tx.outputs[0] = { asset: generator, value, nonce, script: to.script, rangeproof, surjectionProof };
      }
    }
    // Change and fee are explicit: measured with stand-ins of the same size.
    tx.outputs.push(explicitOutput(asset, 1n, OP_TRUE), explicitOutput(asset, 1n, new Uint8Array(0)));
    const fee = feeAt(sizeOf(tx).vsize, RELAY_FEE_RATE);
    tx.outputs[1] = explicitOutput(asset, have - sats - fee, OP_TRUE);
    tx.outputs[2] = explicitOutput(asset, fee, new Uint8Array(0));
    return tx;
  }
}

/** A password nobody has used before. */
export function newPassword(): string {
  return randomBytes(16).toString('hex');
}

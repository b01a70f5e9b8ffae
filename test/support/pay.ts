import type { Coin, ElementsNode, FundOutput, TreasuryWallet } from '../../src/main/elements/index.ts';
import type { BlindedOutput, Liquid } from '../../src/main/liquid/index.ts';
import type { Amount } from '../../src/shared/money.ts';

export interface Paid {
  txid: string;
  hex: string;
  fee: Amount;
  /** What was blinded, with its blinders. */
  outputs: BlindedOutput[];
}

/** Funds, blinds, signs, finalizes, tests and broadcasts, as the desk does. */
export async function pay(
  node: ElementsNode,
  wallet: TreasuryWallet,
  liquid: Liquid,
  inputs: readonly Coin[],
  outputs: readonly FundOutput[],
  sign: (pset: string) => Promise<string> = (pset) => wallet.sign(pset),
): Promise<Paid> {
  const funded = await wallet.fund({ inputs, outputs, feeRate: '0.1' });
  const blinded = await liquid.blind({ pset: funded.pset, inputs });
  const signed = await sign(blinded.pset);
  const { complete, hex } = await node.finalize(signed);
  if (!complete || hex === null) throw new Error('not fully signed');
  const verdict = await node.testAccept(hex);
  if (!verdict.allowed) throw new Error(`not accepted: ${verdict.reason}`);
  if (verdict.fee !== funded.fee) throw new Error('the fee changed on the way');
  return { txid: await node.broadcast(hex), hex, fee: funded.fee, outputs: blinded.outputs };
}

/** A coin of the asset and one of L-BTC that together can pay. */
export function pick(coins: readonly Coin[], assetId: string, policyAsset: string): Coin[] {
  const largest = (wanted: string) =>
    coins.filter((coin) => coin.assetId === wanted).toSorted((a, b) => Number(b.value - a.value))[0];
  const asset = largest(assetId);
  const lbtc = largest(policyAsset);
  if (!asset || !lbtc) throw new Error('the wallet lacks a coin');
  return [asset, lbtc];
}

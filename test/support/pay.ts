import type { AssembledOutput, Coin, ElementsNode, TreasuryWallet } from '../../src/main/elements/index.ts';
import type { BlindedOutput, Liquid } from '../../src/main/liquid/index.ts';
import { compose } from '../../src/main/operations/transaction/compose.ts';
import type { Amount } from '../../src/shared/money.ts';

export interface Paid {
  txid: string;
  hex: string;
  fee: Amount;
  /** What was blinded, with its blinders: the payments in their order, then the change. */
  outputs: BlindedOutput[];
}

type Payment = Omit<AssembledOutput, 'own'>;

/** A PSET of exactly these coins and payments, with change and fee as the desk works them out. */
export async function prepare(
  node: ElementsNode,
  wallet: TreasuryWallet,
  inputs: readonly Coin[],
  payments: readonly Payment[],
): Promise<{ pset: string; fee: Amount }> {
  const coins = inputs.map((coin) => ({ assetId: coin.assetId, amount: coin.value }));
  const { changes, fee } = compose(coins, payments, '0.1', await node.policyAsset());
  const outputs: AssembledOutput[] = payments.map((payment) => ({ ...payment, own: false }));
  for (const change of changes) {
    outputs.push({ ...change, address: await wallet.newChangeAddress(), own: true });
  }
  return { pset: await wallet.assemble({ inputs, outputs, fee }), fee };
}

/** Composes, assembles, blinds, signs, finalizes, tests and broadcasts, as the desk does. */
export async function pay(
  node: ElementsNode,
  wallet: TreasuryWallet,
  liquid: Liquid,
  inputs: readonly Coin[],
  payments: readonly Payment[],
  sign: (pset: string) => Promise<string> = (pset) => wallet.sign(pset),
): Promise<Paid> {
  const { pset, fee } = await prepare(node, wallet, inputs, payments);
  const blinded = await liquid.blind({ pset, inputs });
  const signed = await sign(blinded.pset);
  const { complete, hex } = await node.finalize(signed);
  if (!complete || hex === null) throw new Error('not fully signed');
  const verdict = await node.testAccept(hex);
  if (!verdict.allowed) throw new Error(`not accepted: ${verdict.reason}`);
  if (verdict.fee !== fee) throw new Error('the fee changed on the way');
  return { txid: await node.broadcast(hex), hex, fee, outputs: blinded.outputs };
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

import { fromDisplay, toHex } from '../../src/main/liquid/bytes.ts';
import type {
  BlindedOutput,
  DescriptorPolicy,
  InputSecrets,
  Liquid,
  NewPsetOutput,
  SpentCoin,
} from '../../src/main/liquid/types.ts';
import { wally } from '../../src/main/liquid/wally.ts';
import { amount } from '../../src/shared/money.ts';
import { ASSET, coin, digest, holder, LBTC } from './made-up-pset.ts';

export interface CustodyPset {
  pset: string;
  outputs: BlindedOutput[];
  inputs: InputSecrets[];
  coins: SpentCoin[];
}

/** A payment out of a custody wallet as the desk builds it: two coins, one recipient, change of both assets, the fee. */
export async function custodyPayment(
  liquid: Liquid,
  policy: DescriptorPolicy,
  lbtc = LBTC,
): Promise<CustodyPset> {
  const places = await liquid.addresses(policy, 0, 1, 2);
  const change = await liquid.addresses(policy, 1, 3, 2);
  const made = [coin(ASSET, 5_000n, 'custody asset'), coin(lbtc, 2_000n, 'custody lbtc')];
  const inputs = made.map((one, vout): InputSecrets => ({
    ...one,
    txid: digest(`custody ${vout}`),
    vout,
    value: amount(one.value),
  }));
  const coins = inputs.map((secrets, i): SpentCoin => {
    const generator = wally.asset_generator_from_bytes(
      fromDisplay(secrets.assetId),
      fromDisplay(secrets.assetBlinder),
    );
    const value = wally.asset_value_commitment(secrets.value, fromDisplay(secrets.amountBlinder), generator);
    const { script = '', witnessScript = null, redeemScript = null, keys = [] } = places[i] ?? {};
    return {
      txid: secrets.txid,
      vout: secrets.vout,
      utxo: { asset: toHex(generator), value: toHex(value), nonce: '00', script },
      witnessScript,
      redeemScript,
      keys,
    };
  });
  const back = change.map(({ script, blindingPubkey, keys }, i): NewPsetOutput => ({
    script,
    blindingPubkey,
    keys,
    assetId: i === 0 ? ASSET : lbtc,
    value: amount(i === 0 ? 4_000n : 1_900n),
  }));
  const { script, blindingPubkey } = holder(1);
  const pset = await liquid.newPset(coins, [
    { script, blindingPubkey, assetId: ASSET, value: amount(1_000n) },
    ...back,
    { script: '', assetId: lbtc, value: amount(100n), blindingPubkey: null },
  ]);
  return { ...(await liquid.blind({ pset, inputs, proveInputs: true })), inputs, coins };
}

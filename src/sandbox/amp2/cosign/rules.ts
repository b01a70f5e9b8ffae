import type { Amp2Asset, Assets } from '../assets.ts';
import { Amp2Refusal } from '../refusal.ts';
import type { ReadOutput, ReadPset } from './read.ts';

function violation(message: string): Amp2Refusal {
  return new Amp2Refusal('restriction_violation', message);
}

/**
 * The issuer's rules on every governed asset that the transaction moves. What returns to a sending wallet is change and
 * no transfer. Plain assets go where they like. Throws Amp2Refusal.
 */
export function checkRules(assets: Assets, { inputs, outputs }: ReadPset): void {
  const senders = new Set(inputs.map((input) => input.place.wallet.wid));
  for (const { assetId, txid, vout } of inputs) {
    if (!assets.find(assetId)) continue;
    if (assets.isLockedUtxo(txid, vout)) {
      throw new Amp2Refusal('asset_locked', `UTXO ${txid}:${vout} is locked by the issuer`);
    }
  }
  for (const assetId of new Set(outputs.map((output) => output.assetId))) {
    const asset = assets.find(assetId);
    if (asset)
      checkAsset(
        assets,
        asset,
        senders,
        outputs.filter((output) => output.assetId === assetId),
      );
  }
}

function checkAsset(
  assets: Assets,
  asset: Amp2Asset,
  senders: ReadonlySet<string>,
  outputs: readonly ReadOutput[],
): void {
  if (asset.locked) {
    throw new Amp2Refusal('asset_locked', `Asset ${asset.ticker} (${asset.assetId}) is locked`);
  }
  let moved = 0n;
  for (const { place, kind, amount } of outputs) {
    if (kind === 'burn') throw violation(`Asset ${asset.ticker} cannot be burned by this wallet`);
    if (!place) {
      throw new Amp2Refusal(
        'wallet_not_found',
        `Recipient of ${asset.ticker} is not a wallet registered with AMP2`,
      );
    }
    const { wid } = place.wallet;
    if (senders.has(wid)) continue;
    if (!assets.isMember(asset.assetId, wid)) {
      throw violation(`Recipient wallet wid=${wid} is not in restriction group '${asset.group}'`);
    }
    moved += amount;
  }
  if (asset.cap !== null && moved > asset.cap) {
    throw violation(
      `Transfer amount ${moved} of ${asset.ticker} exceeds the limit of ${asset.cap} (base units)`,
    );
  }
}

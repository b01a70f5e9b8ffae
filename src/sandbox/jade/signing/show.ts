import type { Bytes } from '../../crypto/index.ts';
import { scriptType, toHex } from '../../crypto/index.ts';
import { addressOf } from '../address.ts';
import { declined } from '../errors.ts';
import type { SigningDevice } from './device.ts';

/** One output as the person is to see it. */
export interface Shown {
  script: Bytes;
  /** Null for an unblinded output. */
  blindingPubkey: Bytes | null;
  assetId: string;
  value: bigint;
}

/** An asset's name on the screen; without one the device shows whole units of it. */
export interface AssetName {
  ticker: string;
  precision: number;
  issuer: string;
}

/** A burn has no address: its script stands there as it is. */
function receiverOf({ network }: SigningDevice, { script, blindingPubkey }: Shown): string {
  return scriptType(script) === 'nulldata' ? toHex(script) : addressOf(network, script, blindingPubkey);
}

function decimals(value: bigint, precision: number): string {
  if (precision === 0) return value.toString();
  const digits = value.toString().padStart(precision + 1, '0');
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

/**
 * Shows every output that is not hidden as change, then the fee, a screen each. `warn` is shown first where an asset has
 * no name, as the firmware does. Throws DeviceError with the call's own text when the person declines.
 */
export async function showOutputs(
  device: SigningDevice,
  outputs: readonly Shown[],
  names: ReadonlyMap<string, AssetName>,
  words: string,
): Promise<void> {
  const { policyAsset } = device.network;
  const known = new Map(names).set(policyAsset, { ticker: 'L-BTC', precision: 8, issuer: 'federation' });
  const refuse = (): never => {
    throw declined(words);
  };
  if (outputs.some(({ assetId }) => !known.has(assetId))) {
    const lines = ['Warning!', 'Amounts may be shown', 'in the wrong units'];
    if (!(await device.prompt(lines))) refuse();
  }
  for (const [index, output] of outputs.entries()) {
    const name = known.get(output.assetId);
    const lines = [
      `Output ${index + 1}/${outputs.length}`,
      `To: ${receiverOf(device, output)}`,
      `${decimals(output.value, name?.precision ?? 0)} ${name?.ticker ?? '<None>'}`,
      `${name?.issuer ?? 'unknown issuer'} - ${output.assetId}`,
    ];
    if (!(await device.prompt(lines))) refuse();
  }
}

export async function showFee(device: SigningDevice, fee: bigint, words: string): Promise<void> {
  const agreed = await device.prompt(['Send Transaction', `Fee: ${decimals(fee, 8)} L-BTC`]);
  if (!agreed) throw declined(words);
}

import { fromHex } from './bytes.ts';
import { slip77BlindingKey } from './slip77.ts';
import type { BlindingKey } from './types.ts';
import { own, wally } from './wally.ts';

/** Private key that opens what is paid to a script: SLIP-77, or ELIP-150's tweak of a view key. */
export function blindingPrivateKey({ kind, key }: BlindingKey, script: Uint8Array): Uint8Array {
  if (kind === 'slip77') return slip77BlindingKey(key, script);
  return own(wally.elip150_private_key_to_ec_private_key(fromHex(key), script));
}

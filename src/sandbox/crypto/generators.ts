import type { Bytes } from './bytes.ts';
import { toHex } from './bytes.ts';
import { zkp } from './zkp.ts';

const known = new Map<string, Bytes>();

/**
 * The 33-byte generator of an asset field: of the id itself when explicit (blinded by `blinder` if given), the
 * commitment as it is otherwise.
 */
export function generatorOf(asset: Bytes, blinder?: Bytes): Bytes {
  if (asset[0] !== 1) return asset;
  const id = asset.subarray(1);
  if (blinder) return zkp.generator.generateBlinded(id, blinder);
  const key = toHex(id);
  let generator = known.get(key);
  if (!generator) {
    generator = zkp.generator.generate(Uint8Array.from(id));
    known.set(key, generator);
  }
  return generator;
}

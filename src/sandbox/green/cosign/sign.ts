import { createHash } from 'node:crypto';
import type { GreenAddresses } from '../../amp/index.ts';
import {
  SIGHASH_ALL,
  WALLY,
  concat,
  explicitValue,
  segwitSighash,
  serializeTransaction,
  toHex,
  valueOf,
  wally,
} from '../../crypto/index.ts';
import type { Bytes, Transaction } from '../../crypto/index.ts';
import { withSignatures } from './inputs.ts';
import type { OwnInput } from './inputs.ts';

/** How Green signs: as it should, or as a broken or hostile server might. */
export type Signing = 'well' | 'badly' | 'with another key' | 'another transaction';

/** The transaction with Green's signatures, hex. */
export function signed(
  addresses: GreenAddresses,
  tx: Transaction,
  inputs: readonly OwnInput[],
  signing: Signing,
): string {
  const made = signing === 'another transaction' ? altered(tx) : tx;
  const signatures = inputs.map((input, index) => {
    const hash =
      made === tx
        ? input.hash
        : segwitSighash(made, index, input.witnessScript, input.coin.value, SIGHASH_ALL);
    const secret = addresses.keys.secret(input.address.terms, input.address.index);
    if (signing === 'badly') return signature(secret, createHash('sha256').update(hash).digest());
    if (signing === 'with another key') {
      return signature(createHash('sha256').update(secret).digest(), hash);
    }
    return signature(secret, hash);
  });
  return toHex(serializeTransaction(withSignatures(made, signatures)));
}

/** DER of a low-R, low-S signature, and the type ALL. */
function signature(secret: Bytes, hash: Bytes): Bytes {
  const compact = wally.ec_sig_from_bytes(secret, hash, WALLY.ECDSA | WALLY.GRIND_R);
  return concat(wally.ec_sig_to_der(compact), Uint8Array.of(SIGHASH_ALL));
}

/** The same payment to the eye, with a fee that is one unit lower: another transaction. */
function altered(tx: Transaction): Transaction {
  return {
    ...tx,
    outputs: tx.outputs.map((output) => {
      const fee = output.script.length === 0 ? valueOf(output.value) : null;
      return fee === null ? output : { ...output, value: explicitValue(fee - 1n) };
    }),
  };
}

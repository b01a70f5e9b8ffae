import { fromHex, parseTransaction } from '../../crypto/index.ts';
import type { Bytes, Transaction } from '../../crypto/index.ts';

/** Why Green does not sign, as its answer says it. */
export class CosignRefusal extends Error {}

export interface CosignRequest {
  tx: Transaction;
  /** For each output the hashed shared secret, or null where none is given. */
  nonces: (Bytes | null)[];
  /** For each input the witness script. */
  scripts: Bytes[];
}

const NONCE = /^[0-9a-f]{64}$/i;
const HEX = /^(?:[0-9a-f]{2})*$/i;

/** Reads `{tx, blinding_nonces, scripts}`. Throws CosignRefusal for anything else. */
export function readRequest(body: string): CosignRequest {
  let fields: unknown;
  try {
    fields = JSON.parse(body);
  } catch {
    throw new CosignRefusal('Invalid request: not JSON');
  }
  if (typeof fields !== 'object' || fields === null) throw new CosignRefusal('Invalid request');
  const { tx: hex, blinding_nonces: nonces, scripts } = fields as Record<string, unknown>;
  const tx = transaction(hex);
  const texts = (value: unknown, name: string, count: number, pattern: RegExp): string[] => {
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string' && pattern.test(one))) {
      throw new CosignRefusal(`Invalid ${name}`);
    }
    if (value.length !== count) {
      throw new CosignRefusal(`Invalid ${name}: ${value.length} given, the transaction has ${count}`);
    }
    return value as string[];
  };
  return {
    tx,
    nonces: texts(nonces, 'blinding_nonces', tx.outputs.length, HEX).map((text, index) => {
      if (text === '') return null;
      if (!NONCE.test(text)) throw new CosignRefusal(`Invalid blinding nonce of output ${index}`);
      return fromHex(text);
    }),
    scripts: texts(scripts, 'scripts', tx.inputs.length, HEX).map(fromHex),
  };
}

function transaction(hex: unknown): Transaction {
  if (typeof hex !== 'string') throw new CosignRefusal('Invalid transaction');
  try {
    const tx = parseTransaction(fromHex(hex));
    if (tx.inputs.length > 0 && tx.outputs.length > 0) return tx;
  } catch {
    // Said below in the same words.
  }
  throw new CosignRefusal('Invalid transaction');
}

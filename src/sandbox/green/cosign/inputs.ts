import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Context, IssuedAddress } from '../../amp/index.ts';
import {
  SIGHASH_ALL,
  concat,
  equal,
  parseMultisig,
  prevTxid,
  segwitSighash,
  toHex,
  txidOf,
} from '../../crypto/index.ts';
import type { Bytes, Transaction, TxInput, TxOutput } from '../../crypto/index.ts';
import { CosignRefusal } from './request.ts';
import type { CosignRequest } from './request.ts';

/** An input that Green has a key for, its owner's signature verified. */
export interface OwnInput {
  txid: string;
  vout: number;
  /** What it spends. */
  coin: TxOutput;
  address: IssuedAddress;
  witnessScript: Bytes;
  /** What both sign. */
  hash: Bytes;
}

/**
 * Checks every input: an unspent output of this chain (mempool included) at an address that Green issued, with the
 * address's witness script, signed by the owner. Throws CosignRefusal.
 */
export async function checkInputs(amp: Context, request: CosignRequest): Promise<OwnInput[]> {
  const { tx, scripts } = request;
  const spender = txidOf(tx);
  const outpoints = new Set<string>();
  const found: OwnInput[] = [];
  for (const [index, input] of tx.inputs.entries()) {
    const txid = prevTxid(input);
    const name = `${txid}:${input.vout}`;
    if (input.issuance || input.pegin) {
      throw new CosignRefusal(`Input ${index} issues or pegs in, which an AMP account does not`);
    }
    if (outpoints.has(name)) throw new CosignRefusal(`Input ${index} spends ${name} a second time`);
    outpoints.add(name);
    const coin = await unspent(amp, txid, input.vout, index, spender);
    const address = amp.green.addresses.issued(toHex(coin.script));
    if (!address)
      throw new CosignRefusal(`Input ${index} spends ${name}, an address not issued by this server`);
    const { witnessScript, redeemScript } = amp.green.addresses.keys.scripts(address.terms, address.index);
    if (!equal(witnessScript, scripts[index] ?? new Uint8Array(0))) {
      throw new CosignRefusal(`Script of input ${index} is not that of its address`);
    }
    requireForm(index, input, redeemScript, witnessScript);
    const hash = segwitSighash(tx, index, witnessScript, coin.value, SIGHASH_ALL);
    requireOwnerSignature(index, input, witnessScript, hash);
    found.push({ txid, vout: input.vout, coin, address, witnessScript, hash });
  }
  return found;
}

async function unspent(
  amp: Context,
  txid: string,
  vout: number,
  index: number,
  spender: string,
): Promise<TxOutput> {
  const coin = (await amp.chain.transaction(txid))?.tx.outputs[vout];
  if (!coin) throw new CosignRefusal(`Missing prevout: ${txid}:${vout} of input ${index} is not known`);
  const present = await amp.chain.node.call<object | null>('gettxout', [txid, vout, true]);
  // Spent by this very transaction is no double spend: somebody asks again.
  if (!present && !(await amp.chain.transaction(spender)))
    throw new CosignRefusal(`Input ${index} spends ${txid}:${vout}, which is spent already`);
  return coin;
}

/** P2SH-P2WSH: the witness program pushed, and `[empty, place of Green's signature, owner's signature, script]`. */
function requireForm(index: number, input: TxInput, redeemScript: Bytes, witnessScript: Bytes): void {
  const [dummy, server, owner, script] = input.witness;
  const complete = input.witness.length === 4 && server !== undefined && owner !== undefined;
  if (
    !complete ||
    dummy?.length !== 0 ||
    !script ||
    !equal(script, witnessScript) ||
    !equal(input.script, concat(Uint8Array.of(redeemScript.length), redeemScript))
  ) {
    throw new CosignRefusal(`Input ${index} is not finalized as a 2-of-2 of its address`);
  }
}

function requireOwnerSignature(index: number, input: TxInput, witnessScript: Bytes, hash: Bytes): void {
  const signature = input.witness[2] ?? new Uint8Array(0);
  const key = parseMultisig(witnessScript)?.keys[1];
  if (signature.at(-1) !== SIGHASH_ALL) {
    throw new CosignRefusal(`Signature of input ${index} is not of the type SIGHASH_ALL`);
  }
  if (!key || !holds(signature.slice(0, -1), hash, key)) {
    throw new CosignRefusal(`Signature of input ${index} is not valid`);
  }
}

function holds(signature: Bytes, hash: Bytes, key: Bytes): boolean {
  try {
    return secp256k1.verify(signature, hash, key, { prehash: false, format: 'der', lowS: true });
  } catch {
    return false;
  }
}

/** The transaction with Green's signatures in their places. */
export function withSignatures(tx: Transaction, signatures: readonly Bytes[]): Transaction {
  return {
    ...tx,
    inputs: tx.inputs.map((input, index) => {
      const witness = [...input.witness];
      witness[1] = signatures[index] ?? new Uint8Array(0);
      return { ...input, witness };
    }),
  };
}

import {
  DecodeError,
  assetIdOf,
  checkAmounts,
  isCommitment,
  isFee,
  isUnspendable,
  prevTxid,
  toDisplay,
  valueOf,
} from '../../crypto/index.ts';
import type { ProofPool, Transaction, TxOutput } from '../../crypto/index.ts';
import {
  ELEMENTS_OUT,
  OUT,
  amountField,
  checkOutputProofs,
  decodePset,
  elementsKey,
  fieldKey,
  inputUtxo,
  psetTransaction,
} from '../../elements/pset/index.ts';
import type { Fields, Pset } from '../../elements/pset/index.ts';
import type { ScriptIndex } from '../../esplora/index.ts';
import type { Assets } from '../assets.ts';
import { Amp2Refusal } from '../refusal.ts';
import type { Place, Wallets } from '../wallets.ts';

export interface ReadInput {
  place: Place;
  txid: string;
  vout: number;
  /** What it spends, as the chain has it. */
  spent: TxOutput;
  assetId: string;
  amount: bigint;
}

export interface ReadOutput {
  /** Null at scripts that no registered wallet has. */
  place: Place | null;
  kind: 'payment' | 'fee' | 'burn';
  assetId: string;
  amount: bigint;
}

/** A transaction of which this server knows every amount. */
export interface ReadPset {
  pset: Pset;
  tx: Transaction;
  inputs: ReadInput[];
  outputs: ReadOutput[];
}

export interface CosignContext {
  chain: ScriptIndex;
  wallets: Wallets;
  assets: Assets;
  pool: ProofPool;
}

function invalid(why: string): Amp2Refusal {
  return new Amp2Refusal('invalid_pset', `Invalid PSET: ${why}`);
}

/** Reads a PSET and opens all of it: with the registered wallets' keys and with the proofs it carries. Throws Amp2Refusal. */
export async function readPset(context: CosignContext, base64: string): Promise<ReadPset> {
  let pset: Pset;
  let tx: Transaction;
  try {
    pset = decodePset(base64);
    tx = psetTransaction(pset);
  } catch (error) {
    if (error instanceof DecodeError) throw invalid(error.message);
    throw error;
  }
  if (tx.inputs.length === 0) throw invalid('it has no inputs');
  if (tx.outputs.filter(isFee).length !== 1) throw invalid('it has no fee');
  const seen = new Set<string>();
  for (const input of tx.inputs) {
    const name = `${prevTxid(input)}:${input.vout}`;
    if (seen.has(name)) throw invalid(`it spends ${name} twice`);
    seen.add(name);
    if (input.issuance) throw invalid('issuances are not cosigned');
  }
  const inputs: ReadInput[] = [];
  for (const [i, input] of tx.inputs.entries()) {
    inputs.push(await readInput(context, prevTxid(input), input.vout, pset.inputs[i]));
  }
  const outputs: ReadOutput[] = [];
  for (const [i, output] of tx.outputs.entries()) {
    outputs.push(await readOutput(context, i, output, pset.outputs[i]));
  }
  await checkSums(context.pool, tx, inputs, outputs);
  return { pset, tx, inputs, outputs };
}

async function readInput(
  { chain, wallets, assets }: CosignContext,
  txid: string,
  vout: number,
  fields: Fields | undefined,
): Promise<ReadInput> {
  const spent = (await chain.transaction(txid))?.outputs[vout];
  if (!spent || !chain.whereabouts(txid)) {
    throw new Amp2Refusal('invalid_utxo', `UTXO ${txid}:${vout} does not exist`);
  }
  const spender = chain.spender(txid, vout);
  if (spender) {
    throw new Amp2Refusal('invalid_utxo', `UTXO ${txid}:${vout} is already spent by ${spender.txid}`);
  }
  const place = wallets.ownerOf(spent.script);
  if (!place) {
    throw new Amp2Refusal('wallet_not_found', `UTXO ${txid}:${vout} does not belong to a registered wallet`);
  }
  const claimed = fields && inputUtxo(fields);
  if (
    claimed &&
    (!same(claimed.script, spent.script) ||
      !same(claimed.value, spent.value) ||
      !same(claimed.asset, spent.asset))
  ) {
    throw invalid(`what it says of UTXO ${txid}:${vout} is not so`);
  }
  const opened = await assets.open(txid, vout, place.wallet);
  if (!opened) throw new Amp2Refusal('invalid_utxo', `UTXO ${txid}:${vout} cannot be unblinded`);
  return { place, txid, vout, spent, ...opened };
}

async function readOutput(
  { wallets, pool }: CosignContext,
  index: number,
  output: TxOutput,
  fields: Fields | undefined,
): Promise<ReadOutput> {
  const kind = isFee(output) ? 'fee' : isUnspendable(output.script) ? 'burn' : 'payment';
  const place = kind === 'payment' ? wallets.ownerOf(output.script) : null;
  const asset = assetIdOf(output.asset);
  const amount = valueOf(output.value);
  if (asset !== null && amount !== null) return { place, kind, assetId: asset, amount };
  if (!isCommitment(output.value) || asset !== null || !fields) {
    throw invalid(`output ${index} is neither blinded nor explicit`);
  }
  if (place) {
    // Its wallet must be able to read it, whatever proofs come along.
    const opened = await pool.open({ ...output, blindingKey: place.wallet.blindingKey(output.script) });
    if (!opened) throw invalid(`output ${index} cannot be unblinded by the wallet that it pays`);
    return { place, kind, assetId: toDisplay(opened.asset), amount: opened.value };
  }
  const declared = fields.get(elementsKey(ELEMENTS_OUT.ASSET));
  const value = amountField(fields, fieldKey(OUT.AMOUNT));
  if (!declared || value === null || checkOutputProofs(fields) !== 'ok') {
    throw invalid(`output ${index} carries no valid proof of its value and asset`);
  }
  return { place, kind, assetId: toDisplay(declared), amount: value };
}

async function checkSums(
  pool: ProofPool,
  tx: Transaction,
  inputs: readonly ReadInput[],
  outputs: readonly ReadOutput[],
): Promise<void> {
  const sums = new Map<string, bigint>();
  for (const { assetId, amount } of inputs) sums.set(assetId, (sums.get(assetId) ?? 0n) + amount);
  for (const { assetId, amount } of outputs) sums.set(assetId, (sums.get(assetId) ?? 0n) - amount);
  for (const [assetId, rest] of sums) {
    if (rest !== 0n) throw invalid(`inputs and outputs of asset ${assetId} differ by ${rest}`);
  }
  try {
    const proofs = checkAmounts(
      tx,
      inputs.map((input) => input.spent),
    );
    const held = await Promise.all(proofs.map((proof) => pool.verify(proof)));
    if (held.includes(false)) throw invalid('a proof of it does not hold');
  } catch (error) {
    if (error instanceof Amp2Refusal) throw error;
    throw invalid(error instanceof Error ? error.message : 'its commitments do not add up');
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

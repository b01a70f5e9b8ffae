import { MAX_AMOUNT } from '../../shared/money.ts';
import { toHex } from './bytes.ts';
import { psetInvalid } from './errors.ts';
import { newPset } from './new-pset.ts';
import type { NewInput, NewOutput } from './new-pset.ts';
import { transactionFromHex } from './transaction.ts';
import type { KeyOrigin, NewPsetOutput, SpentCoin } from './types.ts';

const SCRIPT = /^([0-9a-f]{2}){0,10000}$/;
const HEX_32 = /^[0-9a-f]{64}$/;
const KEY_33 = /^0[23][0-9a-f]{64}$/;
/** Null, explicit, or a commitment with one of the two prefixes that each kind has. */
const ASSET = /^(01|0[ab])[0-9a-f]{64}$/;
const VALUE = /^(01[0-9a-f]{16}|0[89][0-9a-f]{64})$/;
const NONCE = /^(00|0[1-3][0-9a-f]{64})$/;

const isIndex = (n: number): boolean => Number.isInteger(n) && n >= 0 && n < 0x4000_0000;

function keysFit(keys: readonly KeyOrigin[]): boolean {
  return keys.every(
    ({ pubkey, fingerprint, path }) =>
      KEY_33.test(pubkey) &&
      /^[0-9a-f]{8}$/.test(fingerprint) &&
      path.every((step) => Number.isInteger(step) && step >= 0 && step <= 0xffff_ffff),
  );
}

function inputOf(coin: SpentCoin, index: number): NewInput {
  const { txid, vout, utxo, witnessScript, redeemScript, keys } = coin;
  const fits =
    HEX_32.test(txid) &&
    isIndex(vout) &&
    ASSET.test(utxo.asset) &&
    VALUE.test(utxo.value) &&
    NONCE.test(utxo.nonce) &&
    [utxo.script, witnessScript ?? '', redeemScript ?? ''].every((script) => SCRIPT.test(script)) &&
    keysFit(keys);
  if (!fits) throw psetInvalid(`Input ${index} is not described as a coin.`, { field: `inputs.${index}` });
  return {
    txid,
    vout,
    utxo,
    ...(witnessScript === null ? {} : { witnessScript }),
    ...(redeemScript === null ? {} : { redeemScript }),
    derivations: keys,
  };
}

function outputOf(output: NewPsetOutput, index: number): NewOutput {
  const { script, assetId, value, blindingPubkey, keys = [] } = output;
  const fits =
    SCRIPT.test(script) &&
    HEX_32.test(assetId) &&
    value > 0n &&
    value <= MAX_AMOUNT &&
    (blindingPubkey === null || (KEY_33.test(blindingPubkey) && script !== '')) &&
    keysFit(keys);
  if (!fits) throw psetInvalid(`Output ${index} is no output.`, { field: `outputs.${index}` });
  return {
    script,
    assetId,
    value,
    ...(blindingPubkey === null ? {} : { blindingPubkey }),
    derivations: keys,
  };
}

/** Base64. Throws PSET_INVALID naming an input or output that is none. */
export function psetOf(inputs: readonly SpentCoin[], outputs: readonly NewPsetOutput[]): string {
  const spent = new Set(inputs.map(({ txid, vout }) => `${txid}:${vout}`));
  if (spent.size !== inputs.length) throw psetInvalid('Two inputs spend the same coin.', { field: 'inputs' });
  return newPset(inputs.map(inputOf), outputs.map(outputOf));
}

/** An output of a raw transaction as its spender has to show it. Throws PSET_INVALID. */
export function coinOf(hex: string, vout: number): SpentCoin['utxo'] & { txid: string } {
  const { txid, outputs } = transactionFromHex(hex);
  const output = outputs[vout];
  if (!output) throw psetInvalid(`The transaction ${txid} has no output ${vout}.`, { field: 'vout' });
  const { asset, value, nonce, script } = output;
  return { txid, asset: toHex(asset), value: toHex(value), nonce: toHex(nonce), script: toHex(script) };
}

import { randomBytes } from 'node:crypto';
import { equalBytes, fromDisplay, toDisplay, toHex } from './bytes.ts';
import { psetInvalid } from './errors.ts';
import type { BalanceResult, Commitments, IssuanceTags, Opening } from './protocol.ts';
import { OUTPUT, readable } from './pset.ts';
import type { Pset } from './pset.ts';
import { believable, issuanceOf, outputView, spentOutput, unsignedTransaction } from './pset-view.ts';
import type { PsetOutputView } from './pset-view.ts';
import { NULL_FIELD } from './transaction.ts';
import type { InputSecrets, OutputSecrets } from './types.ts';

const HEX_32 = /^[0-9a-f]{64}$/i;
const ZERO_32 = new Uint8Array(32);

/** An output to blind with the blinders chosen for it. */
export interface PlannedOutput {
  vout: number;
  script: Uint8Array;
  blindingPubkey: Uint8Array;
  /** Secret half of the nonce. */
  ephemeralKey: Uint8Array;
  opening: Opening;
}

export interface BlindPlan {
  inputs: Opening[];
  issuances: IssuanceTags[];
  outputs: PlannedOutput[];
  /** Outputs that stay as they are: fee, burns, explicit payments. */
  explicit: { asset: Uint8Array; value: bigint }[];
}

/** Secrets in display hex as bytes. Throws PSET_INVALID naming `field` for anything that is not 32 bytes of hex. */
export function openingFrom(secrets: OutputSecrets, where: string, field: string): Opening {
  const bytes = (key: 'assetId' | 'assetBlinder' | 'amountBlinder'): Uint8Array => {
    if (HEX_32.test(secrets[key])) return fromDisplay(secrets[key]);
    throw psetInvalid(`The ${key} of ${where} is not 32 bytes in hexadecimal.`, { field: `${field}.${key}` });
  };
  if (secrets.value < 1n || secrets.value > 0xffff_ffff_ffff_ffffn) {
    throw psetInvalid(`The value of ${where} is ${secrets.value} base units, which no coin can hold.`, {
      field: `${field}.value`,
    });
  }
  return {
    asset: bytes('assetId'),
    value: secrets.value,
    assetBlinder: bytes('assetBlinder'),
    amountBlinder: bytes('amountBlinder'),
  };
}

function planInputs(pset: Pset, secrets: readonly InputSecrets[]): Opening[] {
  const given = new Map(secrets.map((row, i) => [`${row.txid.toLowerCase()}:${row.vout}`, { row, i }]));
  return unsignedTransaction(pset).inputs.map(({ txid, vout }, index) => {
    const found = given.get(`${txid}:${vout}`);
    if (!found) {
      throw psetInvalid(
        `The blinders of input ${index} (${txid}:${vout}) are missing, so nothing can be balanced against it.`,
        {
          next: 'List the wallet’s coins again and build the transaction anew.',
          field: 'inputs',
        },
      );
    }
    return openingFrom(found.row, `input ${index} (${txid}:${vout})`, `inputs.${found.i}`);
  });
}

function planIssuances(pset: Pset): IssuanceTags[] {
  const { inputs } = unsignedTransaction(pset);
  return pset.inputs.flatMap((map, input) => {
    const issuance = issuanceOf(map);
    const outpoint = inputs[input];
    if (!issuance || !outpoint) return [];
    if (issuance.blinded)
      throw psetInvalid(`Input ${input} issues a hidden amount, which this desk never does.`);
    return {
      input,
      txid: fromDisplay(outpoint.txid),
      vout: outpoint.vout,
      nonce: new Uint8Array(issuance.nonce),
      entropy: new Uint8Array(issuance.entropy),
      hasAmount: issuance.amount > 0n,
      hasInflationKeys: issuance.inflationKeys > 0n,
    };
  });
}

const BLINDED_FIELDS = [
  OUTPUT.assetCommitment,
  OUTPUT.valueCommitment,
  OUTPUT.valueRangeproof,
  OUTPUT.assetSurjectionProof,
  OUTPUT.ecdhPubkey,
] as const;

function planOutput(view: PsetOutputView, blindingPubkey: Uint8Array): PlannedOutput {
  const random = (): Uint8Array => new Uint8Array(randomBytes(32));
  return {
    vout: view.vout,
    script: new Uint8Array(view.script),
    blindingPubkey: new Uint8Array(blindingPubkey),
    ephemeralKey: random(),
    opening: {
      asset: new Uint8Array(view.asset),
      value: view.value,
      assetBlinder: random(),
      amountBlinder: random(),
    },
  };
}

/**
 * What is to be blinded and against which inputs. An output without a blinding key stays explicit, whatever its blinder
 * index says: Elements writes one even for the fee. Throws PSET_INVALID; nothing has been computed then.
 */
export function planBlinding(pset: Pset, secrets: readonly InputSecrets[]): BlindPlan {
  return readable(() => {
    const inputs = planInputs(pset, secrets);
    const issuances = planIssuances(pset);
    const outputs: PlannedOutput[] = [];
    const explicit: BlindPlan['explicit'] = [];
    pset.outputs.forEach((map, vout) => {
      const view = believable(outputView(map, vout));
      if (view.value === 0n) throw psetInvalid(`Output ${vout} has the value 0.`, { field: 'pset' });
      if (BLINDED_FIELDS.some((key) => map.has(key)))
        throw psetInvalid(`Output ${vout} is already blinded.`, { field: 'pset' });
      if (view.blindingPubkey === null)
        explicit.push({ asset: new Uint8Array(view.asset), value: view.value });
      else if (view.script.length === 0)
        throw psetInvalid(`Output ${vout} is a fee and cannot be blinded.`, { field: 'pset' });
      else outputs.push(planOutput(view, view.blindingPubkey));
    });
    if (outputs.length === 0)
      throw psetInvalid('No output of the PSET has a blinding key: there is nothing to blind.', {
        field: 'pset',
      });
    return { inputs, issuances, outputs, explicit };
  });
}

/** Refuses secrets that do not open what the inputs spend: the network would refuse the transaction much later. */
export function checkInputs(pset: Pset, computed: readonly Commitments[], plan: BlindPlan): void {
  pset.inputs.forEach((map, index) => {
    const spent = readable(() => spentOutput(map, index));
    const opening = plan.inputs[index];
    const commitments = computed[index];
    if (!spent || !opening || !commitments) return;
    const asset = spent.asset[0] === 1 ? spent.asset.subarray(1) : spent.asset;
    const explicitBlinders =
      equalBytes(opening.assetBlinder, ZERO_32) && equalBytes(opening.amountBlinder, ZERO_32);
    const assetFits =
      spent.asset[0] === 1 ? equalBytes(asset, opening.asset) : equalBytes(asset, commitments.asset);
    const valueFits =
      spent.value[0] === 1
        ? explicitBlinders && BigInt(`0x${toHex(spent.value.subarray(1))}`) === opening.value
        : !equalBytes(spent.value, NULL_FIELD) && equalBytes(spent.value, commitments.value);
    if (!assetFits || !valueFits) {
      throw psetInvalid(`The blinders given for input ${index} do not open the coin that it spends.`, {
        next: 'List the wallet’s coins again and build the transaction anew.',
        field: 'inputs',
      });
    }
  });
}

/** Refuses a transaction that makes or loses coins of any asset. */
export function checkBalance(pset: Pset, plan: BlindPlan, issued: BalanceResult['issued']): void {
  const rest = new Map<string, bigint>();
  const add = (asset: Uint8Array, value: bigint): void => {
    const id = toDisplay(asset);
    rest.set(id, (rest.get(id) ?? 0n) + value);
  };
  for (const { asset, value } of plan.inputs) add(asset, value);
  plan.issuances.forEach(({ input }, i) => {
    const map = pset.inputs[input];
    const issuance = map && issuanceOf(map);
    const ids = issued[i];
    if (!issuance || !ids) return;
    add(ids.asset, issuance.amount);
    add(ids.token, issuance.inflationKeys);
  });
  for (const { opening } of plan.outputs) add(opening.asset, -opening.value);
  for (const { asset, value } of plan.explicit) add(asset, -value);
  for (const [id, value] of rest) {
    if (value === 0n) continue;
    const side = value > 0n ? `leaves ${value} base units unspent` : `pays out ${-value} base units too many`;
    throw psetInvalid(`The amounts do not balance: the transaction ${side} of asset ${id}.`, {
      field: 'pset',
    });
  }
}

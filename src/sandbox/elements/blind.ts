import { randomBytes } from 'node:crypto';
import type { BlindedFields, Bytes, ProofPool } from '../crypto/index.ts';
import { ZERO32, concat, explicitAsset, fromDisplay, generatorOf, wally } from '../crypto/index.ts';

/** What is known of an input, or of an amount issued with it. Display order. */
export interface InputSecrets {
  asset: string;
  value: bigint;
  assetBlinder: string;
  amountBlinder: string;
}

export interface OutputToBlind {
  vout: number;
  script: Bytes;
  asset: string;
  value: bigint;
  blindingPubkey: Bytes;
}

export interface BlindedOutput extends OutputToBlind {
  /** Display order. */
  assetBlinder: string;
  amountBlinder: string;
  fields: BlindedFields;
}

/**
 * Blinds outputs so that the blinders of all inputs and outputs cancel. `inputs` are the inputs and, after each, the
 * amounts issued with it, in consensus order: those are also what the surjection proofs choose from.
 */
export async function blindOutputs(
  pool: ProofPool,
  inputs: readonly InputSecrets[],
  outputs: readonly OutputToBlind[],
): Promise<BlindedOutput[]> {
  if (outputs.length === 0) return [];
  const assets = inputs.map((input) => fromDisplay(input.asset));
  const assetBlinders = inputs.map((input) => fromDisplay(input.assetBlinder));
  const tags = {
    assets: concat(...assets),
    blinders: concat(...assetBlinders),
    generators: concat(
      ...inputs.map((input, i) =>
        wally.asset_generator_from_bytes(assets[i] ?? ZERO32, assetBlinders[i] ?? ZERO32),
      ),
    ),
  };
  const outBlinders = outputs.map(() => Uint8Array.from(randomBytes(32)));
  const amountBlinders = outputs.slice(0, -1).map(() => Uint8Array.from(randomBytes(32)));
  const last = wally.asset_final_vbf(
    BigUint64Array.from([...inputs, ...outputs].map((one) => one.value)),
    inputs.length,
    concat(...assetBlinders, ...outBlinders),
    concat(...inputs.map((input) => fromDisplay(input.amountBlinder)), ...amountBlinders),
  );
  amountBlinders.push(Uint8Array.from(last));
  return Promise.all(
    outputs.map(async (output, i) => {
      const assetBlinder = outBlinders[i] ?? ZERO32;
      const amountBlinder = amountBlinders[i] ?? ZERO32;
      const fields = await pool.blind({
        value: output.value,
        asset: fromDisplay(output.asset),
        assetBlinder,
        amountBlinder,
        blindingPubkey: output.blindingPubkey,
        ephemeral: Uint8Array.from(randomBytes(32)),
        script: output.script,
        seed: Uint8Array.from(randomBytes(32)),
        tags,
      });
      return {
        ...output,
        assetBlinder: Buffer.from(assetBlinder).reverse().toString('hex'),
        amountBlinder: Buffer.from(amountBlinder).reverse().toString('hex'),
        fields,
      };
    }),
  );
}

/** The rangeproof and commitment of a blinded issued amount: the asset stays visible. */
export async function blindIssuedAmount(
  pool: ProofPool,
  asset: string,
  value: bigint,
  blindingKey: Bytes,
): Promise<{ commitment: Bytes; rangeproof: Bytes; amountBlinder: string }> {
  const amountBlinder = Uint8Array.from(randomBytes(32));
  const generator = generatorOf(explicitAsset(asset));
  const commitment = Uint8Array.from(wally.asset_value_commitment(value, amountBlinder, generator));
  const rangeproof = await pool.issue({
    value,
    asset: fromDisplay(asset),
    amountBlinder,
    nonce: blindingKey,
    commitment,
    generator,
  });
  return { commitment, rangeproof, amountBlinder: Buffer.from(amountBlinder).reverse().toString('hex') };
}

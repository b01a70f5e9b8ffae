import { randomBytes } from 'node:crypto';
import { psetInvalid } from './errors.ts';
import type {
  BalanceResult,
  BalanceTask,
  Commitments,
  DeclaredOutput,
  IssuanceTags,
  Opening,
  ProveResult,
  ProveTask,
  TaskArgs,
  TaskResult,
} from './protocol.ts';
import { own, refusable, wally } from './wally.ts';

/** As Elements' wallet makes them: amounts from 1, exponent 0, 52 bits. Other figures would give us away. */
const RANGE_MINIMUM = 1n;
const RANGE_EXPONENT = 0;
const RANGE_BITS = 52;
const ZERO_32 = new Uint8Array(32);

function generatorOf(opening: Pick<Opening, 'asset' | 'assetBlinder'>): Uint8Array {
  return own(wally.asset_generator_from_bytes(opening.asset, opening.assetBlinder));
}

/** Commitments of one opening. An unblinded coin has the generator of its bare asset and a blinder of zero. */
export function commitmentsOf(opening: Opening): Commitments {
  const asset = generatorOf(opening);
  return { asset, value: own(wally.asset_value_commitment(opening.value, opening.amountBlinder, asset)) };
}

function isPoint(publicKey: Uint8Array): boolean {
  return refusable(() => (wally.ec_public_key_verify(publicKey), true)) ?? false;
}

const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Asset id and reissuance token of an issuance (never blinded here), from its outpoint and contract or its entropy. */
function issuedBy(tags: IssuanceTags): { asset: Uint8Array; token: Uint8Array } {
  const isNew = tags.nonce.every((byte) => byte === 0);
  const entropy = isNew
    ? wally.tx_elements_issuance_generate_entropy(tags.txid, tags.vout, tags.entropy)
    : tags.entropy;
  return {
    asset: own(wally.tx_elements_issuance_calculate_asset(entropy)),
    token: own(wally.tx_elements_issuance_calculate_reissuance_token(entropy, 0)),
  };
}

/**
 * The set that surjection proofs draw from (consensus order: each input, then what it issues), and the last amount
 * blinder, which makes the blinders of both sides cancel out.
 */
export function balance({ inputs, issuances, outputs }: BalanceTask): BalanceResult {
  const commitments = inputs.map((input, index) => {
    const computed = refusable(() => commitmentsOf(input));
    if (!computed)
      throw psetInvalid(`The blinders given for input ${index} are no valid blinders.`, { field: 'inputs' });
    return computed;
  });
  const bad = outputs.find(({ blindingPubkey }) => !isPoint(blindingPubkey));
  if (bad) throw psetInvalid(`The blinding key of output ${bad.vout} is no public key.`, { field: 'pset' });
  const issued = issuances.map(issuedBy);
  const tags: { asset: Uint8Array; blinder: Uint8Array; generator: Uint8Array }[] = [];
  const explicitTag = (asset: Uint8Array): void => {
    tags.push({ asset, blinder: ZERO_32, generator: generatorOf({ asset, assetBlinder: ZERO_32 }) });
  };
  inputs.forEach((input, index) => {
    const generator = commitments[index]?.asset ?? generatorOf(input);
    tags.push({ asset: input.asset, blinder: input.assetBlinder, generator });
    issuances.forEach((issuance, i) => {
      const created = issued[i];
      if (issuance.input !== index || !created) return;
      if (issuance.hasAmount) explicitTag(created.asset);
      if (issuance.hasInflationKeys) explicitTag(created.token);
    });
  });
  const both = [...inputs, ...outputs.map(({ opening }) => opening)];
  const lastAmountBlinder = wally.asset_final_vbf(
    BigUint64Array.from(both, ({ value }) => value),
    inputs.length,
    concat(both.map(({ assetBlinder }) => assetBlinder)),
    concat(both.slice(0, -1).map(({ amountBlinder }) => amountBlinder)),
  );
  return {
    tags: {
      assets: concat(tags.map(({ asset }) => asset)),
      blinders: concat(tags.map(({ blinder }) => blinder)),
      generators: concat(tags.map(({ generator }) => generator)),
    },
    lastAmountBlinder: own(lastAmountBlinder),
    inputs: commitments,
    issued,
  };
}

/** All that one confidential output needs: some 30 ms, nearly all of it the range proof. */
export function prove(task: ProveTask): ProveResult {
  const { opening, script, blindingPubkey, ephemeralKey, rangeSeed, surjectionSeed, tags } = task;
  const { asset, value, assetBlinder, amountBlinder } = opening;
  const commitments = commitmentsOf(opening);
  return {
    commitments,
    ecdhPubkey: own(wally.ec_public_key_from_private_key(ephemeralKey)),
    rangeproof: own(
      wally.asset_rangeproof(
        value,
        blindingPubkey,
        ephemeralKey,
        asset,
        assetBlinder,
        amountBlinder,
        commitments.value,
        script,
        commitments.asset,
        RANGE_MINIMUM,
        RANGE_EXPONENT,
        RANGE_BITS,
      ),
    ),
    surjectionProof: own(
      wally.asset_surjectionproof(
        asset,
        assetBlinder,
        commitments.asset,
        surjectionSeed,
        tags.assets,
        tags.blinders,
        tags.generators,
      ),
    ),
    ...declare(opening, commitments, rangeSeed),
  };
}

/** The proofs that commitments are to this value and asset, for who cannot open them. */
function declare(
  { asset, value, assetBlinder, amountBlinder }: Opening,
  commitments: Commitments,
  seed: Uint8Array,
): Pick<ProveResult, 'blindValueProof' | 'blindAssetProof'> {
  return {
    blindValueProof: own(
      wally.explicit_rangeproof(value, seed, amountBlinder, commitments.value, commitments.asset),
    ),
    blindAssetProof: own(wally.explicit_surjectionproof(asset, assetBlinder, commitments.asset)),
  };
}

export function proveInputs({ openings }: TaskArgs<'proveInputs'>): TaskResult<'proveInputs'> {
  return openings.map((opening) => declare(opening, commitmentsOf(opening), new Uint8Array(randomBytes(32))));
}

export function commit({ openings }: TaskArgs<'commit'>): (Commitments | null)[] {
  return openings.map((opening) => refusable(() => commitmentsOf(opening)));
}

export function holds(output: Omit<DeclaredOutput, 'vout'>): boolean {
  const { asset, value } = output.commitments;
  const verified = refusable(() => {
    wally.explicit_rangeproof_verify(output.blindValueProof, output.value, value, asset);
    wally.explicit_surjectionproof_verify(output.blindAssetProof, output.asset, asset);
    return true;
  });
  return verified ?? false;
}

export function verifyDeclared({ outputs }: TaskArgs<'verifyDeclared'>): number[] {
  return outputs.filter((output) => !holds(output)).map(({ vout }) => vout);
}

/** One proof of a made-up output: the engine compiles its hot paths with it. */
export function rehearse(): void {
  const asset = new Uint8Array(32).fill(1);
  const opening = { asset, value: 1_000n, assetBlinder: asset, amountBlinder: asset };
  const blinder = new Uint8Array(32).fill(2);
  const tags = {
    assets: asset,
    blinders: blinder,
    generators: generatorOf({ asset, assetBlinder: blinder }),
  };
  const blindingPubkey = own(wally.ec_public_key_from_private_key(asset));
  const seeds = { ephemeralKey: asset, rangeSeed: asset, surjectionSeed: asset };
  prove({ opening, script: new Uint8Array(22), blindingPubkey, tags, ...seeds });
}

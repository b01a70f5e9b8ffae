import { randomBytes } from 'node:crypto';
import { amount } from '../../shared/money.ts';
import { toDisplay, toHex, u64Bytes } from './bytes.ts';
import { checkBalance, checkInputs, planBlinding } from './plan.ts';
import type { PlannedOutput } from './plan.ts';
import type { WorkerPool } from './pool.ts';
import type { Opening, ProveResult, Tags } from './protocol.ts';
import { INPUT, OUTPUT, parsePset, readable, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { spentOutput } from './pset-view.ts';
import type { BlindedOutput, BlindRequest, BlindResult } from './types.ts';

function apply(pset: Pset, vout: number, proof: ProveResult): void {
  const map = pset.outputs[vout];
  if (!map) throw new RangeError(`The PSET has no output ${vout}.`);
  map.set(OUTPUT.valueCommitment, proof.commitments.value);
  map.set(OUTPUT.assetCommitment, proof.commitments.asset);
  map.set(OUTPUT.valueRangeproof, proof.rangeproof);
  map.set(OUTPUT.assetSurjectionProof, proof.surjectionProof);
  map.set(OUTPUT.ecdhPubkey, proof.ecdhPubkey);
  map.set(OUTPUT.blindValueProof, proof.blindValueProof);
  map.set(OUTPUT.blindAssetProof, proof.blindAssetProof);
}

function proveOutput(
  pool: WorkerPool,
  output: PlannedOutput,
  tags: Tags,
  signal: AbortSignal,
): Promise<ProveResult> {
  const { opening, script, blindingPubkey, ephemeralKey } = output;
  const random = new Uint8Array(randomBytes(64));
  return pool.run(
    'prove',
    {
      opening,
      script,
      blindingPubkey,
      ephemeralKey,
      rangeSeed: random.slice(0, 32),
      surjectionSeed: random.slice(32, 64),
      tags,
    },
    signal,
  );
}

function report({ vout, script, blindingPubkey, ephemeralKey, opening }: PlannedOutput): BlindedOutput {
  return {
    vout,
    script: toHex(script),
    blindingPubkey: toHex(blindingPubkey),
    assetId: toDisplay(opening.asset),
    value: amount(opening.value),
    assetBlinder: toDisplay(opening.assetBlinder),
    amountBlinder: toDisplay(opening.amountBlinder),
    ephemeralKey: toHex(ephemeralKey),
  };
}

/** Declares the blinded coins that are spent; an explicit one speaks for itself. */
async function declareInputs(pool: WorkerPool, pset: Pset, openings: readonly Opening[]): Promise<void> {
  const blinded = pset.inputs.flatMap((map, index) => {
    const [spent, opening] = [readable(() => spentOutput(map, index)), openings[index]];
    return spent && opening && spent.value.length === 33 && spent.asset[0] !== 1 ? [{ map, opening }] : [];
  });
  const proofs = await pool.run('proveInputs', { openings: blinded.map(({ opening }) => opening) });
  blinded.forEach(({ map, opening }, i) => {
    const proof = proofs[i];
    if (!proof) return;
    map.set(INPUT.explicitValue, u64Bytes(opening.value, true));
    map.set(INPUT.blindValueProof, proof.blindValueProof);
    map.set(INPUT.explicitAsset, opening.asset);
    map.set(INPUT.blindAssetProof, proof.blindAssetProof);
  });
}

/**
 * Blinds every output that has a blinding key. Proofs go one by one to whichever worker is free; when one fails, those
 * that have not begun are dropped and nothing of the PSET has changed.
 */
export async function blind(
  pool: WorkerPool,
  request: BlindRequest,
  onProgress?: (done: number, total: number) => void,
): Promise<BlindResult> {
  const pset = parsePset(request.pset);
  const plan = planBlinding(pset, request.inputs);
  const { tags, lastAmountBlinder, inputs, issued } = await pool.run('balance', {
    inputs: plan.inputs,
    issuances: plan.issuances,
    outputs: plan.outputs.map(({ vout, opening, blindingPubkey }) => ({ vout, opening, blindingPubkey })),
  });
  checkInputs(pset, inputs, plan);
  checkBalance(pset, plan, issued);
  const last = plan.outputs.at(-1);
  if (last) last.opening.amountBlinder = lastAmountBlinder;

  const abort = new AbortController();
  let done = 0;
  await Promise.all(
    plan.outputs.map(async (output) => {
      try {
        apply(pset, output.vout, await proveOutput(pool, output, tags, abort.signal));
        onProgress?.(++done, plan.outputs.length);
      } catch (error) {
        abort.abort();
        throw error;
      }
    }),
  );
  if (request.proveInputs === true) await declareInputs(pool, pset, plan.inputs);
  return { pset: serializePset(pset), outputs: plan.outputs.map(report) };
}

import type { BatchContext } from '../context.ts';

/** Opens every blinded output of a raw transaction with the blinders we keep; throws PROOF_INVALID on the first lie. */
export async function openAll({ deps, batch }: BatchContext, hex: string): Promise<void> {
  const outputs = deps.records
    .outputs(batch.id)
    .filter((output) => output.role !== 'fee')
    .map((output) => ({
      vout: output.vout,
      script: output.script,
      assetId: output.assetId,
      value: output.amount,
      assetBlinder: output.assetBlinder ?? '',
      amountBlinder: output.amountBlinder ?? '',
    }));
  await deps.liquid.openOutputs(hex, outputs);
}

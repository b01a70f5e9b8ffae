import type { Context, TransferOutput } from '../../amp/index.ts';
import { ZEROS } from '../../amp/index.ts';
import {
  AmountError,
  assetIdOf,
  checkAmounts,
  isCommitment,
  isFee,
  toDisplay,
  toHex,
  valueOf,
} from '../../crypto/index.ts';
import { CosignRefusal } from './request.ts';
import type { CosignRequest } from './request.ts';
import type { OwnInput } from './inputs.ts';

/**
 * Opens every output, the confidential ones by their nonces, and checks that the amounts balance and every proof holds.
 * The fee is left out of what is returned. Throws CosignRefusal.
 */
export async function openOutputs(
  amp: Context,
  request: CosignRequest,
  inputs: readonly OwnInput[],
): Promise<TransferOutput[]> {
  const { tx, nonces } = request;
  const opened = await Promise.all(
    tx.outputs.map(async (output, vout): Promise<TransferOutput | null> => {
      if (isFee(output)) return null;
      const script = toHex(output.script);
      const assetId = assetIdOf(output.asset);
      const amount = valueOf(output.value);
      if (assetId !== null && amount !== null) {
        return { vout, script, opening: { assetId, amount, assetBlinder: ZEROS, amountBlinder: ZEROS } };
      }
      const sharedNonce = nonces[vout];
      if (!sharedNonce) throw new CosignRefusal(`Missing blinding nonce for output ${vout}`);
      if (!isCommitment(output.asset) || !isCommitment(output.value)) {
        throw new CosignRefusal(`Output ${vout} is only half blinded`);
      }
      const found = await amp.pool.reveal({ ...output, sharedNonce });
      if (!found) throw new CosignRefusal(`Blinding nonce of output ${vout} does not unblind it`);
      return {
        vout,
        script,
        opening: {
          assetId: toDisplay(found.asset),
          amount: found.value,
          assetBlinder: toDisplay(found.assetBlinder),
          amountBlinder: toDisplay(found.amountBlinder),
        },
      };
    }),
  );
  await requireBalance(amp, request, inputs);
  return opened.filter((one) => one !== null);
}

async function requireBalance(
  amp: Context,
  { tx }: CosignRequest,
  inputs: readonly OwnInput[],
): Promise<void> {
  try {
    const proofs = checkAmounts(
      tx,
      inputs.map(({ coin }) => coin),
    );
    const verdicts = await Promise.all(proofs.map((proof) => amp.pool.verify(proof)));
    if (verdicts.includes(false)) throw new CosignRefusal('A proof of the transaction is not valid');
  } catch (error) {
    if (error instanceof AmountError) throw new CosignRefusal(`Amounts do not balance: ${error.message}`);
    throw error;
  }
}

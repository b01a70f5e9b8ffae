import { equalBytes, toHex } from './bytes.ts';
import { proofInvalid } from './errors.ts';
import { openingFrom } from './plan.ts';
import type { WorkerPool } from './pool.ts';
import type { Commitments, Opening } from './protocol.ts';
import { explicitAsset, explicitValue, transactionFromHex } from './transaction.ts';
import type { TxOutput } from './transaction.ts';
import type { OutputSecrets } from './types.ts';

/** Openings per task: some 20 ms of work, so that several workers share a big transaction. */
const CHUNK = 32;

type Claim = OutputSecrets & { vout: number; script: string };

interface Check {
  claim: Claim;
  field: string;
  output: TxOutput;
  opening: Opening;
}

/** What is wrong with a claim about an explicit output, or null: figures as written, and no blinder. */
function explicitFault({ claim, output }: Check): string | null {
  if (explicitAsset(output.asset) !== claim.assetId.toLowerCase()) return 'its asset is another';
  if (explicitValue(output.value) !== claim.value) return 'its value is another';
  return /^0+$/.test(claim.assetBlinder) && /^0+$/.test(claim.amountBlinder) ? null : 'it is not blinded';
}

function confidentialFault({ output }: Check, computed: Commitments | null): string | null {
  if (!computed) return 'its blinders are no valid blinders';
  if (!equalBytes(output.asset, computed.asset)) return 'its asset or asset blinder is another';
  return equalBytes(output.value, computed.value) ? null : 'its value or amount blinder is another';
}

/**
 * Computes the commitments that the claims lead to and compares them with those of the transaction. The first output that
 * differs is named in PROOF_INVALID.
 */
export async function openOutputs(pool: WorkerPool, hex: string, claims: readonly Claim[]): Promise<void> {
  const tx = transactionFromHex(hex);
  const checks = claims.map((claim, i): Check => {
    const field = `outputs.${i}`;
    const output = tx.outputs[claim.vout];
    if (!output)
      throw proofInvalid(`The transaction has no output ${claim.vout}; it has ${tx.outputs.length}.`, field);
    if (toHex(output.script) !== claim.script.toLowerCase()) {
      throw proofInvalid(`Output ${claim.vout} pays to another script than it should.`, field);
    }
    return { claim, field, output, opening: openingFrom(claim, `output ${claim.vout}`, field) };
  });
  const refuse = ({ claim, field }: Check, fault: string | null): void => {
    if (fault) throw proofInvalid(`Output ${claim.vout} is not what it is said to be: ${fault}.`, field);
  };
  const confidential = checks.filter((check) => {
    if (explicitAsset(check.output.asset) === null || explicitValue(check.output.value) === null) return true;
    refuse(check, explicitFault(check));
    return false;
  });
  const chunks = Array.from({ length: Math.ceil(confidential.length / CHUNK) }, (_, i) =>
    confidential.slice(i * CHUNK, (i + 1) * CHUNK),
  );
  const computed = await Promise.all(
    chunks.map((chunk) => pool.run('commit', { openings: chunk.map(({ opening }) => opening) })),
  );
  computed.flat().forEach((commitments, i) => {
    const check = confidential[i];
    if (check) refuse(check, confidentialFault(check, commitments));
  });
}

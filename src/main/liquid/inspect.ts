import { toDisplay, toHex } from './bytes.ts';
import { proofInvalid, psetInvalid } from './errors.ts';
import type { WorkerPool } from './pool.ts';
import type { DeclaredOutput } from './protocol.ts';
import { OUTPUT, parsePset, readable } from './pset.ts';
import type { Pset } from './pset.ts';
import { believable, outputView, unsignedTransaction } from './pset-view.ts';
import { transactionFromHex, unsignedTxid } from './transaction.ts';
import type { PsetSummary } from './types.ts';

/** What an output that carries commitments declares, with the proofs of it; null for one that is not blinded. */
function declaredOutput(pset: Pset, vout: number): DeclaredOutput | null {
  const map = pset.outputs[vout];
  if (!map) return null;
  const view = believable(outputView(map, vout));
  const { assetCommitment, valueCommitment } = view;
  if (!assetCommitment && !valueCommitment) return null;
  if (!assetCommitment || !valueCommitment || !view.ecdhPubkey) {
    throw psetInvalid(`Output ${vout} is blinded by halves.`, { field: 'pset' });
  }
  const blindValueProof = map.get(OUTPUT.blindValueProof);
  const blindAssetProof = map.get(OUTPUT.blindAssetProof);
  if (!blindValueProof || !blindAssetProof) {
    throw proofInvalid(`Output ${vout} does not prove that it pays what it declares.`, 'pset');
  }
  return {
    vout,
    asset: new Uint8Array(view.asset),
    value: view.value,
    commitments: { asset: new Uint8Array(assetCommitment), value: new Uint8Array(valueCommitment) },
    blindValueProof: new Uint8Array(blindValueProof),
    blindAssetProof: new Uint8Array(blindAssetProof),
  };
}

/**
 * What a PSET declares. Of a blinded output the declared asset and value are proven against its commitments first:
 * PROOF_INVALID names an output that declares something else than it pays.
 */
export async function inspectPset(pool: WorkerPool, base64: string): Promise<PsetSummary> {
  const pset = parsePset(base64);
  const tx = readable(() => unsignedTransaction(pset));
  const declared = readable(() => pset.outputs.map((_, vout) => declaredOutput(pset, vout)));
  const blinded = declared.filter((output) => output !== null);
  const [wrong] = blinded.length === 0 ? [] : await pool.run('verifyDeclared', { outputs: blinded });
  if (wrong !== undefined) {
    throw proofInvalid(`Output ${wrong} pays something else than the PSET declares.`, 'pset');
  }
  return {
    inputs: tx.inputs.map(({ txid, vout, issuance }) => ({ txid, vout, issuance: issuance !== null })),
    outputs: readable(() =>
      pset.outputs.map((map, vout) => {
        const view = believable(outputView(map, vout));
        return {
          vout,
          script: toHex(view.script),
          assetId: toDisplay(view.asset),
          value: view.value,
          blindingPubkey: view.blindingPubkey && toHex(view.blindingPubkey),
          blinded: declared[vout] !== null,
        };
      }),
    ),
    txid: unsignedTxid(tx),
  };
}

type Encoding = { pset: string } | { hex: string };

function identity(encoding: Encoding): string {
  if ('hex' in encoding) return unsignedTxid(transactionFromHex(encoding.hex));
  return readable(() => unsignedTxid(unsignedTransaction(parsePset(encoding.pset))));
}

/** Equal when everything that signatures commit to is equal, byte for byte; scriptSigs and witnesses do not count. */
export function sameTransaction(a: Encoding, b: Encoding): boolean {
  return identity(a) === identity(b);
}

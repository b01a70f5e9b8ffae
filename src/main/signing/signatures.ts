import { SluiceError } from '../../shared/errors.ts';
import type { Liquid, PsetSignature } from '../liquid/types.ts';
import type { Store } from '../store/types.ts';

/** A signature of one input; pubkey and DER with sighash byte in hex. */
export type GivenSignature = Pick<PsetSignature, 'input' | 'pubkey' | 'signature'>;

export interface KeptSignature extends GivenSignature {
  fingerprint: string;
  /** How it came, in words. */
  how: string;
  at: number;
}

interface Row {
  input: bigint;
  pubkey: string;
  fingerprint: string;
  signature: string;
  how: string;
  at: bigint;
}

/** The signatures that have come for batches. `keep` belongs inside `store.tx`. */
export interface Signatures {
  of(batchId: string): KeptSignature[];
  keep(
    batchId: string,
    of: Pick<KeptSignature, 'fingerprint' | 'how' | 'at'>,
    given: readonly GivenSignature[],
  ): void;
  /** Signers whose last word on a batch was no. */
  refusals(batchId: string): { peerId: string; reason: string }[];
}

export function createSignatures({ db }: Pick<Store, 'db'>): Signatures {
  const insert = db.prepare(
    `INSERT INTO signature (batch_id, input, pubkey, fingerprint, signature, how, at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (batch_id, input, pubkey) DO NOTHING`,
  );
  const select = db.prepare<[string], Row>(
    'SELECT * FROM signature WHERE batch_id = ? ORDER BY at, input, pubkey',
  );
  const refused = db.prepare<[string], { peerId: string; reason: string }>(
    `SELECT r.peer_id AS peerId, r.reason FROM signing_request r JOIN signing_request_batch b ON b.request_id = r.id
     WHERE b.batch_id = ? AND r.state = 'refused' AND NOT EXISTS (
       SELECT 1 FROM signing_request later JOIN signing_request_batch c ON c.request_id = later.id
       WHERE c.batch_id = b.batch_id AND later.peer_id = r.peer_id AND later.rowid > r.rowid)`,
  );
  return {
    of: (batchId) =>
      select.all(batchId).map((row) => ({ ...row, input: Number(row.input), at: Number(row.at) })),
    keep(batchId, { fingerprint, how, at }, given) {
      for (const { input, pubkey, signature } of given) {
        insert.run(batchId, input, pubkey, fingerprint, signature, how, at);
      }
    },
    refusals: (batchId) => refused.all(batchId),
  };
}

/**
 * Signatures of one cosigner, verified over the very transaction of this PSET: by its own keys, one for every input.
 * Throws SIGNING_FAILED otherwise; of what is no signature of this cosigner nothing is kept.
 */
export async function verifiedSignatures(
  liquid: Liquid,
  pset: string,
  fingerprint: string,
  given: readonly GivenSignature[],
): Promise<GivenSignature[]> {
  const { inputs } = await liquid.factsOf(pset);
  const signatures = given.map(({ input, pubkey, signature }) => ({
    input,
    pubkey: pubkey.toLowerCase(),
    signature: signature.toLowerCase(),
  }));
  const foreign = signatures.find(
    ({ input, pubkey }) =>
      !inputs[input]?.keys.some((key) => key.pubkey === pubkey && key.fingerprint === fingerprint),
  );
  if (foreign) {
    throw failed(`The signature for input ${foreign.input + 1} is not by a key of ${fingerprint}.`);
  }
  const missing = inputs.findIndex((_, index) => !signatures.some(({ input }) => input === index));
  if (missing >= 0) throw failed(`Input ${missing + 1} has no signature of ${fingerprint}.`);
  await liquid.insertSignatures(pset, signatures);
  return signatures;
}

function failed(message: string): SluiceError {
  return new SluiceError('SIGNING_FAILED', message, {
    next: 'Nothing of it was kept. Let that signer sign the transaction again.',
  });
}

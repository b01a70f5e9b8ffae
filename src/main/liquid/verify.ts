import { SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { equalBytes, fromHex, toDisplay, toHex } from './bytes.ts';
import { proofInvalid } from './errors.ts';
import { openingFrom } from './plan.ts';
import type { WorkerPool } from './pool.ts';
import type { Commitments, Opening, OpeningClaim, Unblinding } from './protocol.ts';
import { OUTPUT, parsePset, readable } from './pset.ts';
import type { Pset, PsetMap } from './pset.ts';
import { contradictsItself, outputView, spentOutput, unsignedTransaction } from './pset-view.ts';
import type { SpentOutput } from './pset-view.ts';
import { explicitAsset, explicitValue } from './transaction.ts';
import type { BlindingKey, InputSecrets, Liquid, OpeningVerdict, OutputSecrets } from './types.ts';

/** Outputs per task: a range proof takes some 30 ms to open, so that several workers share a batch. */
const CHUNK = 4;

type OutputClaim = Parameters<Liquid['verifyOutputs']>[1][number];

const KEY_33 = /^0[23][0-9a-f]{64}$/i;
const HEX_32 = /^[0-9a-f]{64}$/i;

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** Copies that own their memory, as a worker wants them. */
const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
const copied = (map: PsetMap, key: string): Uint8Array | null => {
  const value = map.get(key);
  return value && value.length > 0 ? copy(value) : null;
};

/** The secrets as bytes; null for what can be no secrets of a coin, zero among them. */
function openingOrNull(secrets: OutputSecrets): Opening | null {
  try {
    return openingFrom(secrets, 'it', 'secrets');
  } catch (error) {
    if (error instanceof SluiceError) return null;
    throw error;
  }
}

/** The claim with what the PSET has of it, or what is wrong already before anything has been computed. */
function prepared(map: PsetMap | undefined, claim: OutputClaim): OpeningClaim | string {
  if (!map) return 'is not there';
  const view = outputView(map, claim.vout);
  if (toHex(view.script) !== claim.script.toLowerCase()) return 'pays another script';
  const { assetCommitment, valueCommitment } = view;
  if (!assetCommitment || !valueCommitment) return 'is not blinded';
  const opening = openingOrNull(claim);
  if (!opening || !KEY_33.test(claim.blindingPubkey) || !HEX_32.test(claim.ephemeralKey))
    return 'comes with secrets that can be none';
  if (!view.blindingPubkey) return 'does not say to whose key it is blinded';
  if (toHex(view.blindingPubkey) !== claim.blindingPubkey.toLowerCase()) return 'is blinded to another key';
  if (!map.get(OUTPUT.assetSurjectionProof)?.length) return 'its surjection proof is missing';
  return {
    opening,
    script: copy(view.script),
    blindingPubkey: fromHex(claim.blindingPubkey),
    ephemeralKey: fromHex(claim.ephemeralKey),
    found: {
      asset: copy(view.asset),
      value: view.value,
      commitments: { asset: copy(assetCommitment), value: copy(valueCommitment) },
      ecdhPubkey: view.ecdhPubkey && copy(view.ecdhPubkey),
      rangeproof: copied(map, OUTPUT.valueRangeproof),
      blindValueProof: copied(map, OUTPUT.blindValueProof),
      blindAssetProof: copied(map, OUTPUT.blindAssetProof),
    },
  };
}

/**
 * By vout, in hex, what opens each blinded output of a PSET of ours; '' for an explicit one. Throws PROOF_INVALID naming an
 * output that the secrets do not open.
 */
export async function noncesOf(
  pool: WorkerPool,
  pset: Pset,
  secrets: readonly OutputClaim[],
): Promise<string[]> {
  const claims = readable(() =>
    pset.outputs.map((map, vout) => {
      const { assetCommitment, valueCommitment } = outputView(map, vout);
      if (!assetCommitment && !valueCommitment) return null;
      const secret = secrets.find((row) => row.vout === vout);
      const claim = secret ? prepared(map, secret) : 'comes without its secrets';
      if (typeof claim === 'string') throw proofInvalid(`Output ${vout} ${claim}.`, 'outputs');
      return claim;
    }),
  );
  const blinded = claims.filter((claim) => claim !== null);
  const done = await Promise.all(chunks(blinded, CHUNK).map((some) => pool.run('nonces', { claims: some })));
  const found = done.flat();
  let next = 0;
  return claims.map((claim, vout) => {
    if (!claim) return '';
    const nonce = found[next++];
    if (!nonce) throw proofInvalid(`Output ${vout} is not what its secrets say.`, 'outputs');
    return toHex(nonce);
  });
}

/** A verdict per claim, in their order. A fault reads on behind “Output 3”. */
export async function verifyOutputs(
  pool: WorkerPool,
  base64: string,
  claims: readonly OutputClaim[],
): Promise<OpeningVerdict[]> {
  const pset = parsePset(base64);
  const first = readable(() => claims.map((claim) => prepared(pset.outputs[claim.vout], claim)));
  const work = first.filter((item) => typeof item !== 'string');
  const done = await Promise.all(
    chunks(work, CHUNK).map((chunk) => pool.run('verifyClaims', { claims: chunk })),
  );
  const verdicts = done.flat();
  let next = 0;
  return claims.map(({ vout }, i) => {
    const item = first[i];
    return { vout, fault: typeof item === 'string' ? item : (verdicts[next++] ?? null) };
  });
}

/** What is wrong with the secrets told of a coin; `computed` are the commitments that they lead to. */
function coinFault(coin: SpentOutput, opening: Opening, computed: Commitments | null): string | null {
  if (!computed) return 'comes with secrets that can be none';
  const explicit = explicitAsset(coin.asset);
  const value = explicitValue(coin.value);
  if (explicit !== null && explicit !== toDisplay(opening.asset)) return 'is of another asset';
  if (explicit === null && !equalBytes(coin.asset, computed.asset)) return 'is of another asset';
  if (value !== null) return value === opening.value ? null : 'is of another amount';
  return equalBytes(coin.value, computed.value) ? null : 'is of another amount';
}

/** A verdict per input of the PSET, then one per secrets that no input spends. */
export async function verifyInputs(
  pool: WorkerPool,
  base64: string,
  secrets: readonly InputSecrets[],
): Promise<OpeningVerdict[]> {
  const pset = parsePset(base64);
  const { inputs } = readable(() => unsignedTransaction(pset));
  const given = new Map(secrets.map((row) => [`${row.txid.toLowerCase()}:${row.vout}`, row]));
  const looked = readable(() =>
    inputs.map(({ txid, vout }, index) => {
      const map = pset.inputs[index] ?? new Map<string, Uint8Array>();
      const row = given.get(`${txid}:${vout}`);
      given.delete(`${txid}:${vout}`);
      if (!row) return 'spends a coin that nothing is told of';
      if (contradictsItself(map, index)) return 'shows another coin than the one that it spends';
      const coin = spentOutput(map, index);
      const opening = openingOrNull(row);
      if (!coin) return 'does not show the coin that it spends';
      return opening ? { coin, opening } : 'comes with secrets that can be none';
    }),
  );
  const work = looked.filter((item) => typeof item !== 'string');
  const computed = await pool.run('commit', { openings: work.map(({ opening }) => opening) });
  let next = 0;
  const verdicts = looked.map((item, vout): OpeningVerdict => {
    if (typeof item === 'string') return { vout, fault: item };
    return { vout, fault: coinFault(item.coin, item.opening, computed[next++] ?? null) };
  });
  const extra = [...given.values()].map((_, i) => ({
    vout: inputs.length + i,
    fault: 'is told of, but not spent',
  }));
  return [...verdicts, ...extra];
}

function unblinding(map: PsetMap | undefined, vout: number, blinding: BlindingKey): Unblinding | null {
  if (!map) return null;
  const { script, assetCommitment, valueCommitment, ecdhPubkey } = outputView(map, vout);
  const rangeproof = copied(map, OUTPUT.valueRangeproof);
  if (!assetCommitment || !valueCommitment || !ecdhPubkey || !rangeproof) return null;
  return {
    blinding,
    script: copy(script),
    commitments: { asset: copy(assetCommitment), value: copy(valueCommitment) },
    ecdhPubkey: copy(ecdhPubkey),
    rangeproof,
  };
}

/** Opens outputs with the key that a wallet's blinding gives their scripts. Throws INVALID_ARGUMENT for one that is none. */
export async function unblindOwn(
  pool: WorkerPool,
  base64: string,
  vouts: readonly number[],
  given: string | BlindingKey,
): Promise<(({ vout: number } & OutputSecrets) | null)[]> {
  const blinding: BlindingKey = typeof given === 'string' ? { kind: 'slip77', key: given } : given;
  if (!HEX_32.test(blinding.key))
    throw new SluiceError('INVALID_ARGUMENT', 'The blinding key is not 32 bytes in hexadecimal.', {
      next: 'Copy it from the signer again.',
      field: 'masterBlindingKey',
    });
  const pset = parsePset(base64);
  const looked = readable(() => vouts.map((vout) => unblinding(pset.outputs[vout], vout, blinding)));
  const work = looked.filter((item) => item !== null);
  const done = await Promise.all(chunks(work, CHUNK).map((outputs) => pool.run('unblind', { outputs })));
  const openings = done.flat();
  let next = 0;
  return vouts.map((vout, i) => {
    const opening = looked[i] ? openings[next++] : null;
    return opening
      ? {
          vout,
          assetId: toDisplay(opening.asset),
          value: amount(opening.value),
          assetBlinder: toDisplay(opening.assetBlinder),
          amountBlinder: toDisplay(opening.amountBlinder),
        }
      : null;
  });
}

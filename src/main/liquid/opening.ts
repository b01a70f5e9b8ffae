import { blindingPrivateKey } from './blinding-key.ts';
import { equalBytes } from './bytes.ts';
import { commitmentsOf, holds } from './confidential.ts';
import type { Commitments, Opening, OpeningClaim, TaskArgs, Unblinding } from './protocol.ts';
import { own, refusable, wally } from './wally.ts';

/** What a range proof gives away to who knows its nonce; null to anybody else. */
function rewind(
  nonce: Uint8Array,
  rangeproof: Uint8Array,
  commitments: Commitments,
  script: Uint8Array,
): Opening | null {
  return refusable(() => {
    const [asset, assetBlinder, amountBlinder, value] = wally.asset_unblind_with_nonce(
      nonce,
      rangeproof,
      commitments.value,
      script,
      commitments.asset,
    );
    return {
      asset: own(asset),
      assetBlinder: own(assetBlinder),
      amountBlinder: own(amountBlinder),
      value: BigInt(value),
    };
  });
}

function equalOpenings(a: Opening, b: Opening): boolean {
  return (
    a.value === b.value &&
    equalBytes(a.asset, b.asset) &&
    equalBytes(a.assetBlinder, b.assetBlinder) &&
    equalBytes(a.amountBlinder, b.amountBlinder)
  );
}

function commitsTo(commitments: Commitments, opening: Opening): boolean {
  const computed = refusable(() => commitmentsOf(opening));
  return (
    computed !== null &&
    equalBytes(computed.asset, commitments.asset) &&
    equalBytes(computed.value, commitments.value)
  );
}

/** What the output declares in clear, and the proofs that signers who cannot open it rely on. */
function declarationFault({ opening, found }: OpeningClaim): string | null {
  if (!equalBytes(found.asset, opening.asset)) return 'declares another asset than it commits to';
  if (found.value !== opening.value) return 'declares another amount than it commits to';
  const { blindValueProof, blindAssetProof } = found;
  if (!blindValueProof) return 'has no proof of its amount';
  if (!blindAssetProof) return 'has no proof of its asset';
  return holds({ ...found, blindValueProof, blindAssetProof })
    ? null
    : 'its proof of its amount or asset is false';
}

/** Whether the receiver will find the money: the nonce leads to the receiver's key, and what it opens is the claim. */
function receiverFault(claim: OpeningClaim): string | null {
  const { blindingPubkey, ephemeralKey, found, opening, script } = claim;
  const half = refusable(() => wally.ec_public_key_from_private_key(ephemeralKey));
  if (!half || !found.ecdhPubkey || !equalBytes(half, found.ecdhPubkey))
    return 'its nonce is not for the receiver';
  if (!found.rangeproof) return 'its range proof is missing';
  const nonce = refusable(() => wally.ecdh_nonce_hash(blindingPubkey, ephemeralKey));
  const opened = nonce && rewind(nonce, found.rangeproof, found.commitments, script);
  return opened && equalOpenings(opened, opening) ? null : 'its range proof does not open for the receiver';
}

function claimFault(claim: OpeningClaim): string | null {
  if (!commitsTo(claim.found.commitments, claim.opening)) return 'commits to another amount or asset';
  return declarationFault(claim) ?? receiverFault(claim);
}

export function verifyClaims({ claims }: TaskArgs<'verifyClaims'>): (string | null)[] {
  return claims.map(claimFault);
}

/**
 * The shared secret with which an output opens to the claim (libwally's `ecdh_nonce_hash`: SHA-256 of the compressed
 * point), to be told to somebody who has to see what is paid; null for a claim that does not open so.
 */
export function nonces({ claims }: TaskArgs<'nonces'>): (Uint8Array | null)[] {
  return claims.map((claim) => {
    if (claimFault(claim) !== null) return null;
    return own(wally.ecdh_nonce_hash(claim.blindingPubkey, claim.ephemeralKey));
  });
}

function unblindOne({ blinding, script, commitments, ecdhPubkey, rangeproof }: Unblinding): Opening | null {
  const nonce = refusable(() => wally.ecdh_nonce_hash(ecdhPubkey, blindingPrivateKey(blinding, script)));
  const opened = nonce && rewind(nonce, rangeproof, commitments, script);
  return opened && opened.value > 0n && commitsTo(commitments, opened) ? opened : null;
}

export function unblind({ outputs }: TaskArgs<'unblind'>): (Opening | null)[] {
  return outputs.map(unblindOne);
}

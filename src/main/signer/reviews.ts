import { SluiceError } from '../../shared/errors.ts';
import type { Known, Reviewed, ReviewRequest, SignRequest } from '../signing/index.ts';
import type { Requests, StoredRequest } from './requests.ts';
import type { SignerTreasury, Treasuries } from './treasuries.ts';

/** Reviews are kept for so many requests; one takes seconds to make and is asked for with every page of its rows. */
const KEPT = 8;

export interface Reviews {
  /** For showing: made once for the content of a request. */
  shown(stored: StoredRequest): Promise<Reviewed>;
  /** For signing: made anew, with what has been signed since. */
  fresh(
    stored: StoredRequest,
  ): Promise<{ request: SignRequest; treasury: SignerTreasury; reviewed: Reviewed }>;
}

export interface ReviewsDeps {
  review: ReviewRequest;
  requests: Requests;
  treasuries: Treasuries;
  /** Most that one transaction may cost by this signer's own settings, base units of L-BTC. */
  feeCeiling: () => bigint;
}

export function createReviews({ review, requests, treasuries, feeCeiling }: ReviewsDeps): Reviews {
  const kept = new Map<string, Promise<Reviewed>>();

  async function fresh(
    stored: StoredRequest,
  ): Promise<{ request: SignRequest; treasury: SignerTreasury; reviewed: Reviewed }> {
    const request = stored.content();
    const treasury = await treasuries.find(stored.treasuryId);
    if (!treasury) {
      throw new SluiceError('NOT_FOUND', 'This signer no longer knows the treasury of that request.', {
        next: 'Have the desk send the treasury again.',
      });
    }
    const known: Known = {
      treasuryId: treasury.id,
      policy: treasury.policy,
      genesisHash: treasury.genesisHash,
      policyAsset: treasury.policyAsset,
      feeCeiling: feeCeiling(),
      signed: requests.signedBefore(request.transactions.map(({ batchId }) => batchId)),
      ...requests.last(request.asset.assetId, request.requestId),
    };
    return { request, treasury, reviewed: await review(request, known) };
  }

  return {
    fresh,
    shown(stored) {
      // What a review looks like also follows from this signer's ceiling and from what it has decided.
      const key = `${stored.row.id} ${stored.row.state} ${feeCeiling()}`;
      const known = kept.get(key);
      if (known) return known;
      const made = fresh(stored).then(({ reviewed }) => reviewed);
      kept.set(key, made);
      made.catch(() => kept.delete(key));
      for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT))) kept.delete(oldest);
      return made;
    },
  };
}

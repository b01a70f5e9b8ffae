import { SluiceError } from '../../shared/errors.ts';
import type { Known, Reviewed, ReviewRequest, SignRequest } from '../signing/index.ts';
import type { Requests, StoredRequest } from './requests.ts';
import type { SignedFor, SignerWallet } from './signed-for.ts';

/** Reviews are kept for so many requests; one takes seconds to make and is asked for with every page of its rows. */
const KEPT = 8;

export interface Reviews {
  /** For showing: made once for the content of a request. */
  shown(stored: StoredRequest): Promise<Reviewed>;
  /** For signing: made anew, with what has been signed since. */
  fresh(stored: StoredRequest): Promise<{ request: SignRequest; wallet: SignerWallet; reviewed: Reviewed }>;
}

export interface ReviewsDeps {
  review: ReviewRequest;
  requests: Requests;
  signedFor: Pick<SignedFor, 'find'>;
  /** Most that one transaction may cost by this signer's own settings, base units of L-BTC. */
  feeCeiling: () => bigint;
}

export function createReviews({ review, requests, signedFor, feeCeiling }: ReviewsDeps): Reviews {
  const kept = new Map<string, Promise<Reviewed>>();

  async function fresh(
    stored: StoredRequest,
  ): Promise<{ request: SignRequest; wallet: SignerWallet; reviewed: Reviewed }> {
    const request = stored.content();
    const wallet = await signedFor.find(stored.treasuryId);
    if (!wallet) {
      throw new SluiceError(
        'NOT_FOUND',
        'This signer no longer knows the treasury or wallet of that request.',
        {
          next: 'Have the desk send it again.',
        },
      );
    }
    const known: Known = {
      treasuryId: wallet.id,
      policy: wallet.policy,
      genesisHash: wallet.genesisHash,
      policyAsset: wallet.policyAsset,
      feeCeiling: feeCeiling(),
      signed: requests.signedBefore(request.transactions.map(({ batchId }) => batchId)),
      ...requests.last(request.asset.assetId, { treasuryId: wallet.id, except: request.requestId }),
    };
    return { request, wallet, reviewed: await review(request, known) };
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

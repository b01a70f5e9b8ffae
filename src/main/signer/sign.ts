import { SluiceError } from '../../shared/errors.ts';
import type { Post } from '../bundles/types.ts';
import type { Outgoing } from '../../shared/contract/index.ts';
import type { Liquid, LiquidNetwork, PsetSignature } from '../liquid/types.ts';
import type { Reviewed, SignRequest, SignResult } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import type { OwnKeys } from './own-keys.ts';
import type { Requests, StoredRequest } from './requests.ts';
import type { SignerWallet } from './signed-for.ts';

/** How long the desk may take in an answer. */
const HOURS = 14 * 24;

/** Adds the signatures of one key to a blinded PSET (base64). */
export type SignPset = (transaction: { pset: string; batchId: string }) => Promise<string>;

/** Whoever signs: the seed of this signer, or a Jade at one of its ports. */
export interface Hand {
  fingerprint: string;
  sign: SignPset;
}

export interface SignDeps {
  store: Store;
  liquid: Liquid;
  network: LiquidNetwork;
  post: Post;
  requests: Requests;
  keys: OwnKeys;
}

/** The seed of this signer as a hand. Throws SECRET_MISSING, and NOT_ALLOWED when its key is none that may sign. */
export async function seedHand(deps: SignDeps, wallet: SignerWallet): Promise<Hand> {
  const { seed, key } = await deps.keys.require();
  requireCosigner(wallet, key.fingerprint);
  return {
    fingerprint: key.fingerprint,
    sign: ({ pset }) => deps.liquid.signWithSeed(pset, seed, deps.network),
  };
}

export function requireCosigner(wallet: SignerWallet, fingerprint: string): void {
  if (wallet.signers.includes(fingerprint)) return;
  throw new SluiceError('NOT_ALLOWED', `The key ${fingerprint} is none of “${wallet.name}”.`, {
    next: `Sign with one of ${wallet.signers.join(', ')}.`,
  });
}

/** Throws REVIEW_FAILED with the rules that do not hold. */
export function requireGood({ review }: Reviewed): void {
  const wrong = review.checks.filter(({ verdict }) => verdict === 'wrong');
  if (review.ok && wrong.length === 0) return;
  const told = wrong.map(({ title, evidence }) => `${title}: no. ${evidence}`).join(' ');
  throw new SluiceError('REVIEW_FAILED', `This request must not be signed. ${told}`, {
    next: 'Refuse it, and find out at the desk how it came about.',
  });
}

/**
 * Signs every transaction of a request that was found good, checks what came of it, and sends it back. The transaction
 * must be the same to the byte, and every input must carry a valid signature of the key that signed; only that key's own
 * signatures go back.
 */
export async function signRequest(
  deps: SignDeps,
  stored: StoredRequest,
  request: SignRequest,
  reviewed: Reviewed,
  hand: Hand,
  actor: string,
): Promise<Outgoing> {
  requireGood(reviewed);
  const signatures: Extract<SignResult, { outcome: 'signed' }>['signatures'] = [];
  const signed: { batchId: string; txid: string; inputs: string[] }[] = [];
  for (const { batchId, seq, pset: bytes } of request.transactions) {
    const pset = Buffer.from(bytes).toString('base64');
    const back = await hand.sign({ pset, batchId });
    const { facts, own } = await verifySigned(deps.liquid, pset, back, hand.fingerprint, seq);
    signatures.push({
      batchId,
      txid: facts.txid,
      signatures: own.map(({ input, pubkey, signature }) => ({
        input,
        pubkey,
        signature: new Uint8Array(Buffer.from(signature, 'hex')),
      })),
    });
    signed.push({
      batchId,
      txid: facts.txid,
      inputs: facts.inputs.map(({ txid, vout }) => `${txid}:${vout}`),
    });
  }
  const { review } = reviewed;
  const result: SignResult = {
    outcome: 'signed',
    requestId: request.requestId,
    operationId: request.operationId,
    fingerprint: hand.fingerprint,
    review: review.fingerprint,
    signatures,
  };
  const outgoing = await deps.post.send({
    kind: 'sign-result',
    to: stored.peerId,
    payload: result,
    subject: `request:${request.requestId}`,
    name: resultName(request, 'signed'),
    hours: HOURS,
  });
  deps.store.tx(() => {
    deps.requests.decide(request.requestId, {
      state: 'signed',
      reason: null,
      resultBundle: outgoing.bundleId,
      signed,
    });
    deps.store.audit({
      type: 'request.signed',
      subject: `request:${request.requestId}`,
      actor,
      data: {
        title: request.title,
        fingerprint: hand.fingerprint,
        review: review.fingerprint,
        recipients: review.recipients,
        total: review.total,
        fee: review.fee,
        txids: signed.map(({ txid }) => txid),
      },
    });
  });
  return outgoing;
}

async function verifySigned(
  liquid: Liquid,
  before: string,
  after: string,
  fingerprint: string,
  seq: number,
): Promise<{ facts: Awaited<ReturnType<Liquid['factsOf']>>; own: PsetSignature[] }> {
  const changed = () =>
    new SluiceError('SIGNING_FAILED', `Signing changed transaction ${seq}.`, {
      next: 'Do not trust what signed it. Nothing was handed out.',
    });
  if (!(await liquid.sameTransaction({ pset: before }, { pset: after }))) throw changed();
  const [facts, wasFacts, signatures] = await Promise.all([
    liquid.factsOf(after),
    liquid.factsOf(before),
    liquid.signaturesOf(after),
  ]);
  if (facts.txid !== wasFacts.txid) throw changed();
  const own = signatures.filter((signature) => signature.fingerprint === fingerprint);
  const missing = facts.inputs.findIndex(
    (_, input) => !own.some((signature) => signature.input === input && signature.valid),
  );
  if (missing >= 0 || own.some(({ valid }) => !valid)) {
    throw new SluiceError(
      'SIGNING_FAILED',
      missing >= 0
        ? `Input ${missing + 1} of transaction ${seq} has no valid signature of the key ${fingerprint}.`
        : `Transaction ${seq} has an invalid signature of the key ${fingerprint}.`,
      { next: 'Nothing was handed out. Check that this signer holds the key of the treasury or wallet.' },
    );
  }
  return { facts, own };
}

/** Refuses a request, and tells the desk why. */
export async function refuseRequest(
  deps: Pick<SignDeps, 'store' | 'post' | 'requests'>,
  stored: StoredRequest,
  request: SignRequest,
  reason: string,
  actor: string,
): Promise<Outgoing> {
  const result: SignResult = {
    outcome: 'refused',
    requestId: request.requestId,
    operationId: request.operationId,
    reason,
  };
  const outgoing = await deps.post.send({
    kind: 'sign-result',
    to: stored.peerId,
    payload: { ...result },
    subject: `request:${request.requestId}`,
    name: resultName(request, 'refused'),
    hours: HOURS,
  });
  deps.store.tx(() => {
    deps.requests.decide(request.requestId, {
      state: 'refused',
      reason,
      resultBundle: outgoing.bundleId,
      signed: [],
    });
    deps.store.audit({
      type: 'request.refused',
      subject: `request:${request.requestId}`,
      actor,
      data: { title: request.title, reason },
    });
  });
  return outgoing;
}

/** `pay-AG31-200-signed`: what is paid and its state. */
function resultName({ kind, asset, allocation }: SignRequest, state: string): string {
  const name = (asset.ticker ?? 'asset').replace(/[^A-Za-z0-9]/g, '');
  return `${kind === 'send' ? 'send' : 'pay'}-${name}-${allocation.length}-${state}`;
}

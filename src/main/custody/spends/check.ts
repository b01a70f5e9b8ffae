import { SluiceError } from '../../../shared/errors.ts';
import type { WatchedWallet } from '../../liquid/index.ts';
import { createReview, type Known, type Reviewed, type SignRequest } from '../../signing/index.ts';
import type { WalletRecord } from '../types.ts';
import { blinded, type OutputRecord, type Records, type SpendRecord } from './records.ts';
import type { SpendsDeps } from './types.ts';

/** An explicit output is opened by blinders of zero. */
const NO_BLINDER = '0'.repeat(64);
/** Reviews are kept for so many spends: one opens every output. */
const KEPT = 16;

export type CheckDeps = Pick<SpendsDeps, 'liquid' | 'watch' | 'wallets'> & { records: Records };

/** What is checked of a spend before any key sees it: the review that signers make, and LWK's opinion. */
export interface Check {
  /** As it goes to a signer, built from the journal alone. */
  request(requestId: string, spend: SpendRecord): Promise<SignRequest>;
  reviewed(spend: SpendRecord): Promise<Reviewed>;
  /** Throws REVIEW_FAILED with what does not hold. Asked again it answers from memory: what was built does not change. */
  require(spend: SpendRecord): Promise<void>;
}

export function createCheck({ liquid, watch, wallets, records }: CheckDeps): Check {
  const review = createReview(liquid);
  const kept = new Map<string, Promise<Reviewed>>();
  const good = new Set<string>();

  async function request(requestId: string, spend: SpendRecord): Promise<SignRequest> {
    const [genesisHash, policyAsset] = await Promise.all([wallets.genesisHash(), wallets.policyAsset()]);
    return {
      requestId,
      operationId: spend.id,
      kind: 'send',
      title: spend.title,
      network: wallets.network,
      genesisHash,
      policyAsset,
      treasury: wallets.record(spend.walletId).policyId,
      asset: spend.asset,
      feeCeiling: spend.feeCeiling,
      allocation: records.recipients(spend.id).map(({ address, label, amount }) => ({
        batch: 1,
        holder: label === '' ? 'Payment' : label,
        holderId: 0,
        gaid: null,
        address,
        amount,
      })),
      transactions: [
        {
          batchId: spend.id,
          seq: 1,
          pset: new Uint8Array(Buffer.from(spend.signedPset ?? spend.pset, 'base64')),
          inputs: records.coins(spend.id),
          outputs: records.outputs(spend.id).map(outputOf),
        },
      ],
    };
  }

  async function known(spend: SpendRecord): Promise<Known> {
    const [policy, genesisHash, policyAsset] = await Promise.all([
      wallets.policy(spend.walletId),
      wallets.genesisHash(),
      wallets.policyAsset(),
    ]);
    const before = records.lastSent(spend.walletId, spend.asset.assetId, spend.id);
    const paid = before ? records.recipients(before.id) : [];
    return {
      treasuryId: wallets.record(spend.walletId).policyId,
      policy,
      genesisHash,
      policyAsset,
      last: before
        ? {
            at: before.changedAt,
            total: paid.reduce((sum, { amount }) => sum + amount, 0n),
            recipients: paid.map(({ address }) => ({ gaid: null, address })),
          }
        : null,
    };
  }

  function reviewed(spend: SpendRecord): Promise<Reviewed> {
    const key = `${spend.id} ${spend.signedPset === null ? '' : 'signed'}`;
    const before = kept.get(key);
    if (before) return before;
    const made = (async () => review(await request(spend.id, spend), await known(spend)))();
    kept.set(key, made);
    made.catch(() => kept.delete(key));
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT))) kept.delete(oldest);
    return made;
  }

  /** LWK has to find the same fee, and the same comings and goings. */
  async function secondOpinion(spend: SpendRecord): Promise<void> {
    const watched: WatchedWallet = await wallets.watched(spend.walletId);
    const { kind } = wallets.record(spend.walletId);
    // For AMP0 it opens every output as well, with what Green will be sent.
    const nonces =
      kind === 'amp0'
        ? await liquid.nonces(spend.pset, records.outputs(spend.id).flatMap(blinded))
        : undefined;
    const found = await watch.examine(watched, wallets.updates(spend.walletId), spend.pset, nonces);
    const expected = new Map<string, bigint>();
    const add = (assetId: string, by: bigint) => expected.set(assetId, (expected.get(assetId) ?? 0n) + by);
    for (const { assetId, value } of records.coins(spend.id)) add(assetId, -value);
    for (const output of records.outputs(spend.id)) {
      if (isOwn(output, spend, wallets.ownerOf(output.script))) add(output.assetId, output.value);
    }
    const told = new Map(found.effects.map(({ assetId, value }) => [assetId, value]));
    const assets = new Set([...expected.keys(), ...told.keys()]);
    const differs = [...assets].find(
      (assetId) => (expected.get(assetId) ?? 0n) !== (told.get(assetId) ?? 0n),
    );
    if (found.fee === spend.fee && differs === undefined) return;
    throw refused(
      differs === undefined
        ? `LWK reads a fee of ${found.fee} base units, ${spend.fee} were planned.`
        : `LWK reads ${told.get(differs) ?? 0n} base units of ${differs} for this wallet, ${expected.get(differs) ?? 0n} were planned.`,
    );
  }

  return {
    request,
    reviewed,
    async require(spend) {
      if (good.has(spend.id)) return;
      const { review: found } = await reviewed({ ...spend, signedPset: null });
      const wrong = found.checks.filter(({ verdict }) => verdict === 'wrong');
      if (!found.ok || wrong.length > 0) {
        throw refused(wrong.map(({ title, evidence }) => `${title}: no. ${evidence}`).join(' '));
      }
      await secondOpinion(spend);
      good.add(spend.id);
    },
  };
}

function isOwn(output: OutputRecord, spend: SpendRecord, owner: WalletRecord | null): boolean {
  return output.role === 'change' || (output.role === 'recipient' && owner?.id === spend.walletId);
}

function refused(why: string): SluiceError {
  return new SluiceError('REVIEW_FAILED', `This must not be signed. ${why}`, {
    next: 'Cancel it, and find out how it came about. Nothing was signed.',
  });
}

function outputOf(output: OutputRecord): SignRequest['transactions'][number]['outputs'][number] {
  return {
    vout: output.vout,
    role: output.role,
    script: output.script,
    assetId: output.assetId,
    value: output.value,
    assetBlinder: output.assetBlinder ?? NO_BLINDER,
    amountBlinder: output.amountBlinder ?? NO_BLINDER,
    blindingPubkey: output.blindingPubkey,
    ephemeralKey: output.ephemeralKey,
  };
}

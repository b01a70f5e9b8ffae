import { SluiceError } from '../../shared/errors.ts';
import type { ElementsNode } from '../elements/types.ts';
import type { Liquid, LiquidNetwork } from '../liquid/types.ts';
import type { BatchRecord, OutputRecord, Records } from '../operations/index.ts';
import { createReview, type Known, type Reviewed, type SignRequest } from '../signing/index.ts';
import type { Arrangements } from './arrangements.ts';
import { digestOf } from './requests.ts';
import type { Round } from './waiting.ts';

export interface ContentDeps {
  node: ElementsNode;
  liquid: Liquid;
  network: LiquidNetwork;
  records: Records;
  arrangements: Arrangements;
  assetName: (assetUuid: string) => string;
}

type Transaction = SignRequest['transactions'][number];

/** A request as it goes into the bundle, built from the journal alone, and the review of it by the signer's own code. */
export function createContent(deps: ContentDeps) {
  const { node, liquid, records, arrangements } = deps;
  const review = createReview(liquid);
  let last: { digest: string; reviewed: Reviewed } | null = null;

  async function request(
    requestId: string,
    { operation, arrangement, batches }: Round,
  ): Promise<SignRequest> {
    const [genesisHash, policyAsset] = await Promise.all([node.genesisHash(), node.policyAsset()]);
    return {
      requestId,
      operationId: operation.id,
      kind: operation.kind,
      title: operation.title,
      network: deps.network,
      genesisHash,
      policyAsset,
      treasury: arrangement.id,
      asset: {
        assetId: operation.assetId,
        name:
          operation.assetUuid === null
            ? (operation.ticker ?? operation.assetId.slice(0, 12))
            : deps.assetName(operation.assetUuid),
        ticker: operation.ticker,
        precision: operation.precision,
      },
      feeCeiling: operation.feeCeiling,
      allocation: batches.flatMap((batch) =>
        records.recipients(batch.id).map(({ holderName, holderId, gaid, address, amount }) => ({
          batch: batch.seq,
          holder: holderName,
          holderId,
          gaid,
          address: address ?? '',
          amount,
        })),
      ),
      transactions: batches.map((batch) => transaction(batch)),
    };
  }

  function transaction(batch: BatchRecord): Transaction {
    const { pset } = records.papers(batch.id);
    if (pset === null) {
      throw new SluiceError('INTERNAL', 'The built transaction is missing from the journal.', {
        next: 'Restore the last backup of this profile or report this as a bug.',
      });
    }
    return {
      batchId: batch.id,
      seq: batch.seq,
      pset: new Uint8Array(Buffer.from(pset, 'base64')),
      inputs: records
        .reservations(batch.id)
        .map(({ txid, vout, assetId, amount, assetBlinder, amountBlinder }) => ({
          txid,
          vout,
          assetId,
          value: amount,
          assetBlinder,
          amountBlinder,
        })),
      outputs: records.outputs(batch.id).map(outputOf),
    };
  }

  /** What this desk knows by itself, against which a request is checked. */
  async function known({ operation, arrangement }: Round): Promise<Known> {
    const [policy, genesisHash, policyAsset] = await Promise.all([
      arrangements.policy(arrangement),
      node.genesisHash(),
      node.policyAsset(),
    ]);
    const before = records.lastDone(operation.assetId, operation.id);
    const paid = before
      ? records
          .batches(before.id)
          .filter(({ state }) => state === 'done')
          .flatMap(({ id }) => records.recipients(id))
      : [];
    return {
      treasuryId: arrangement.id,
      policy,
      genesisHash,
      policyAsset,
      last: before
        ? {
            at: before.finishedAt ?? before.changedAt,
            total: paid.reduce((sum, { amount }) => sum + amount, 0n),
            recipients: paid.map(({ gaid, address }) => ({ gaid, address: address ?? '' })),
          }
        : null,
    };
  }

  return {
    request,
    /** Kept until something else is to be signed: verifying opens every output. */
    async reviewed(round: Round): Promise<Reviewed> {
      const digest = digestOf(round.batches);
      if (last?.digest === digest) return last.reviewed;
      const reviewed = await review(await request(digest.slice(0, 32), round), await known(round));
      last = { digest, reviewed };
      return reviewed;
    },
  };
}

export type Content = ReturnType<typeof createContent>;

/** An explicit output is opened by blinders of zero. */
const NO_BLINDER = '0'.repeat(64);

function outputOf(output: OutputRecord): Transaction['outputs'][number] {
  return {
    vout: output.vout,
    role: output.role,
    script: output.script,
    assetId: output.assetId,
    value: output.amount,
    assetBlinder: output.assetBlinder ?? NO_BLINDER,
    amountBlinder: output.amountBlinder ?? NO_BLINDER,
    blindingPubkey: output.blindingPubkey,
    ephemeralKey: output.ephemeralKey,
  };
}

import { randomUUID } from 'node:crypto';
import type { AreaHandlers, Arrangement, Outgoing } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Post } from '../bundles/types.ts';
import type { BatchRecord, Records } from '../operations/index.ts';
import { pageOfRows, signingSheet, type Signatures } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import type { Content } from './content.ts';
import type { createForeignPset } from './foreign-pset.ts';
import { digestOf, type Requests } from './requests.ts';
import type { Round, Waiting } from './waiting.ts';
import type { createJadeSigning } from './with-jade.ts';

/** How long a signer may take in a request. */
const REQUEST_HOURS = 7 * 24;

export interface SigningServiceDeps {
  store: Store;
  records: Records;
  signatures: Signatures;
  requests: Requests;
  waiting: Waiting;
  content: Content;
  post: Post;
  withJade: ReturnType<typeof createJadeSigning>;
  foreignPset: ReturnType<typeof createForeignPset>;
  clock: () => number;
  checkpoint: (name: string) => void;
  /** After a request went out: waiting operations say so. */
  told: (operationId: string) => void;
}

/** Handlers of the area `signing`. */
export function createSigningService(deps: SigningServiceDeps): AreaHandlers<'signing'> {
  const { waiting, records, requests, content, store, post } = deps;

  /** What a signer would be asked for now: the waiting batches that a key of its has not signed. */
  function lackingOf({ arrangement, batches }: Round, peerId: string): BatchRecord[] {
    const cosigners = arrangement.cosigners.filter((cosigner) => cosigner.peerId === peerId);
    return batches.filter((batch) => cosigners.some((cosigner) => !waiting.hasSigned(batch.id, cosigner)));
  }

  /** When the request that would go out now was made; nothing for one that never was, or holds no more. */
  function askedAt(round: Round, peerId: string): { askedAt?: number } {
    const digest = digestOf(lackingOf(round, peerId));
    const before = requests.same(round.operation.id, peerId, digest, deps.clock());
    return before?.bundleId == null ? {} : { askedAt: before.sentAt };
  }

  async function request(operationId: string, peerId: string, actor: string): Promise<Outgoing> {
    await waiting.prepared(operationId);
    const round = waiting.require(operationId);
    const peer = post.peer(peerId);
    if (!round.arrangement.cosigners.some((cosigner) => cosigner.peerId === peerId)) {
      throw new SluiceError('NOT_ALLOWED', `“${peer.name}” holds no key of this treasury.`, {
        next: 'Ask a signer of the treasury.',
        field: 'peerId',
      });
    }
    const batches = lackingOf(round, peerId);
    if (batches.length === 0) {
      throw new SluiceError('OPERATION_STATE', `“${peer.name}” has signed everything that waits.`, {
        next: 'Have the others sign.',
      });
    }
    const digest = digestOf(batches);
    const now = deps.clock();
    const before = requests.same(operationId, peerId, digest, now);
    if (before?.bundleId != null) return post.file(before.bundleId);
    const id = before?.id ?? randomUUID();
    const expiresAt = now + REQUEST_HOURS * 3_600_000;
    const asked: Round = { ...round, batches };
    const payload = await content.request(id, asked);
    if (!before) {
      // Before the bundle: its answer can be told from a stranger's even if the desk dies in between.
      store.tx(() => {
        const batchIds = batches.map((batch) => batch.id);
        requests.insert({ id, operationId, peerId, digest, batchIds, sentAt: now, expiresAt });
        for (const batchId of batchIds) records.updateBatch(batchId, { notBefore: 0 });
        store.audit({
          type: 'signing.requested',
          subject: `operation:${operationId}`,
          actor,
          data: { request: id, peer: peer.name, batches: batches.map(({ seq }) => seq) },
        });
      });
      deps.checkpoint('request:written');
    }
    const { operation } = round;
    const outgoing = await post.send({
      kind: 'sign-request',
      to: peerId,
      payload,
      subject: `operation:${operationId}`,
      name: `pay-${operation.ticker ?? operation.assetId.slice(0, 8)}-${payload.allocation.length}-unsigned`,
      hours: REQUEST_HOURS,
      actor,
    });
    store.tx(() => requests.setBundle(id, outgoing.bundleId));
    deps.checkpoint('request:sent');
    deps.told(operationId);
    return outgoing;
  }

  function shown(batch: BatchRecord, arrangement: Arrangement) {
    const kept = deps.signatures.of(batch.id);
    return {
      batchId: batch.id,
      seq: batch.seq,
      txid: batch.txid ?? '',
      needed: arrangement.threshold,
      signatures: arrangement.cosigners.map(({ fingerprint, name, kind }) => {
        const own = kept.find((one) => one.fingerprint === fingerprint);
        return { fingerprint, name, kind, at: own?.at ?? null, how: own?.how ?? null };
      }),
    };
  }

  function jadeNote({ batches, operation }: Round): string {
    const confirmations = batches.reduce((total, { id }) => total + records.totals(id).recipients + 1, 0);
    return `A Jade asks for ${confirmations} confirmations: every recipient and the fee of ${batches.length === 1 ? 'the transaction' : `each of ${batches.length} transactions`}. AMP does not give the asset’s registry contract: unless ${operation.ticker ?? 'the asset'} is in its firmware’s list, the Jade shows amounts in base units and warns.`;
  }

  return {
    round({ operationId }) {
      const round = waiting.round(operationId);
      if (!round) return { batches: [], canAsk: [], jades: [], jadeNote: null };
      const { arrangement, batches } = round;
      const open = arrangement.cosigners.filter((cosigner) => waiting.lacking(batches, cosigner).length > 0);
      const paired = new Map(post.peers().map((peer) => [peer.id, peer.name]));
      const jades = open.filter(({ kind }) => kind === 'jade');
      return {
        batches: batches.map((batch) => shown(batch, arrangement)),
        canAsk: [...new Set(open.map(({ peerId }) => peerId))].flatMap((peerId) => {
          const name = peerId === null ? undefined : paired.get(peerId);
          return peerId === null || name === undefined ? [] : [{ peerId, name, ...askedAt(round, peerId) }];
        }),
        jades: jades.map(({ fingerprint, name }) => ({ fingerprint, name })),
        jadeNote: jades.length === 0 ? null : jadeNote(round),
      };
    },
    review: async ({ operationId }) => (await content.reviewed(waiting.require(operationId))).review,
    async recipients({ operationId, ...query }) {
      return pageOfRows((await content.reviewed(waiting.require(operationId))).rows, query);
    },
    request: ({ operationId, peerId }, { actor }) => request(operationId, peerId, actor),
    withJade: (args, { actor }) => deps.withJade(args, actor),
    exportPset: (args) => deps.foreignPset.export(args),
    importPset: (args, context) => deps.foreignPset.import(args, context),
    async sheet({ operationId }) {
      const round = waiting.require(operationId);
      const html = signingSheet(await content.reviewed(round));
      return {
        fileName: `to-sign-${round.operation.ticker ?? round.operation.id.slice(0, 8)}.html`,
        content: html,
      };
    },
  };
}

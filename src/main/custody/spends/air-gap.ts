import { createHash, randomUUID } from 'node:crypto';
import type { Outgoing } from '../../../shared/contract/index.ts';
import { SluiceError } from '../../../shared/errors.ts';
import type { Receiver } from '../../bundles/index.ts';
import { readPayload, signResultPayload } from '../../signing/index.ts';
import type { Carry } from './carry.ts';
import type { Check } from './check.ts';
import type { Records, SpendRecord } from './records.ts';
import { createRequests } from './requests.ts';
import { nextOf } from './stage.ts';
import type { SpendsDeps } from './types.ts';

/** How long a signer may take in a request, and a wallet. */
const REQUEST_HOURS = 7 * 24;
const WALLET_HOURS = 14 * 24;

export type AirGapDeps = SpendsDeps & { records: Records; check: Check; carry: Carry };

/** Custody and the signer that holds its keys: wallets and requests go out, results come back. */
export function createAirGap(deps: AirGapDeps) {
  const { store, liquid, wallets, records, carry, clock, checkpoint } = deps;
  const { post } = deps.bundles;
  const requests = createRequests(store);

  async function sendWallet(id: string, wanted: string | undefined, actor: string): Promise<Outgoing> {
    const wallet = wallets.record(id);
    const peerId = wanted ?? wallet.peerId;
    if (peerId === null) {
      throw new SluiceError('INVALID_ARGUMENT', `No signer holds a key of “${wallet.name}”.`, {
        next: 'Choose the paired signer that is to know the wallet.',
        field: 'peerId',
      });
    }
    const [{ descriptor }, genesisHash, policyAsset] = await Promise.all([
      wallets.policy(id),
      wallets.genesisHash(),
      wallets.policyAsset(),
    ]);
    return post.send({
      kind: 'custody-wallet',
      to: peerId,
      payload: {
        network: wallets.network,
        kind: wallet.kind,
        name: wallet.name,
        genesisHash,
        policyAsset,
        descriptor,
      },
      subject: `wallet:${id}`,
      name: `wallet-${fileWord(wallet.name)}`,
      hours: WALLET_HOURS,
      actor,
    });
  }

  /** The request for the owner's signature, the same one again while it holds. Where the server signs first it is asked first. */
  async function request(spendId: string, peerId: string, actor: string): Promise<Outgoing> {
    const wallet = wallets.record(require(spendId).walletId);
    const peer = post.peer(peerId);
    if (wallet.keyKind !== 'signer' || wallet.peerId !== peerId) {
      throw new SluiceError('NOT_ALLOWED', `“${peer.name}” holds no key of “${wallet.name}”.`, {
        next: 'Ask the signer that holds the key of this wallet.',
        field: 'peerId',
      });
    }
    await carry.cosignFirst(spendId);
    const spend = require(spendId);
    if (nextOf(spend, records.steps(spendId), wallet.kind) !== 'user') {
      throw new SluiceError('OPERATION_STATE', `“${spend.title}” does not wait for a signature.`, {
        next: 'Look at the spend: it is signed already, or over.',
      });
    }
    await deps.check.require(spend);
    const digest = createHash('sha256')
      .update(`${spend.id}:${spend.signedPset ?? spend.pset}`)
      .digest('hex');
    const now = clock();
    const before = requests.same(spendId, peerId, digest, now);
    if (before?.bundleId != null) return post.file(before.bundleId);
    const id = before?.id ?? randomUUID();
    const payload = await deps.check.request(id, spend);
    if (!before) {
      // Before the bundle: its answer can be told from a stranger's even if the desk dies in between.
      store.tx(() => {
        requests.insert({
          id,
          spendId,
          peerId,
          digest,
          sentAt: now,
          expiresAt: now + REQUEST_HOURS * 3_600_000,
        });
        records.update(spendId, { startedAt: spend.startedAt ?? now });
        store.audit({
          type: 'custody.signature-requested',
          subject: `spend:${spendId}`,
          actor,
          data: { wallet: wallet.id, request: id, peer: peer.name },
        });
      });
      checkpoint('custody:request-written');
    }
    const outgoing = await post.send({
      kind: 'sign-request',
      to: peerId,
      payload,
      subject: `spend:${spendId}`,
      name: `send-${fileWord(spend.asset.ticker ?? spend.asset.assetId.slice(0, 8))}-${payload.allocation.length}-unsigned`,
      hours: REQUEST_HOURS,
      actor,
    });
    store.tx(() => requests.setBundle(id, outgoing.bundleId));
    checkpoint('custody:request-sent');
    carry.changed(spend);
    return outgoing;
  }

  function require(spendId: string): SpendRecord {
    const spend = records.find(spendId);
    if (spend) return spend;
    throw new SluiceError('NOT_FOUND', 'There is no such spend.', { next: 'Look at the list of spends.' });
  }

  const receiveResult: Receiver = async (payload, from, bundle) => {
    const result = readPayload(signResultPayload, payload);
    const asked = requests.find(result.requestId);
    if (asked?.peerId !== from.id || asked.spendId !== result.operationId) {
      throw new SluiceError(
        'BUNDLE_FOREIGN',
        'That answers a request which this desk did not send to this signer.',
        { next: 'Take in the answer to the request of this profile.' },
      );
    }
    const goTo = { page: 'spend' as const, id: asked.spendId };
    const spend = require(asked.spendId);
    const { title } = spend;
    if (spend.state === 'cancelled' || spend.state === 'refused') {
      throw new SluiceError('OPERATION_STATE', `“${title}” was ${spend.state} while the request was out.`, {
        next: 'Nothing of the answer was kept. Destroy it: its coins are free for other payments.',
      });
    }
    if (result.outcome === 'refused') {
      return () => {
        requests.decide(asked.id, 'refused', result.reason, clock());
        const { code, message, next } = refusedBySigner(from.name, result.reason);
        records.update(spend.id, { problem: { code, message, next, at: clock() } });
        store.audit({
          type: 'custody.signature-refused',
          subject: `spend:${spend.id}`,
          actor: from.name,
          data: { wallet: spend.walletId, request: asked.id, bundle: bundle.id, reason: result.reason },
        });
        setImmediate(() => carry.changed(spend));
        return { sentence: `“${from.name}” refused to sign “${title}”: ${result.reason}`, goTo };
      };
    }
    if (records.steps(spend.id).some(({ step }) => step === 'signed')) {
      return () => {
        requests.decide(asked.id, 'signed', null, clock());
        return { sentence: `“${title}” had its signature already.`, goTo };
      };
    }
    const { fingerprint, name } = wallets.record(spend.walletId);
    if (result.fingerprint !== fingerprint) {
      throw new SluiceError('BUNDLE_FOREIGN', `The key ${result.fingerprint} is not that of “${name}”.`, {
        next: 'Sign with the key of the wallet.',
      });
    }
    const [signed, ...more] = result.signatures;
    const { txid } = await liquid.inspectPset(spend.pset);
    if (signed?.batchId !== spend.id || signed.txid !== txid || more.length > 0) {
      throw new SluiceError(
        'BUNDLE_FOREIGN',
        'That answer signs another transaction than the one asked for.',
        { next: 'Do not trust that signer before you know why. Nothing was kept.' },
      );
    }
    const signedPset = await carry.withUser(
      spend,
      fingerprint,
      signed.signatures.map(({ input, pubkey, signature }) => ({
        input,
        pubkey,
        signature: Buffer.from(signature).toString('hex'),
      })),
    );
    return () => {
      carry.keepUser(spend, signedPset, `by “${from.name}”, bundle ${bundle.id.slice(0, 8)}`, from.name);
      requests.decide(asked.id, 'signed', null, clock());
      setImmediate(() => {
        checkpoint('custody:signed');
        carry.changed(spend);
        carry.wake(spend.id);
      });
      return { sentence: `“${from.name}” signed “${title}”; its signatures are verified.`, goTo };
    };
  };

  return {
    sendWallet,
    request: (spendId: string, peerId: string, actor: string) =>
      carry.alone(spendId, () => request(spendId, peerId, actor)),
    ownsRequest: (id: string) => requests.find(id) !== null,
    receiveResult,
  };
}

function refusedBySigner(name: string, reason: string): SluiceError {
  return new SluiceError('SIGNING_FAILED', `“${name}” refused to sign: ${reason}`, {
    next: 'Find out why. Then ask it again, or cancel the spend. Nothing was broadcast.',
  });
}

function fileWord(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '') || 'wallet';
}

import type { Emit, Cosigner } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Receiver } from '../bundles/types.ts';
import type { Records } from '../operations/index.ts';
import { readPayload, signResultPayload } from '../signing/index.ts';
import type { Store } from '../store/types.ts';
import type { TreasuryWallet } from '../elements/types.ts';
import type { Arrangements } from './arrangements.ts';
import type { Keeping, Verified } from './keeping.ts';
import type { Requests, StoredRequest } from './requests.ts';

export interface ResultsDeps {
  store: Store;
  records: Records;
  requests: Requests;
  arrangements: Arrangements;
  wallet: TreasuryWallet;
  keeping: Keeping;
  clock: () => number;
  emit: Emit;
  wake: (operationId: string) => void;
}

/** Takes in what a signer answers: signatures over exactly what was asked for, or a refusal with its reason. */
export function resultReceiver(deps: ResultsDeps): Receiver {
  const { records, requests, store } = deps;

  function requestOf(requestId: string, operationId: string, peerId: string): StoredRequest {
    const request = requests.find(requestId);
    if (request?.peerId === peerId && request.operationId === operationId) return request;
    throw new SluiceError(
      'BUNDLE_FOREIGN',
      'That answers a request which this desk did not send to this signer.',
      {
        next: 'Take in the answer to the request of this profile.',
      },
    );
  }

  function cosigner(fingerprint: string): Cosigner {
    const found = deps.arrangements
      .of(deps.wallet.name)
      ?.cosigners.find((each) => each.fingerprint === fingerprint);
    if (found) return found;
    throw new SluiceError('BUNDLE_FOREIGN', `The key ${fingerprint} is not one of this treasury.`, {
      next: 'Sign with a key of the treasury.',
    });
  }

  return async (payload, from, bundle) => {
    const result = readPayload(signResultPayload, payload);
    const request = requestOf(result.requestId, result.operationId, from.id);
    const goTo = { page: 'operation' as const, id: request.operationId };
    const { title, state } = records.operation(request.operationId) ?? { title: '', state: 'cancelled' };
    if (state === 'cancelled' || state === 'cancelling') {
      throw new SluiceError('OPERATION_STATE', `“${title}” was cancelled while the request was out.`, {
        next: 'Nothing of the answer was kept. Destroy it: its coins are free for other payments.',
      });
    }
    if (result.outcome === 'refused') {
      return () => {
        requests.decide(request.id, 'refused', result.reason, deps.clock());
        for (const id of request.batchIds) records.updateBatch(id, { notBefore: 0 });
        store.audit({
          type: 'signing.refused',
          subject: `operation:${request.operationId}`,
          actor: from.name,
          data: { request: request.id, bundle: bundle.id, reason: result.reason },
        });
        setImmediate(() => {
          deps.emit('signing.changed', {});
          deps.wake(request.operationId);
        });
        return { sentence: `“${from.name}” refused to sign “${title}”: ${result.reason}`, goTo };
      };
    }
    const by = cosigner(result.fingerprint);
    const verified: Verified[] = [];
    for (const { batchId, txid, signatures } of result.signatures) {
      const batch = request.batchIds.includes(batchId) ? records.batch(batchId) : null;
      if (batch?.txid !== txid) {
        throw new SluiceError(
          'BUNDLE_FOREIGN',
          'That answer signs another transaction than the one asked for.',
          {
            next: 'Do not trust that signer before you know why. Nothing was kept.',
          },
        );
      }
      const given = signatures.map(({ input, pubkey, signature }) => ({
        input,
        pubkey,
        signature: Buffer.from(signature).toString('hex'),
      }));
      // A batch that others completed meanwhile needs nothing any more; the rest of the answer still counts.
      if (batch.step !== 'built') continue;
      verified.push(await deps.keeping.verify(batch, by, given));
    }
    return () => {
      for (const each of verified)
        deps.keeping.keep(each, `by bundle ${bundle.id.slice(0, 8)} from ${from.name}`, from.name);
      requests.decide(request.id, 'signed', null, deps.clock());
      setImmediate(() => deps.keeping.told(request.operationId));
      const count = verified.length;
      return {
        sentence:
          count === 0
            ? `“${title}” had its signatures already.`
            : `“${from.name}” signed ${count === 1 ? 'the transaction' : `${count} transactions`} of “${title}”; the signatures are verified.`,
        goTo,
      };
    };
  };
}

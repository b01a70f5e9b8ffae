import type { AreaHandlers, Emit } from '../../shared/contract/index.ts';
import type { Bundles, Receiver } from '../bundles/index.ts';
import type { TreasuryWallet } from '../elements/types.ts';
import type { Records } from '../operations/index.ts';
import type { Signatures } from '../signing/index.ts';
import { createArrangementService } from './arrangement.ts';
import { createContent } from './content.ts';
import type { CreateDeps } from './create.ts';
import { createForeignPset } from './foreign-pset.ts';
import { createKeeping } from './keeping.ts';
import { createOfferedKeys, type OfferedKeys } from './offered-keys.ts';
import { createRequests } from './requests.ts';
import { resultReceiver } from './results.ts';
import { createSigningService } from './signing.ts';
import { createWaiting } from './waiting.ts';
import { createJadeSigning } from './with-jade.ts';

export type { OfferedCustodyKeys } from './offered-keys.ts';
export {
  createArrangements,
  createBlindingKeys,
  type Arrangements,
  type BlindingKeys,
} from './arrangements.ts';

export interface RoundsDeps extends Omit<CreateDeps, 'offered'> {
  wallet: TreasuryWallet;
  records: Records;
  signatures: Signatures;
  bundles: Pick<Bundles, 'post' | 'qr'>;
  assetName: (assetUuid: string) => string;
  emit: Emit;
  wake: (operationId: string) => void;
  checkpoint: (name: string) => void;
}

export interface Rounds {
  arrangement: AreaHandlers<'arrangement'>;
  signing: AreaHandlers<'signing'>;
  receivers: { keys: Receiver; 'sign-result': Receiver };
  /** Keys for custody wallets that a paired signer sent. */
  custodyKeys: OfferedKeys['custodyKeys'];
}

/** The desk's side of signing elsewhere: who signs for the treasury, what they are asked, and what they answer. */
export function createRounds(deps: RoundsDeps): Rounds {
  const { emit, bundles } = deps;
  const requests = createRequests(deps.store);
  const offered = createOfferedKeys({ ...deps, changed: () => emit('signing.changed', {}) });
  const waiting = createWaiting(deps);
  const content = createContent(deps);
  const keeping = createKeeping(deps);
  return {
    arrangement: createArrangementService({
      ...deps,
      offered,
      post: bundles.post,
      changed() {
        emit('signing.changed', {});
        emit('treasury.changed', {});
      },
    }),
    signing: createSigningService({
      ...deps,
      requests,
      waiting,
      content,
      post: bundles.post,
      withJade: createJadeSigning({ ...deps, waiting, content, keeping }),
      foreignPset: createForeignPset({ ...deps, waiting, keeping, readQr: bundles.qr.read }),
      told(operationId) {
        emit('signing.changed', {});
        deps.wake(operationId);
      },
    }),
    custodyKeys: offered.custodyKeys,
    receivers: { keys: offered.receive, 'sign-result': resultReceiver({ ...deps, requests, keeping }) },
  };
}

import type { DistributionPlan } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { EngineDeps } from './context.ts';

export type Check = DistributionPlan['checks'][number];

/** Below this AMP's own script refuses to run; the node is still catching up. */
const SYNCED = 0.999;

export function check(good: boolean, code: string, yes: string, no: string, next: string): Check {
  return good
    ? { code, verdict: 'good', message: yes, next: '' }
    : { code, verdict: 'wrong', message: no, next };
}

/** Whether the node knows the chain as it is now. */
export function syncCheck({ verificationProgress }: { verificationProgress: number }): Check {
  return check(
    verificationProgress >= SYNCED,
    'node-synced',
    'The node is in step with the chain.',
    'The node is still catching up with the chain.',
    'Wait until it is synchronised.',
  );
}

/** Whether somebody can sign now; if not, that is for attention only: the operation waits. */
export async function signerCheck(deps: EngineDeps): Promise<Check> {
  try {
    await deps.signer.check();
    return {
      code: 'signer',
      verdict: 'good',
      message: deps.signer.sentence ?? 'The signer is ready.',
      next: '',
    };
  } catch (error) {
    // Signing comes last; a locked wallet can be opened while the operation runs.
    const words = error instanceof SluiceError ? error : null;
    return {
      code: 'signer',
      verdict: 'attention',
      message: words?.message ?? 'The signer could not be asked.',
      next: words?.next ?? 'The operation will wait for it.',
    };
  }
}

import type { WalletKind } from '../../../shared/contract/index.ts';
import type { Party, SpendRecord, SpendStep, StepRecord } from './records.ts';

/** What has to happen next; null when nothing has. */
export type Next = Party | 'finalize' | 'broadcast' | 'confirm' | null;

/** In which order signatures come. AMP0's server takes only what its owner has signed. */
export function orderOf(kind: WalletKind, first: Party): Party[] {
  if (kind === 'single') return ['user'];
  if (kind === 'amp0' || first === 'user') return ['user', 'server'];
  return ['server', 'user'];
}

const SIGNED: Record<Party, SpendStep> = { user: 'signed', server: 'cosigned' };

export function nextOf(
  spend: Pick<SpendRecord, 'state' | 'first'>,
  steps: readonly Pick<StepRecord, 'step'>[],
  kind: WalletKind,
): Next {
  if (spend.state === 'sent') return 'confirm';
  if (spend.state !== 'open') return null;
  const has = (step: SpendStep) => steps.some((reached) => reached.step === step);
  const missing = orderOf(kind, spend.first).find((party) => !has(SIGNED[party]));
  if (missing) return missing;
  return has('final') ? 'broadcast' : 'finalize';
}

/**
 * Nothing complete can be with anybody else, or it can never confirm any more: one of its coins was spent otherwise.
 */
export function isCancellable(
  spend: Pick<SpendRecord, 'state' | 'handedOver' | 'broadcastBegunAt' | 'problem'>,
): boolean {
  if (spend.state !== 'open') return false;
  return (!spend.handedOver && spend.broadcastBegunAt === null) || spend.problem?.code === 'INPUTS_SPENT';
}

import type { TrackStep } from '../../../components/layout/step-track.tsx';
import type { CustodySpend, SPEND_STEPS } from '../../../../shared/contract/index.ts';

type StepName = (typeof SPEND_STEPS)[number];

const NAMES: Record<StepName, string> = {
  built: 'Built',
  signed: 'Signed',
  cosigned: 'Cosigned',
  final: 'Complete',
  broadcast: 'Broadcast',
  'confirmed-1': '1 of 2',
  'confirmed-2': '2 of 2',
};

export interface ShownSpendStep extends TrackStep {
  step: StepName;
  /** What happened there, or nothing yet. */
  sentence: string;
}

/** The steps of a payment in the order in which they come: who signs first differs, and one key needs no cosigner. */
export function spendSteps(
  spend: Pick<CustodySpend, 'steps' | 'order' | 'state' | 'walletKind'>,
): ShownSpendStep[] {
  const signatures: StepName[] = spend.order.map((who) => (who === 'user' ? 'signed' : 'cosigned'));
  const order: readonly StepName[] = [
    'built',
    ...(signatures.length === 0 ? (['signed'] as const) : signatures),
    'final',
    'broadcast',
    'confirmed-1',
    'confirmed-2',
  ];
  // A refused payment stands before the step that was refused; one that was given up goes nowhere.
  let nextFound = spend.state === 'cancelled' || spend.state === 'done';
  return order.map((step) => {
    const reached = spend.steps.find((each) => each.step === step);
    if (reached) {
      return { step, name: NAMES[step], state: 'done', at: reached.at, sentence: reached.sentence };
    }
    const state = nextFound ? 'later' : 'next';
    nextFound = true;
    return { step, name: NAMES[step], state, at: null, sentence: '' };
  });
}

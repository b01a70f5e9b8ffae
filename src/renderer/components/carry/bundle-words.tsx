import type { ReactElement } from 'react';
import type { Bundle, BundleKind } from '../../../shared/contract/index.ts';
import { Badge, type Meaning } from '../values/verdict.tsx';

export const KIND_NAMES: Record<BundleKind, string> = {
  keys: 'Keys',
  treasury: 'Treasury',
  'sign-request': 'Request to sign',
  'sign-result': 'Answer',
  'jade-pin-request': 'Jade asks its oracle',
  'jade-pin-answer': 'Oracle’s answer',
};

const LOOK: Record<Bundle['state'], readonly [of: Meaning | 'neutral', word: string]> = {
  sent: ['neutral', 'Sent'],
  accepted: ['good', 'Taken in'],
  refused: ['wrong', 'Refused'],
};

export function BundleState({ of }: { of: Bundle['state'] }): ReactElement {
  const [meaning, word] = LOOK[of];
  return <Badge of={meaning}>{word}</Badge>;
}

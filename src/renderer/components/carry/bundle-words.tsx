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
  'custody-wallet': 'Custody wallet',
  'amp0-login': 'AMP0 login',
  'amp0-login-answer': 'Answer to AMP0 login',
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

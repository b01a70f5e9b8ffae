import type { ReactElement } from 'react';
import type { SigningRequestRow } from '../../../shared/contract/index.ts';
import { Badge, type Meaning } from '../../components/values/verdict.tsx';

const LOOK: Record<SigningRequestRow['state'], readonly [of: Meaning | 'neutral', word: string]> = {
  waiting: ['waiting', 'Waiting'],
  signed: ['good', 'Signed'],
  refused: ['wrong', 'Refused'],
  expired: ['neutral', 'Expired'],
};

export function RequestState({ of }: { of: SigningRequestRow['state'] }): ReactElement {
  const [meaning, word] = LOOK[of];
  return <Badge of={meaning}>{word}</Badge>;
}

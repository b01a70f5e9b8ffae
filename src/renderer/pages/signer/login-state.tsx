import type { ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { Badge, type Meaning } from '../../components/values/verdict.tsx';

type State = Result<'signer.logins'>['logins'][number]['state'];

const LOOK: Record<State, readonly [of: Meaning | 'neutral', word: string]> = {
  waiting: ['waiting', 'Waiting'],
  answered: ['good', 'Answered'],
  expired: ['neutral', 'Expired'],
};

export function LoginState({ of }: { of: State }): ReactElement {
  const [meaning, word] = LOOK[of];
  return <Badge of={meaning}>{word}</Badge>;
}

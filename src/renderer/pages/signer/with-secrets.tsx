import type { ReactElement, ReactNode } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { Answer } from '../../components/layout/answer.tsx';
import { SecretsCard, secretsReady } from '../welcome/secrets-card.tsx';

/** What keeps a secret comes after the place for it: the vault is made or opened here first. */
export function WithSecrets({ children }: { children: ReactNode }): ReactElement {
  const secrets = useAsk('secrets.status', {});
  return (
    <Answer of={secrets} lines={4}>
      {(status) => (secretsReady(status) ? children : <SecretsCard secrets={status} />)}
    </Answer>
  );
}

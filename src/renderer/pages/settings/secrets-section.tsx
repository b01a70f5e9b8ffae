import type { ReactElement } from 'react';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Section } from '../../components/layout/page.tsx';
import { SecretsCard } from '../welcome/secrets-card.tsx';

/** Where the key of a signer is kept, and locking it away. */
export function SecretsSection(): ReactElement {
  const secrets = useAsk('secrets.status', {});
  const lock = useCommand('secrets.lock');
  return (
    <Section title="Secrets" note="The key, its passphrase and the identity of this signer.">
      <Answer of={secrets} lines={3}>
        {(status) => (
          <>
            <SecretsCard secrets={status} />
            {status.unlocked && (
              <div>
                <Button icon="lock" isPending={lock.isPending} onPress={() => lock.mutate({})}>
                  Lock now
                </Button>
              </div>
            )}
            {lock.error && <FailureNote error={lock.error} />}
          </>
        )}
      </Answer>
    </Section>
  );
}

import type { ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { Verdict } from '../../components/values/verdict.tsx';
import { CreateVault, UnlockVault } from './vault-forms.tsx';
import styles from './welcome.module.css';

export type Secrets = Result<'secrets.status'>;

/** Whether secrets have a place already. Without one no profile can be made: there is no plaintext fallback. */
export function secretsReady(secrets: Secrets): boolean {
  return secrets.store !== 'none' && secrets.unlocked;
}

/** Where passwords and keys are kept, and the step that is missing. */
export function SecretsCard({ secrets }: { secrets: Secrets }): ReactElement {
  return (
    <section className={styles.secrets} aria-label="Where secrets are kept">
      <h2>Where secrets are kept</h2>
      {secretsReady(secrets) ? (
        <p>
          <Verdict of="good">{secrets.detail}</Verdict>
        </p>
      ) : secrets.vaultExists ? (
        <>
          <p>Passwords and keys are in the passphrase vault of this data folder. Open it first.</p>
          <UnlockVault />
        </>
      ) : (
        <>
          <p>
            {secrets.keychainProblem ?? 'This machine offers no keychain.'} Passwords and keys then live in a
            vault in this data folder, encrypted with a passphrase.
          </p>
          <CreateVault />
        </>
      )}
    </section>
  );
}

import { useEffect, type ReactElement } from 'react';
import { Bare } from '../../app/bare.tsx';
import { UnlockVault } from './vault-forms.tsx';

export function UnlockPage(): ReactElement {
  useEffect(() => {
    document.title = 'Locked · Sluice';
  }, []);
  return (
    <Bare title="The desk is locked">
      <p>
        Its secrets are in the passphrase vault of this data folder. Nothing is signed or asked for until it
        is open.
      </p>
      <UnlockVault />
    </Bare>
  );
}

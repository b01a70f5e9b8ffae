import { useNavigate } from '@tanstack/react-router';
import type { Received } from '../../shared/contract/index.ts';
import { notify } from '../components/overlay/notices.ts';
import { useRole } from './open-profile.ts';

/** Opens what a received bundle is about, and says in passing what it did. */
export function useFollow(): (received: Received) => void {
  const navigate = useNavigate();
  const isSigner = useRole() === 'signer';
  return ({ goTo, sentence }) => {
    notify(sentence);
    if (goTo === null) return;
    const { page, id } = goTo;
    if (page === 'operation' && id !== null) {
      void navigate({ to: '/operations/$operationId', params: { operationId: id } });
    } else if (page === 'request' && id !== null) {
      void navigate({ to: '/requests/$requestId', params: { requestId: id } });
    } else if (page === 'login' && id !== null) {
      void navigate({ to: '/requests/logins/$loginId', params: { loginId: id } });
    } else if (page === 'spend' && id !== null) {
      void navigate({ to: '/custody/spends/$spendId', params: { spendId: id } });
    } else if (page === 'setup' && id !== null) {
      void navigate({ to: '/custody/setups/$setupId', params: { setupId: id } });
    } else if (page === 'wallet' && !isSigner) {
      void (id === null
        ? navigate({ to: '/custody' })
        : navigate({ to: '/custody/$walletId', params: { walletId: id } }));
    } else if (isSigner) {
      void navigate({
        to:
          page === 'treasury' || page === 'wallet'
            ? '/treasuries'
            : page === 'signers'
              ? '/pairing'
              : '/overview',
      });
    } else {
      void (page === 'treasury'
        ? navigate({ to: '/settings', search: { section: 'wallet' } })
        : navigate({ to: '/signers', search: page === 'jade' && id !== null ? { bundle: id } : {} }));
    }
  };
}

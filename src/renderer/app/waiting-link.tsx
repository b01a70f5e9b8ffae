import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { buttonClass } from '../components/controls/button.tsx';
import type { WaitingItem } from './waiting.ts';

/** The one action of an item that waits. */
export function WaitingLink({ item }: { item: WaitingItem }): ReactElement {
  const { target, action, text } = item;
  const look = { className: buttonClass('plain', 'small'), 'aria-label': `${action}: ${text}` };
  switch (target.page) {
    case 'operation':
      return (
        <Link {...look} to="/operations/$operationId" params={{ operationId: target.id }}>
          {action}
        </Link>
      );
    case 'pending':
      return (
        <Link {...look} to="/operations/pending">
          {action}
        </Link>
      );
    case 'allocation':
      return (
        <Link
          {...look}
          to="/allocations/$allocationId"
          params={{ allocationId: target.id }}
          search={{ problems: true }}
        >
          {action}
        </Link>
      );
    case 'plan':
      return (
        <Link {...look} to="/allocations/$allocationId/plan" params={{ allocationId: target.id }}>
          {action}
        </Link>
      );
    case 'treasury':
      return (
        <Link {...look} to="/treasury" search={{ asset: target.assetId }}>
          {action}
        </Link>
      );
    case 'request':
      return (
        <Link {...look} to="/requests/$requestId" params={{ requestId: target.id }}>
          {action}
        </Link>
      );
    case 'login':
      return (
        <Link {...look} to="/requests/logins/$loginId" params={{ loginId: target.id }}>
          {action}
        </Link>
      );
    case 'spend':
      return (
        <Link {...look} to="/custody/spends/$spendId" params={{ spendId: target.id }}>
          {action}
        </Link>
      );
    case 'setup':
      return (
        <Link {...look} to="/custody/setups/$setupId" params={{ setupId: target.id }}>
          {action}
        </Link>
      );
    case 'wallet':
      return (
        <Link {...look} to="/custody/$walletId" params={{ walletId: target.id }}>
          {action}
        </Link>
      );
    case 'key':
    case 'pairing':
    case 'treasuries':
    case 'audit':
      return (
        <Link {...look} to={`/${target.page}`}>
          {action}
        </Link>
      );
    case 'seal':
      return (
        <Link {...look} to="/settings" search={{ section: 'seal' }}>
          {action}
        </Link>
      );
    case 'settings':
      return (
        <Link {...look} to="/settings" search={{ section: target.section }}>
          {action}
        </Link>
      );
  }
}

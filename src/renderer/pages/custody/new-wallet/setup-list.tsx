import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useAsk } from '../../../bridge/hooks.ts';
import { buttonClass } from '../../../components/controls/button.tsx';
import { Banner } from '../../../components/layout/facts.tsx';

/** AMP0 accounts that are not made yet because their signer has not answered. */
export function SetupList(): ReactElement {
  const setups = useAsk('custody.setups', {});
  return (
    <>
      {(setups.data?.setups ?? []).map((setup) => (
        <Banner
          key={setup.id}
          of={setup.request === null ? 'attention' : 'waiting'}
          title={`AMP0 account “${setup.name}”: ${setup.sentence}`}
          actions={
            <Link
              to="/custody/setups/$setupId"
              params={{ setupId: setup.id }}
              className={buttonClass('plain', 'small')}
              aria-label={`Go on with ${setup.name}`}
            >
              Go on
            </Link>
          }
        >
          {setup.next}
        </Banner>
      ))}
    </>
  );
}

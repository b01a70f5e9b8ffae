import { useIsMutating } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Profile } from '../../shared/contract/index.ts';
import { useAsk } from '../bridge/hooks.ts';
import { Failure } from '../components/layout/failure.tsx';
import { NoticeLayer } from '../components/overlay/notice-layer.tsx';
import { TipLayer } from '../components/overlay/tip-layer.tsx';
import { ProfilesPage } from '../pages/profiles/profiles-page.tsx';
import { UnlockPage } from '../pages/welcome/unlock-page.tsx';
import { WelcomePage } from '../pages/welcome/welcome-page.tsx';
import { Bare } from './bare.tsx';
import { Frame } from './frame.tsx';

/** Which face the desk shows: the vault's door, the first run, the choice of a profile, or the frame around a page. */
export function Root(): ReactElement {
  return (
    <>
      <Gate />
      <NoticeLayer />
      <TipLayer />
    </>
  );
}

function Gate(): ReactElement {
  const { pathname } = useLocation();
  const secrets = useAsk('secrets.status', {});
  const profiles = useAsk('profiles.list', {});
  const current = useAsk('profiles.current', {});

  // Setting up a wallet closes the profile and opens it again: the frame stays in place meanwhile.
  const [held, setHeld] = useState<Profile | null>(null);
  const settingUp = useIsMutating({ mutationKey: ['treasury.setUp'] }) > 0;
  const changing = settingUp || current.isFetching;

  const failed = [secrets, profiles, current].find((answer) => answer.isError && answer.data === undefined);
  if (failed?.error) {
    return (
      <Bare title="Sluice">
        <Failure
          error={failed.error}
          onRetry={() => {
            for (const answer of [secrets, profiles, current]) void answer.refetch();
          }}
        />
      </Bare>
    );
  }
  if (!secrets.data || !profiles.data || !current.data) return <Bare title="Sluice" />;
  const shown = current.data.profile ?? (changing ? held : null);
  if (held !== shown) setHeld(shown);
  if (shown) {
    return (
      <Frame profile={shown} profiles={profiles.data.profiles}>
        <Outlet />
      </Frame>
    );
  }
  if (secrets.data.store === 'vault' && !secrets.data.unlocked) return <UnlockPage />;
  if (pathname === '/profiles/new') {
    return (
      <Bare>
        <Outlet />
      </Bare>
    );
  }
  if (profiles.data.profiles.length === 0) return <WelcomePage />;
  return (
    <Bare>
      <ProfilesPage />
    </Bare>
  );
}

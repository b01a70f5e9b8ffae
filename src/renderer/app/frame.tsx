import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import type { Profile } from '../../shared/contract/index.ts';
import { BaseUnits } from '../components/values/amount-text.tsx';
import { OpenProfile } from '../lib/open-profile.ts';
import { deskSigns } from './events.ts';
import { Help } from './help.tsx';
import { useGlobalKeys } from './keyboard.ts';
import { NotFound } from './lost.tsx';
import { Palette } from './palette.tsx';
import { belongsTo } from './places.ts';
import { Sidebar } from './sidebar.tsx';
import { TopBar } from './top-bar.tsx';
import styles from './frame.module.css';

interface FrameProps {
  profile: Profile;
  profiles: readonly Profile[];
  children: ReactNode;
}

export function Frame({ profile, profiles, children }: FrameProps): ReactElement {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [baseUnits, setBaseUnits] = useState(false);
  const { connected } = useSyncExternalStore(deskSigns.subscribe, deskSigns.current);
  useGlobalKeys(profile.role, {
    go: (to) => void navigate({ to }),
    palette: () => setPalette(true),
    help: () => setHelp(true),
    baseUnits: () => setBaseUnits((on) => !on),
  });
  const main = useRef<HTMLElement>(null);
  useFocusOnNewPage(main);
  return (
    <OpenProfile value={profile}>
      <BaseUnits value={baseUnits}>
        <div className={styles.frame}>
          <a
            className={styles.skip}
            href="#main"
            onClick={(event) => {
              event.preventDefault();
              main.current?.focus();
            }}
          >
            Skip to content
          </a>
          <TopBar profile={profile} profiles={profiles} onSearch={() => setPalette(true)} />
          <Sidebar role={profile.role} />
          <main id="main" className={styles.main} ref={main} tabIndex={-1}>
            {!connected && (
              <div className={styles.strip} role="alert">
                The connection to the desk is lost. What you see may be old; it reconnects by itself.
              </div>
            )}
            {belongsTo(profile.role, pathname) ? children : <NotFound />}
          </main>
        </div>
        <Palette isOpen={palette} onClose={() => setPalette(false)} profiles={profiles} profile={profile} />
        <Help role={profile.role} isOpen={help} onClose={() => setHelp(false)} />
      </BaseUnits>
    </OpenProfile>
  );
}

/** A new page takes the focus, so that a reader hears it and keys work on it; a new search of the same page does not. */
function useFocusOnNewPage(main: React.RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname, main]);
}

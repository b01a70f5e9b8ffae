import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Profile } from '../../../shared/contract/index.ts';
import type { SettingsSection } from '../../app/searches.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { Answer } from '../../components/layout/answer.tsx';
import { Page } from '../../components/layout/page.tsx';
import { LinkTabs } from '../../components/layout/tabs.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { BackupSection } from './backup-section.tsx';
import { ConnectionsSection } from './connections-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { SandboxSection } from './sandbox-section.tsx';
import { WalletSection } from './wallet-section.tsx';

const route = getRouteApi('/settings');

const NAMES: Record<SettingsSection, string> = {
  profile: 'Profile',
  connections: 'Connections',
  wallet: 'Treasury wallet',
  limits: 'Limits',
  appearance: 'Appearance',
  backup: 'Backup',
  sandbox: 'Sandbox',
};

export function SettingsPage(): ReactElement {
  const { section = 'profile' } = route.useSearch();
  const current = useAsk('profiles.current', {});
  const profile = current.data?.profile;
  const sections = (Object.keys(NAMES) as SettingsSection[]).filter(
    (key) => key !== 'sandbox' || profile?.network === 'sandbox',
  );
  return (
    <Page narrow title="Settings" sentence={profile && `Of the profile ${profile.name}.`}>
      <LinkTabs label="Settings">
        {sections.map((key) => (
          <Link
            key={key}
            to="/settings"
            search={{ section: key }}
            aria-current={section === key ? 'page' : undefined}
            activeProps={{ 'aria-current': section === key ? 'page' : undefined }}
          >
            {NAMES[key]}
          </Link>
        ))}
      </LinkTabs>
      <Answer of={current}>{() => profile && <Shown section={section} profile={profile} />}</Answer>
    </Page>
  );
}

function Shown({ section, profile }: { section: SettingsSection; profile: Profile }): ReactElement {
  switch (section) {
    case 'profile':
      return <ProfileSection profile={profile} />;
    case 'connections':
      return <ConnectionsSection profile={profile} />;
    case 'wallet':
      return <WalletSection />;
    case 'limits':
      return <LimitsSection />;
    case 'appearance':
      return <AppearanceSection />;
    case 'backup':
      return <BackupSection />;
    case 'sandbox':
      return <SandboxSection />;
  }
}

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
import { CustodySection } from './custody/custody-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { SandboxSection } from './sandbox-section.tsx';
import { SealSection } from './seal-section.tsx';
import { SecretsSection } from './secrets-section.tsx';
import { WalletSection } from './wallet-section.tsx';

const route = getRouteApi('/settings');

const NAMES: Record<SettingsSection, string> = {
  profile: 'Profile',
  seal: 'Seal',
  secrets: 'Secrets',
  connections: 'Connections',
  wallet: 'Treasury wallet',
  custody: 'Custody services',
  limits: 'Limits',
  appearance: 'Appearance',
  backup: 'Backup',
  sandbox: 'Sandbox',
};

const OF_SIGNER: readonly SettingsSection[] = ['profile', 'seal', 'secrets', 'appearance', 'backup'];

function sectionsOf(profile: Profile | null | undefined): readonly SettingsSection[] {
  if (profile?.role === 'signer') return OF_SIGNER;
  return (Object.keys(NAMES) as SettingsSection[])
    .filter((key) => key !== 'seal' && key !== 'secrets')
    .filter((key) => key !== 'sandbox' || profile?.network === 'sandbox');
}

export function SettingsPage(): ReactElement {
  const { section = 'profile' } = route.useSearch();
  const current = useAsk('profiles.current', {});
  const profile = current.data?.profile;
  const sections = sectionsOf(profile);
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
      <Answer of={current}>
        {() =>
          profile && <Shown section={sections.includes(section) ? section : 'profile'} profile={profile} />
        }
      </Answer>
    </Page>
  );
}

function Shown({ section, profile }: { section: SettingsSection; profile: Profile }): ReactElement {
  switch (section) {
    case 'profile':
      return <ProfileSection profile={profile} />;
    case 'seal':
      return <SealSection />;
    case 'secrets':
      return <SecretsSection />;
    case 'connections':
      return <ConnectionsSection profile={profile} />;
    case 'wallet':
      return <WalletSection />;
    case 'custody':
      return <CustodySection />;
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

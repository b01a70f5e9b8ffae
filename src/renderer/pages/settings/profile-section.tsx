import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Profile } from '../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Facts, type Fact } from '../../components/layout/facts.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Section } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { TimeText } from '../../components/values/time-text.tsx';
import { ROLE_NAMES } from '../../lib/roles.ts';
import { NETWORK_NAMES } from '../../lib/networks.ts';

export function ProfileSection({ profile }: { profile: Profile }): ReactElement {
  const update = useCommand('profiles.update');
  const secrets = useAsk('secrets.status', {});
  const info = useAsk('app.info', {});
  const isDesk = profile.role === 'desk';
  const sync = useAsk('sync.status', {}, { enabled: isDesk });
  const [name, setName] = useState(profile.name);
  const [problems, setProblems] = useState<FieldProblems>({});
  const facts: Fact[] = [
    ['Network', NETWORK_NAMES[profile.network]],
    ['Role', ROLE_NAMES[profile.role]],
    ['Made', <TimeText key="made" at={profile.createdAt} look="absolute" />],
    ['Secrets', secrets.data?.detail ?? ''],
    ...(isDesk
      ? [
          [
            'Registers read',
            sync.data?.at === null || sync.data === undefined ? (
              'Not yet'
            ) : (
              <TimeText key="sync" at={sync.data.at} focusable />
            ),
          ] as Fact,
        ]
      : []),
    ['Data folder', <code key="dir">{info.data?.dataDir ?? ''}</code>],
    ['Sluice', info.data ? `${info.data.version}, ${info.data.host} host on ${info.data.platform}` : ''],
  ];
  return (
    <>
      <Form
        label="Profile"
        onSubmit={() => {
          const args = { id: profile.id, name };
          const found = checkArgs('profiles.update', args);
          setProblems(found);
          if (Object.keys(found).length === 0)
            update.mutate(args, { onSuccess: () => notify('Profile saved') });
        }}
        error={update.error}
        actions={
          <>
            <Button
              type="submit"
              tone="primary"
              isDisabled={name === profile.name}
              isPending={update.isPending}
            >
              Save profile
            </Button>
            <Link to="/profiles" className={buttonClass()}>
              Manage profiles
            </Link>
          </>
        }
      >
        <TextField label="Profile name" value={name} onChange={setName} error={problems['name']} />
      </Form>
      <Section title="About">
        <Facts facts={facts} />
      </Section>
    </>
  );
}

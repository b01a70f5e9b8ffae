import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Profile } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Page } from '../../components/layout/page.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { Badge } from '../../components/values/verdict.tsx';
import { ROLE_NAMES } from '../../lib/roles.ts';
import { NETWORK_NAMES } from '../../lib/networks.ts';
import styles from './profiles.module.css';

export function ProfilesPage(): ReactElement {
  const navigate = useNavigate();
  const profiles = useAsk('profiles.list', {});
  const current = useAsk('profiles.current', {});
  const open = useCommand('profiles.open');
  const remove = useCommand('profiles.remove');
  const [removing, setRemoving] = useState<Profile | undefined>(undefined);
  return (
    <Page
      narrow
      title="Profiles"
      sentence="One issuer on one network each, with its own database, keys and connections."
      actions={
        <Link to="/profiles/new" className={buttonClass()}>
          New profile
        </Link>
      }
    >
      {open.error && <FailureNote error={open.error} />}
      <Answer of={profiles}>
        {(shown) => (
          <ul className={styles.list} aria-label="Profiles">
            {shown.profiles.map((profile) => {
              const isOpen = profile.id === current.data?.profile?.id;
              return (
                <li key={profile.id}>
                  <div>
                    <strong>{profile.name}</strong>{' '}
                    <Badge of={isOpen ? 'good' : 'neutral'}>
                      {isOpen ? 'Open' : ROLE_NAMES[profile.role]}
                    </Badge>
                    <p>
                      {NETWORK_NAMES[profile.network]}
                      {profile.role === 'desk' && profile.network !== 'sandbox' && `, ${profile.ampUrl}`}
                      {profile.lastOpenedAt !== null && (
                        <>
                          {' '}
                          · opened <TimeText at={profile.lastOpenedAt} focusable />
                        </>
                      )}
                    </p>
                  </div>
                  <div className={styles.actions}>
                    <Button
                      tone="quiet"
                      onPress={() => setRemoving(profile)}
                      aria-label={`Remove profile ${profile.name}`}
                    >
                      Remove
                    </Button>
                    {!isOpen && (
                      <Button
                        tone="primary"
                        isPending={open.isPending && open.variables.id === profile.id}
                        aria-label={`Open profile ${profile.name}`}
                        onPress={() =>
                          open.mutate(
                            { id: profile.id },
                            { onSuccess: () => void navigate({ to: '/overview' }) },
                          )
                        }
                      >
                        Open
                      </Button>
                    )}
                  </div>
                </li>
              );
            })}
          </ul>
        )}
      </Answer>
      {removing && (
        <ConfirmTyped
          title="Remove this profile?"
          effect={
            <p>
              The database of <strong>{removing.name}</strong>, its audit trail and its stored secrets are
              deleted, the keys among them. This cannot be undone. What is at AMP and on chain stays.
            </p>
          }
          word={removing.name}
          action="Remove profile"
          isOpen
          onClose={() => setRemoving(undefined)}
          onConfirm={(confirm) =>
            remove.mutate({ id: removing.id, confirm }, { onSuccess: () => setRemoving(undefined) })
          }
          running={remove.isPending}
          error={remove.error}
        />
      )}
    </Page>
  );
}

import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Network, Profile, Result } from '../../shared/contract/index.ts';
import { useAsk, useCommand } from '../bridge/hooks.ts';
import { IconButton } from '../components/controls/button.tsx';
import { MenuButton, type MenuEntry } from '../components/controls/menu-button.tsx';
import { Icon } from '../components/icon.tsx';
import { notify } from '../components/overlay/notices.ts';
import { AmountText } from '../components/values/amount-text.tsx';
import { useNow } from '../components/values/time-text.tsx';
import { formatCount } from '../lib/format.ts';
import { NETWORK_NAMES } from '../lib/networks.ts';
import { ROLE_NAMES } from '../lib/roles.ts';
import { classes } from '../lib/text.ts';
import { absoluteTime, relativeTime } from '../lib/time.ts';
import styles from './frame.module.css';

interface TopBarProps {
  profile: Profile;
  profiles: readonly Profile[];
  onSearch: () => void;
}

export function TopBar({ profile, profiles, onSearch }: TopBarProps): ReactElement {
  return (
    <header className={styles.top}>
      <ProfileMenu profile={profile} profiles={profiles} />
      <NetworkBadge network={profile.network} />
      {profile.role === 'signer' ? <Seal /> : <Outside />}
      <div className={styles.end}>
        <button type="button" className={styles.search} onClick={onSearch} aria-label="Search and commands">
          <Icon name="search" />
          <span>Search or run</span>
          <kbd className="mono">Ctrl K</kbd>
        </button>
        <LockButton />
      </div>
    </header>
  );
}

/** A desk's connections, its chain and its fees. */
function Outside(): ReactElement {
  const health = useAsk('health.get', {}, { every: 20_000 });
  if (health.data) return <Signs health={health.data} />;
  return (
    <span className={styles.signs}>{health.isError ? health.error.message : 'Looking at node and AMP'}</span>
  );
}

/** A signer has no outside: whether that is so. */
function Seal(): ReactElement {
  const { data } = useAsk('signer.status', {}, { every: 20_000 });
  const connected = (data?.interfaces.length ?? 0) > 0;
  const meaning = data && (data.stopped > 0 ? 'wrong' : connected ? 'attention' : 'good');
  const words = connected ? 'Machine has a network' : 'No network';
  return (
    <Link
      to="/settings"
      search={{ section: 'seal' }}
      className={classes(styles.signs, styles.sign)}
      data-tip="This signer opens no connections."
    >
      {meaning && <span className={classes(styles.dot, styles[meaning])} />}
      <span>{data ? (data.stopped > 0 ? 'Connections were stopped' : words) : 'Looking at the machine'}</span>
    </Link>
  );
}

function ProfileMenu({
  profile,
  profiles,
}: {
  profile: Profile;
  profiles: readonly Profile[];
}): ReactElement {
  const navigate = useNavigate();
  const open = useCommand('profiles.open');
  const entries: MenuEntry[] = [
    ...profiles.map((each) => ({
      key: each.id,
      label: each.name,
      note: each.id === profile.id ? `${NETWORK_NAMES[each.network]}, open` : NETWORK_NAMES[each.network],
      disabled: each.id === profile.id,
      run: () =>
        open.mutate(
          { id: each.id },
          {
            onSuccess: () => void navigate({ to: '/overview' }),
            onError: (error) => notify(`${error.message} ${error.next}`, 'wrong'),
          },
        ),
    })),
    { key: 'manage', label: 'Manage profiles', apart: true, run: () => void navigate({ to: '/profiles' }) },
    { key: 'new', label: 'New profile', run: () => void navigate({ to: '/profiles/new' }) },
  ];
  return (
    <MenuButton label={`Profile: ${profile.name}`} entries={entries} className={styles.profile ?? ''}>
      <img src="./icon.svg" alt="" width={20} height={20} />
      {profile.name} <small>{ROLE_NAMES[profile.role]}</small>
    </MenuButton>
  );
}

const NETWORK_LOOK: Record<Network, string | undefined> = {
  liquidv1: styles.plain,
  liquidtestnet: styles.amber,
  regtest: styles.amber,
  sandbox: styles.green,
};

function NetworkBadge({ network }: { network: Network }): ReactElement {
  const name = network === 'sandbox' ? 'Simulated' : NETWORK_NAMES[network];
  const tip = network === 'sandbox' ? 'Sandbox: nothing here is worth money' : NETWORK_NAMES[network];
  return (
    <span
      className={classes(styles.network, NETWORK_LOOK[network])}
      data-tip={tip}
      aria-label={`Network: ${tip}`}
      role="note"
    >
      {name}
    </span>
  );
}

function Signs({ health }: { health: Result<'health.get'> }): ReactElement {
  const now = useNow();
  const { node, amp, fees } = health;
  return (
    <div className={styles.signs} role="group" aria-label="State of the outside">
      {node.height !== null && (
        <span
          className={styles.sign}
          data-tip={
            node.tipTime === null
              ? 'Height of the chain'
              : `Block ${formatCount(node.height)}: ${absoluteTime(node.tipTime)}`
          }
          tabIndex={0}
          role="note"
          aria-label={`Chain tip ${node.height}`}
        >
          <Icon name="cube" size={14} />
          <span className="figures">{formatCount(node.height)}</span>
          {node.tipTime !== null && <span>{relativeTime(node.tipTime, Math.max(now, node.tipTime))}</span>}
        </span>
      )}
      <HealthDot name="Node" side={node} />
      <HealthDot name="AMP" side={amp} />
      <Link
        to="/treasury"
        className={styles.sign ?? ''}
        data-tip={`${fees.message} Enough for ${formatCount(fees.batchesLeft)} full batches.`}
        aria-label={`L-BTC for fees: ${fees.message}`}
      >
        {fees.verdict !== 'good' && <span className={classes(styles.dot, styles[fees.verdict])} />}
        <AmountText value={fees.confirmed} precision={8} ticker="L-BTC" />
        <span className={styles.feeWords}>for fees</span>
      </Link>
    </div>
  );
}

function HealthDot({ name, side }: { name: string; side: Result<'health.get'>['amp'] }): ReactElement {
  return (
    <Link
      to="/settings"
      search={{ section: 'connections' }}
      className={styles.sign ?? ''}
      data-tip={side.next === '' || side.verdict === 'good' ? side.message : `${side.message} ${side.next}`}
      aria-label={`${name}: ${side.message}`}
    >
      <span className={classes(styles.dot, styles[side.verdict])} />
      {name}
    </Link>
  );
}

function LockButton(): ReactElement {
  const lock = useCommand('secrets.lock');
  return (
    <IconButton
      icon="lock"
      label="Lock"
      isPending={lock.isPending}
      onPress={() =>
        lock.mutate({}, { onError: (error) => notify(`${error.message} ${error.next}`, 'wrong') })
      }
    />
  );
}

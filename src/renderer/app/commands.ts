import type { useNavigate } from '@tanstack/react-router';
import type { Profile } from '../../shared/contract/index.ts';
import { call } from '../bridge/call.ts';
import { copyText, notify } from '../components/overlay/notices.ts';
import { counted } from '../lib/format.ts';
import { download } from '../lib/files.ts';
import { placesOf } from './places.ts';
import { toggleTheme } from './theme.ts';

/** One line of the palette. `run` may take time and may fail with a `BridgeError`. */
export interface Command {
  key: string;
  group: 'Go to' | 'Do' | 'Found';
  label: string;
  note?: string;
  /** Other words by which it is looked for. */
  also?: string;
  run: () => Promise<void> | void;
}

type Navigate = ReturnType<typeof useNavigate>;

function goBy(navigate: Navigate) {
  return (to: Parameters<Navigate>[0]) => () => void navigate(to);
}

/** Commands of the contract that make sense without anything further to fill in, and the ways to those that need it. */
export function commandsFor(profile: Profile, profiles: readonly Profile[], navigate: Navigate): Command[] {
  const go = goBy(navigate);
  return [
    ...placesOf(profile.role).map((place): Command => ({
      key: place.to,
      group: 'Go to',
      label: place.name,
      note: `g ${place.letter}`,
      run: go({ to: place.to }),
    })),
    ...(profile.role === 'signer' ? signerCommands(navigate) : deskCommands(navigate)),
    {
      key: 'verify',
      group: 'Do',
      label: 'Verify the audit trail',
      run: async () => {
        const result = await call('audit.verify', {});
        notify(result.message, result.ok ? 'good' : 'wrong');
      },
    },
    {
      key: 'export-audit',
      group: 'Do',
      label: 'Export the audit trail',
      run: async () => download(await call('audit.export', {})),
    },
    {
      key: 'backup',
      group: 'Do',
      label: 'Back up the database',
      run: async () => notify(`Backup written to ${(await call('backup.create', {})).path}`),
    },
    ...(profile.network === 'sandbox' && profile.role === 'desk' ? [mine] : []),
    { key: 'theme', group: 'Do', label: 'Light or dark', also: 'theme appearance', run: toggleTheme },
    {
      key: 'lock',
      group: 'Do',
      label: 'Lock',
      also: 'close secrets vault',
      run: async () => void (await call('secrets.lock', {})),
    },
    { key: 'new-profile', group: 'Do', label: 'New profile', run: go({ to: '/profiles/new' }) },
    ...profiles
      .filter((each) => each.id !== profile.id)
      .map((each): Command => ({
        key: `profile-${each.id}`,
        group: 'Do',
        label: `Open profile ${each.name}`,
        run: async () => {
          await call('profiles.open', { id: each.id });
          await navigate({ to: '/overview' });
        },
      })),
  ];
}

const mine: Command = {
  key: 'mine',
  group: 'Do',
  label: 'Mine a block (simulated)',
  run: async () =>
    notify(`Simulated chain is at block ${(await call('sandbox.mine', { blocks: 1 })).height}`),
};

function deskCommands(navigate: Navigate): Command[] {
  const go = goBy(navigate);
  return [
    { key: 'pending', group: 'Go to', label: 'Pending at AMP', run: go({ to: '/operations/pending' }) },
    {
      key: 'import-allocation',
      group: 'Do',
      label: 'Import allocation',
      also: 'csv distribution pay',
      run: go({ to: '/allocations/import' }),
    },
    {
      key: 'import-holders',
      group: 'Do',
      label: 'Import holders',
      also: 'csv',
      run: go({ to: '/holders/import' }),
    },
    {
      key: 'add-holder',
      group: 'Do',
      label: 'Add holder',
      run: () => void navigate({ to: '/holders', search: { add: true } }),
    },
    {
      key: 'add-category',
      group: 'Do',
      label: 'Add category',
      run: () => void navigate({ to: '/categories', search: { add: true } }),
    },
    {
      key: 'sync',
      group: 'Do',
      label: 'Read registers from AMP now',
      also: 'sync refresh holders categories assets',
      run: async () => {
        const read = await call('sync.run', {});
        notify(
          `Read ${counted(read.holders, 'holder')}, ${counted(read.categories, 'category', 'categories')} and ${counted(read.assets, 'asset')}`,
        );
      },
    },
    {
      key: 'export-holders',
      group: 'Do',
      label: 'Export holders as CSV',
      run: async () => download(await call('holders.export', {})),
    },
    {
      key: 'new-wallet',
      group: 'Do',
      label: 'New custody wallet',
      also: 'amp0 amp2 account liquid omnibus restore import watch',
      run: go({ to: '/custody/new' }),
    },
    {
      key: 'scan',
      group: 'Do',
      label: 'Look at the chain for all custody wallets',
      also: 'scan refresh balances',
      run: async () => {
        const { wallets } = await call('custody.scan', {});
        notify(`Looked at the chain for ${counted(wallets, 'wallet')}`);
      },
    },
    {
      key: 'custody-services',
      group: 'Go to',
      label: 'Custody services',
      also: 'esplora waterfalls green amp2 server settings',
      run: () => void navigate({ to: '/settings', search: { section: 'custody' } }),
    },
    {
      key: 'custody-payments',
      group: 'Go to',
      label: 'Payments of custody wallets',
      also: 'spends',
      run: () => void navigate({ to: '/custody', search: { tab: 'payments' } }),
    },
    {
      key: 'treasury-send',
      group: 'Do',
      label: 'Send from the treasury',
      also: 'plain payment l-btc fees amp2 asset',
      run: go({ to: '/treasury/send' }),
    },
    {
      key: 'pair',
      group: 'Do',
      label: 'Pair a signer',
      also: 'card words air-gapped',
      run: () => void navigate({ to: '/signers', search: { add: true } }),
    },
    {
      key: 'receive',
      group: 'Do',
      label: 'Take in a bundle',
      also: 'receive signed answer keys file qr camera',
      run: go({ to: '/signers' }),
    },
    {
      key: 'jade',
      group: 'Do',
      label: 'Look for Jades',
      also: 'unlock hardware',
      run: go({ to: '/signers' }),
    },
    {
      key: 'new-address',
      group: 'Do',
      label: 'New treasury address',
      also: 'receive fund fees',
      note: 'Copies it',
      run: async () => copyText((await call('treasury.newAddress', {})).address, 'address'),
    },
  ];
}

function signerCommands(navigate: Navigate): Command[] {
  const go = goBy(navigate);
  return [
    {
      key: 'receive',
      group: 'Do',
      label: 'Take in a bundle',
      also: 'receive request treasury file qr camera',
      run: () => void navigate({ to: '/requests', search: { receive: true } }),
    },
    { key: 'new-key', group: 'Do', label: 'New key', also: 'words mnemonic', run: go({ to: '/key/new' }) },
    {
      key: 'restore-key',
      group: 'Do',
      label: 'Restore key from words',
      also: 'mnemonic seed',
      run: go({ to: '/key/restore' }),
    },
    {
      key: 'pair',
      group: 'Do',
      label: 'Pair with a desk',
      also: 'card words',
      run: () => void navigate({ to: '/pairing', search: { add: true } }),
    },
    {
      key: 'find-address',
      group: 'Do',
      label: 'Check an address',
      also: 'receive treasury verify',
      run: go({ to: '/treasuries' }),
    },
  ];
}

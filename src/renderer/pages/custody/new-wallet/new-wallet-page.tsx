import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { WalletKind } from '../../../../shared/contract/index.ts';
import type { WAYS_TO_WALLET } from '../../../app/searches.ts';
import { Radios } from '../../../components/controls/choices.tsx';
import { Page } from '../../../components/layout/page.tsx';
import { notify } from '../../../components/overlay/notices.ts';
import { WithSecrets } from '../../signer/with-secrets.tsx';
import { AttachAmp0Form } from './attach-amp0-form.tsx';
import { CreateForm } from './create-form.tsx';
import { DescriptorForm } from './descriptor-form.tsx';
import type { Place } from './place-fields.tsx';

const route = getRouteApi('/custody/new');

export type Way = (typeof WAYS_TO_WALLET)[number];

const KINDS: readonly { key: WalletKind; label: string; help: string }[] = [
  {
    key: 'amp0',
    label: 'AMP0 account',
    help: 'Two keys: ours and Green’s, which cosigns what the issuer’s rules allow. Addresses come from Green.',
  },
  {
    key: 'amp2',
    label: 'AMP2 wallet',
    help: 'Two keys: ours and the AMP2 server’s, which cosigns what the issuer’s rules allow.',
  },
  {
    key: 'single',
    label: 'Plain Liquid',
    help: 'One key and nobody else: for fees, and for assets that nobody governs.',
  },
];

const WAYS: Record<WalletKind, readonly { key: Way; label: string; help: string }[]> = {
  amp0: [
    {
      key: 'amp0',
      label: 'Make or restore an account',
      help: 'With a key of ours; an account that its words already have is taken up again.',
    },
    {
      key: 'amp0-watch',
      label: 'Attach by watch-only credentials',
      help: 'An account that was made elsewhere, by the user name and password of its watch-only login.',
    },
  ],
  amp2: [
    {
      key: 'amp2',
      label: 'Make and register a wallet',
      help: 'With a key of ours; the id that the server answers must be the one computed here.',
    },
    {
      key: 'amp2-import',
      label: 'Import by descriptor',
      help: 'A wallet that was registered before, by its exact descriptor.',
    },
  ],
  single: [
    { key: 'single', label: 'With a key of ours', help: 'New, or from words that exist already.' },
    { key: 'single-watch', label: 'Watch only', help: 'By its descriptor; nothing can be sent from here.' },
  ],
};

function kindOf(way: Way): WalletKind {
  return way.startsWith('amp0') ? 'amp0' : way.startsWith('amp2') ? 'amp2' : 'single';
}

/** Another custody wallet: what kind, how it comes to be, what it is for, where its key is. */
export function NewWalletPage(): ReactElement {
  const { way = 'amp0' } = route.useSearch();
  const navigate = useNavigate();
  const [place, setPlace] = useState<Place>({ name: '', purpose: 'omnibus', owner: '' });
  const kind = kindOf(way);
  const choose = (next: Way): void =>
    void navigate({ to: '/custody/new', search: { way: next }, replace: true });
  const open = (walletId: string, name: string): void => {
    notify(`Wallet ${name} is ready`);
    void navigate({ to: '/custody/$walletId', params: { walletId } });
  };
  const shared = { place, onPlace: setPlace, onOpen: open };
  return (
    <Page
      narrow
      title="New wallet"
      crumb={<Link to="/custody">Custody</Link>}
      sentence="A wallet of this desk. Its keys and whole descriptor stay in the secret store; the database knows neither."
    >
      <Radios<WalletKind>
        label="Kind of wallet"
        look="cards"
        options={KINDS}
        value={kind}
        onChange={(next) => choose(WAYS[next][0]?.key ?? 'amp0')}
      />
      <Radios<Way>
        label="How it comes to be"
        look="cards"
        options={WAYS[kind]}
        value={way}
        onChange={choose}
      />
      <WithSecrets>
        {way === 'amp0-watch' ? (
          <AttachAmp0Form {...shared} />
        ) : way === 'amp2-import' || way === 'single-watch' ? (
          <DescriptorForm key={way} kind={way === 'amp2-import' ? 'amp2' : 'single'} {...shared} />
        ) : (
          <CreateForm key={way} kind={kind} {...shared} />
        )}
      </WithSecrets>
    </Page>
  );
}

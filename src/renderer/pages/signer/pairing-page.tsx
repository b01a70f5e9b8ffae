import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { BundleDrawer } from '../../components/carry/bundle-drawer.tsx';
import { BundleHistory } from '../../components/carry/bundle-history.tsx';
import { CardExchange } from '../../components/carry/card-exchange.tsx';
import { PeerList } from '../../components/carry/peer-list.tsx';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';

const route = getRouteApi('/pairing');

/** The desks that this signer knows, how it gets to know one, and what crossed the air gap. */
export function PairingPage(): ReactElement {
  const { add = false, bundle } = route.useSearch();
  const navigate = useNavigate();
  const peers = useAsk('pairing.peers', {});
  const none = peers.data?.peers.length === 0;
  const show = (search: { add?: boolean; bundle?: string }): void =>
    void navigate({ to: '/pairing', search });
  return (
    <Page
      title="Pairing"
      sentence="Only bundles of paired desks are taken in. What is sent to them can be read by nobody else."
      actions={
        <Button
          tone={none || add ? 'plain' : 'primary'}
          icon={add ? 'close' : 'pair'}
          aria-expanded={add || none}
          onPress={() => show(add ? {} : { add: true })}
        >
          {add ? 'Close' : 'Pair with a desk'}
        </Button>
      }
      drawer={bundle !== undefined && <BundleDrawer id={bundle} onClose={() => show(add ? { add } : {})} />}
    >
      {(add || none) && (
        <CardExchange
          onPaired={(peer) => {
            notify(`Paired with ${peer.name}`);
            show({});
          }}
        />
      )}
      <Section title="Desks">
        <Answer of={peers} lines={3}>
          {({ peers: list }) => <PeerList peers={list} empty="No desk yet. Exchange cards with one." />}
        </Answer>
      </Section>
      <Section
        title="Bundles"
        note="Everything that came in and went out, newest first; what was refused, with the reason."
      >
        <BundleHistory openId={bundle} onOpen={(id) => show({ ...(add ? { add } : {}), bundle: id })} />
      </Section>
    </Page>
  );
}

import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { BundleDrawer } from '../../components/carry/bundle-drawer.tsx';
import { BundleHistory } from '../../components/carry/bundle-history.tsx';
import { CardExchange } from '../../components/carry/card-exchange.tsx';
import { EightWords } from '../../components/carry/eight-words.tsx';
import { PeerList } from '../../components/carry/peer-list.tsx';
import { ReceiveBundle } from '../../components/carry/receive-bundle.tsx';
import { Button } from '../../components/controls/button.tsx';
import { JadeList } from '../../components/jade/jade-list.tsx';
import { SimulatedJade } from '../../components/jade/simulated-jade.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { useOpenProfile } from '../../lib/open-profile.ts';

const route = getRouteApi('/signers');

interface Look {
  add?: boolean;
  bundle?: string;
}

/** Who signs besides this desk: air-gapped signers, Jades, and what crossed the gap. */
export function SignersPage(): ReactElement {
  const { add = false, bundle } = route.useSearch();
  const navigate = useNavigate();
  const simulated = useOpenProfile()?.network === 'sandbox';
  const peers = useAsk('pairing.peers', {});
  const show = (search: Look): void => void navigate({ to: '/signers', search });
  return (
    <Page
      title="Signers"
      sentence="Keys that are not at this desk: on a machine without a network, or in a Jade."
      actions={
        <Button
          tone={add ? 'plain' : 'primary'}
          icon={add ? 'close' : 'pair'}
          aria-expanded={add}
          onPress={() => show(add ? {} : { add: true })}
        >
          {add ? 'Close' : 'Pair a signer'}
        </Button>
      }
      drawer={bundle !== undefined && <BundleDrawer id={bundle} onClose={() => show(add ? { add } : {})} />}
    >
      {add ? (
        <CardExchange
          onPaired={(peer) => {
            notify(`Paired with ${peer.name}`);
            show({});
          }}
        />
      ) : (
        <ThisDesk onShowCard={() => show({ add: true })} />
      )}
      <Section title="Air-gapped signers">
        <Answer of={peers} lines={3}>
          {({ peers: list }) => (
            <PeerList
              peers={list}
              empty="No signer is paired yet. Set one up on a machine without a network, and exchange cards with it."
            />
          )}
        </Answer>
      </Section>
      <ReceiveBundle
        title="Take in a bundle"
        hint="Keys, signed answers or a Jade’s question to its oracle, from a paired signer."
      />
      <Section
        title="Jade"
        note="A Jade keeps its key to itself and asks on its own screen. It is unlocked with its PIN, typed on the device."
      >
        <JadeList everything />
      </Section>
      {simulated && <SimulatedJade />}
      <Section
        title="Bundles"
        note="Everything that came in and went out, newest first; what was refused, with the reason."
      >
        <BundleHistory openId={bundle} onOpen={(id) => show({ ...(add ? { add } : {}), bundle: id })} />
      </Section>
    </Page>
  );
}

/** Who this desk is to its signers. */
function ThisDesk({ onShowCard }: { onShowCard: () => void }): ReactElement {
  const identity = useAsk('pairing.identity', {});
  return (
    <Section
      title="This desk"
      note="Signers know this desk by these words. They are compared once, when cards are exchanged."
      actions={
        <Button size="small" icon="qr" onPress={onShowCard}>
          Show card
        </Button>
      }
    >
      <Answer of={identity} lines={3}>
        {({ words }) => <EightWords words={words} label="Words of this desk" />}
      </Answer>
    </Section>
  );
}

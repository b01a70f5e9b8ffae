import type { ReactElement } from 'react';
import type { Bundle } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { Answer } from '../layout/answer.tsx';
import { Facts, type Fact } from '../layout/facts.tsx';
import { Drawer } from '../overlay/drawer.tsx';
import { TimeText } from '../values/time-text.tsx';
import { BundleState, KIND_NAMES } from './bundle-words.tsx';
import { SendBundle } from './send-bundle.tsx';

interface BundleDrawerProps {
  id: string;
  onClose: () => void;
}

/** One bundle that crossed; one that was sent can be carried again. */
export function BundleDrawer({ id, onClose }: BundleDrawerProps): ReactElement {
  const asked = useAsk('bundles.get', { id });
  const bundle = asked.data;
  return (
    <Drawer
      title={bundle?.kind ? KIND_NAMES[bundle.kind] : 'Bundle'}
      note={bundle?.fileName}
      wide
      onClose={onClose}
    >
      <Answer of={asked}>{(found) => <Shown bundle={found} />}</Answer>
    </Drawer>
  );
}

function Shown({ bundle }: { bundle: Bundle }): ReactElement {
  const facts: Fact[] = [
    ['State', <BundleState key="s" of={bundle.state} />],
    [bundle.direction === 'sent' ? 'To' : 'From', bundle.peerName ?? 'Unknown'],
    ['What it did', bundle.sentence],
    ['When', <TimeText key="at" at={bundle.at} look="absolute" />],
    ['Size', formatBytes(bundle.bytes)],
    ...(bundle.seq === null ? [] : [['Number', formatCount(bundle.seq)] as Fact]),
    ...(bundle.expires === null
      ? []
      : [['Valid until', <TimeText key="e" at={bundle.expires} look="absolute" />] as Fact]),
  ];
  return (
    <>
      <Facts facts={facts} />
      {bundle.state === 'sent' && <Again id={bundle.id} to={bundle.peerName ?? 'its receiver'} />}
    </>
  );
}

function Again({ id, to }: { id: string; to: string }): ReactElement {
  const file = useAsk('bundles.file', { id });
  return (
    <Answer of={file} lines={3}>
      {(outgoing) => <SendBundle outgoing={outgoing} title={`Again to ${to}`} />}
    </Answer>
  );
}

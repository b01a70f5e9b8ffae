import { useState, type ReactElement } from 'react';
import type { Peer } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { formatCount } from '../../lib/format.ts';
import { Button } from '../controls/button.tsx';
import { Empty } from '../layout/empty.tsx';
import { ConfirmTyped } from '../overlay/confirm-typed.tsx';
import { TimeText } from '../values/time-text.tsx';
import { Badge } from '../values/verdict.tsx';
import styles from './carry.module.css';

interface PeerListProps {
  peers: readonly Peer[];
  /** One sentence for when there is none. */
  empty: string;
}

/** Who is paired, by which words, and the end of a pairing. */
export function PeerList({ peers, empty }: PeerListProps): ReactElement {
  const remove = useCommand('pairing.remove');
  const [removing, setRemoving] = useState<Peer | null>(null);
  if (peers.length === 0) return <Empty>{empty}</Empty>;
  return (
    <>
      <ul className={styles.peers} aria-label="Paired with">
        {peers.map((peer) => (
          <li key={peer.id}>
            <div>
              <strong>{peer.name}</strong>{' '}
              <Badge>{peer.role === 'desk' ? 'Desk' : 'Air-gapped signer'}</Badge>
              <p>{peer.words}</p>
              <p>
                Paired <TimeText at={peer.pairedAt} focusable /> · sent up to bundle{' '}
                {formatCount(peer.lastSent)}, received up to {formatCount(peer.lastReceived)}
              </p>
            </div>
            <Button
              tone="quiet"
              aria-label={`End pairing with ${peer.name}`}
              onPress={() => setRemoving(peer)}
            >
              End pairing
            </Button>
          </li>
        ))}
      </ul>
      {removing && (
        <ConfirmTyped
          title="End this pairing?"
          effect={
            <p>
              Bundles of <strong>{removing.name}</strong> are refused from now on, and none can be made for
              it. To work together again, both sides exchange cards anew.
            </p>
          }
          word={removing.name}
          action="End pairing"
          isOpen
          onClose={() => setRemoving(null)}
          onConfirm={(confirm) =>
            remove.mutate({ id: removing.id, confirm }, { onSuccess: () => setRemoving(null) })
          }
          running={remove.isPending}
          error={remove.error}
        />
      )}
    </>
  );
}

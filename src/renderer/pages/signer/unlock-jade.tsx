import { useState, type ReactElement } from 'react';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { ReceiveBundle } from '../../components/carry/receive-bundle.tsx';
import { SendBundle } from '../../components/carry/send-bundle.tsx';
import { Button } from '../../components/controls/button.tsx';
import { Select } from '../../components/controls/select.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import styles from './signer.module.css';

interface UnlockJadeProps {
  port: string;
  onDone: () => void;
}

/** A Jade asks its blind oracle over the network before it opens. Here a desk asks for it, by bundle. */
export function UnlockJade({ port, onDone }: UnlockJadeProps): ReactElement {
  const peers = useAsk('pairing.peers', {});
  const ask = useCommand('jade.unlockOffline');
  const [peerId, setPeerId] = useState<string | undefined>(undefined);
  const desks = (peers.data?.peers ?? []).filter((peer) => peer.role === 'desk');
  const desk = desks.find((each) => each.id === (peerId ?? desks[0]?.id));
  if (!desk)
    return <p>Pair with a desk first: it asks the Jade’s oracle, which this machine cannot reach.</p>;
  return (
    <div className={styles.signWith}>
      {!ask.data && (
        <>
          <p>
            Enter the PIN on the Jade. What it then asks its blind oracle is carried to a desk, and the answer
            back; neither tells the PIN.
          </p>
          <Select
            label="Desk that asks"
            options={desks.map(({ id, name }) => ({ key: id, label: name }))}
            value={desk.id}
            onChange={setPeerId}
          />
          <div>
            <Button isPending={ask.isPending} onPress={() => ask.mutate({ port, peerId: desk.id })}>
              Begin unlocking
            </Button>
          </div>
        </>
      )}
      {ask.error && <FailureNote error={ask.error} />}
      {ask.data && (
        <>
          <SendBundle outgoing={ask.data} title={`Oracle request to ${desk.name}`} />
          <ReceiveBundle
            title="Take in the oracle’s answer"
            hint={`The bundle that ${desk.name} gives back.`}
            onReceived={onDone}
          />
        </>
      )}
    </div>
  );
}

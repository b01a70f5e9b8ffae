import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { SendBundle } from '../../components/carry/send-bundle.tsx';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { Select } from '../../components/controls/select.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Section } from '../../components/layout/page.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { SignWith, type Signing } from './sign-with.tsx';
import styles from './signer.module.css';

/** Public keys for a desk, so that it can make a treasury with them. */
export function SendKeys({ hasKey }: { hasKey: boolean }): ReactElement {
  const peers = useAsk('pairing.peers', {});
  const status = useAsk('signer.status', {});
  const send = useCommand('signer.sendKeys');
  const [peerId, setPeerId] = useState<string | undefined>(undefined);
  const [chosen, setChosen] = useState<Signing | undefined>(undefined);
  const desks = (peers.data?.peers ?? []).filter((peer) => peer.role === 'desk');
  const desk = desks.find((each) => each.id === (peerId ?? desks[0]?.id));
  const signing = chosen ?? (hasKey ? ({ with: 'key' } as const) : undefined);
  return (
    <Section
      title="Send keys to a desk"
      note="Public keys, with which a desk watches and prepares but never signs. For a treasury of this key alone the blinding key goes along."
    >
      {peers.data && !desk && (
        <Empty
          action={
            <Link to="/pairing" search={{ add: true }} className={buttonClass()}>
              Pair with a desk
            </Link>
          }
        >
          There is no desk yet to send them to.
        </Empty>
      )}
      {desk && (
        <>
          <SignWith
            label="Keys of"
            signerKey={status.data?.key ?? null}
            chosen={signing}
            onChoose={setChosen}
            isDisabled={send.isPending}
          />
          <div className={styles.row}>
            <Select
              label="To"
              options={desks.map(({ id, name }) => ({ key: id, label: name }))}
              value={desk.id}
              onChange={(id) => {
                setPeerId(id);
                send.reset();
              }}
            />
            <Button
              isPending={send.isPending}
              isDisabled={signing === undefined}
              onPress={() =>
                send.mutate({
                  peerId: desk.id,
                  ...(signing?.with === 'jade' ? { port: signing.port } : {}),
                })
              }
            >
              Make bundle of keys
            </Button>
          </div>
        </>
      )}
      {send.error && <FailureNote error={send.error} />}
      {send.data && desk && (
        <SendBundle
          outgoing={send.data}
          title={`Keys for ${desk.name}`}
          next="On the desk it is taken in under Signers. It then makes the treasury, and sends it back here."
        />
      )}
    </Section>
  );
}

import { useState, type ReactElement } from 'react';
import type { CustodySpend, Outgoing } from '../../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { useRunning } from '../../../bridge/running.ts';
import { ReceiveBundle } from '../../../components/carry/receive-bundle.tsx';
import { SendBundle } from '../../../components/carry/send-bundle.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { JadeList } from '../../../components/jade/jade-list.tsx';
import { JadeLive } from '../../../components/jade/jade-live.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { notify } from '../../../components/overlay/notices.ts';
import { downloadBytes } from '../../../lib/files.ts';
import { sendWord } from '../../../lib/custody-words.ts';
import styles from '../custody.module.css';

/** What an open payment waits for, and the way to it. Where it waits for the decision, that is at the end of the review. */
export function GoOn({ spend }: { spend: CustodySpend }): ReactElement | null {
  switch (spend.waitsFor) {
    case 'signer':
      return <AskSigner spend={spend} />;
    case 'jade':
      return <OnJade spend={spend} />;
    case 'cosigner':
    case 'network':
      return <TryAgain spend={spend} />;
    case 'start':
    case 'confirmations':
    case null:
      return null;
  }
}

/** The request goes to the signer, its answer comes back; the desk then goes on by itself. */
function AskSigner({ spend }: { spend: CustodySpend }): ReactElement {
  const request = useCommand('custody.request');
  const [sent, setSent] = useState<{ to: string; outgoing: Outgoing } | undefined>(undefined);
  const ask = (peerId: string, name: string): void =>
    request.mutate(
      { id: spend.id, peerId },
      {
        onSuccess: (outgoing) => {
          setSent({ to: name, outgoing });
          if (outgoing.advice === 'file') downloadBytes(outgoing);
        },
      },
    );
  return (
    <Section title="Signature" note={spend.next}>
      {spend.canAsk.length === 0 && (
        <Banner of="attention" title="The signer that holds the key cannot be asked from here.">
          Pair it again under Signers, and send it this wallet from the wallet’s settings.
        </Banner>
      )}
      <div className={styles.row}>
        {spend.canAsk.map(({ peerId, name }) => (
          <Button
            key={peerId}
            tone={sent ? 'plain' : 'primary'}
            icon="export"
            isPending={request.isPending && request.variables.peerId === peerId}
            onPress={() => ask(peerId, name)}
          >
            {`Save request for ${name}`}
          </Button>
        ))}
      </div>
      {request.error && <FailureNote error={request.error} />}
      {sent && (
        <SendBundle
          outgoing={sent.outgoing}
          title={`Request for ${sent.to}`}
          next={`Take it in on ${sent.to}, compare the fingerprint, sign it there, and load the answer here.`}
        />
      )}
      <ReceiveBundle
        title="Load signed answer"
        hint="The bundle that the signer gives back after signing or refusing."
        onReceived={({ sentence }) => notify(sentence)}
      />
    </Section>
  );
}

/** Choose the Jade, unlock it, confirm on its screen. */
function OnJade({ spend }: { spend: CustodySpend }): ReactElement {
  const wallet = useAsk('custody.wallet', { id: spend.walletId });
  const sign = useCommand('custody.withJade');
  const running = useRunning('custody.withJade').find(({ id }) => id === spend.id);
  const own = wallet.data?.key.fingerprint;
  return (
    <Section title="Signature" note={spend.next}>
      {running ? (
        <JadeLive port={running.port} label="the Jade">
          Compare what the Jade shows with the review below, and confirm on the Jade. You may leave this page.
        </JadeLive>
      ) : (
        <JadeList
          act={({ port, label, fingerprint }) =>
            own !== undefined && own !== null && fingerprint !== own ? (
              <p className={styles.help}>This Jade does not hold the key of this wallet.</p>
            ) : (
              <div>
                <Button tone="primary" icon="key" onPress={() => sign.mutate({ id: spend.id, port })}>
                  {`Sign on ${label}`}
                </Button>
              </div>
            )
          }
        />
      )}
      {sign.error && <FailureNote error={sign.error} />}
    </Section>
  );
}

/** It goes on by itself; where something failed, a person can have it tried again at once. */
function TryAgain({ spend }: { spend: CustodySpend }): ReactElement {
  const carryOut = useCommand('custody.carryOut');
  return (
    <Section title="Next" note={spend.next}>
      <div>
        <Button
          tone="primary"
          icon="refresh"
          isPending={carryOut.isPending}
          onPress={() => carryOut.mutate({ id: spend.id, confirm: sendWord(spend.asset) })}
        >
          {spend.problem === null ? 'Go on' : 'Try again'}
        </Button>
      </div>
      {carryOut.error && <FailureNote error={carryOut.error} />}
    </Section>
  );
}

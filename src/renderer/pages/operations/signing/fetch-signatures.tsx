import { useState, type ReactElement } from 'react';
import type { Operation, Outgoing, Review } from '../../../../shared/contract/index.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { useRunning } from '../../../bridge/running.ts';
import { ReceiveBundle } from '../../../components/carry/receive-bundle.tsx';
import { SendBundle } from '../../../components/carry/send-bundle.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { DownloadButton } from '../../../components/controls/download-button.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { notify } from '../../../components/overlay/notices.ts';
import { TimeText } from '../../../components/values/time-text.tsx';
import { downloadBytes } from '../../../lib/files.ts';
import { openBatches, signingActs, type Round, type SigningAct } from '../../../lib/signatures.ts';
import { BarePset } from './bare-pset.tsx';
import { SignWithJade } from './sign-with-jade.tsx';
import styles from './signing.module.css';

type Panel = 'answer' | 'jade' | 'pset';

interface FetchProps {
  operation: Operation;
  round: Round;
  /** Nothing goes out before it is there and no check stops it; signatures may come in at any time. */
  review: Review | undefined;
}

/** Every way to the missing signatures. The first that is possible stands out; none keeps a person on the page. */
export function Fetch({ operation, round, review }: FetchProps): ReactElement {
  const request = useCommand('signing.request');
  const onJade = useRunning('signing.withJade').some(({ operationId }) => operationId === operation.id);
  const [panel, setPanel] = useState<Panel | undefined>(undefined);
  const [sent, setSent] = useState<{ to: string; outgoing: Outgoing } | undefined>(undefined);
  const mayGoOut = review?.ok === true;
  const acts = signingActs(round);
  const [first] = acts;
  const waiting = openBatches(round);
  if (waiting.length === 0)
    return <Banner of="good" title="Every signature is here. The desk goes on by itself." />;
  const shown = panel ?? (onJade ? 'jade' : undefined);
  const toggle = (which: Panel): void => setPanel(shown === which ? undefined : which);
  const saved = round.canAsk.filter(({ askedAt }) => askedAt !== undefined);
  // What was asked for is on its way: the next thing to do is to take in the answer.
  const asked = sent !== undefined || saved.length > 0;
  const tone = (act: SigningAct): 'primary' | 'plain' => (act === first && !asked ? 'primary' : 'plain');

  const ask = (peerId: string, name: string): void => {
    setPanel(undefined);
    request.mutate(
      { operationId: operation.id, peerId },
      {
        onSuccess: (outgoing) => {
          setSent({ to: name, outgoing });
          if (outgoing.advice === 'file') downloadBytes(outgoing);
        },
      },
    );
  };

  return (
    <>
      {acts.length === 0 && (
        <Banner of="attention" title="Nobody who could sign can be asked from here.">
          Pair the signer again under Signers, attach the Jade, or carry a bare PSET to another wallet.
        </Banner>
      )}
      <div className={styles.acts}>
        {mayGoOut &&
          acts.map((act) =>
            act.kind === 'ask' ? (
              <Button
                key={act.peerId}
                tone={tone(act)}
                icon="export"
                isPending={request.isPending && request.variables.peerId === act.peerId}
                onPress={() => ask(act.peerId, act.name)}
              >
                {act.askedAt === undefined
                  ? `Save request for ${act.name}`
                  : `Save request for ${act.name} again`}
              </Button>
            ) : (
              <Button
                key="jade"
                tone={tone(act)}
                icon="key"
                aria-expanded={shown === 'jade'}
                onPress={() => toggle('jade')}
              >
                Sign with Jade
              </Button>
            ),
          )}
        <Button
          tone={asked ? 'primary' : 'plain'}
          icon="import"
          aria-expanded={shown === 'answer'}
          onPress={() => toggle('answer')}
        >
          Load signed answer
        </Button>
        <DownloadButton name="signing.sheet" args={{ operationId: operation.id }}>
          Save approval sheet
        </DownloadButton>
        <Button tone="quiet" aria-expanded={shown === 'pset'} onPress={() => toggle('pset')}>
          Other wallets
        </Button>
      </div>
      {mayGoOut &&
        saved.map(({ peerId, name, askedAt }) => (
          <p key={peerId} className={styles.help} role="status">
            Request for {name} saved {askedAt !== undefined && <TimeText at={askedAt} />}.
          </p>
        ))}
      <p className={styles.help}>
        The approval sheet is a file that any browser opens and prints; it needs nothing else.
      </p>
      {request.error && <FailureNote error={request.error} />}
      {sent && (
        <SendBundle
          outgoing={sent.outgoing}
          title={`Request for ${sent.to}`}
          next={`Take it in on ${sent.to}, sign it there, and load the answer here.`}
        />
      )}
      {shown === 'answer' && (
        <ReceiveBundle
          title="Load signed answer"
          hint="The bundle that the signer gives back after signing or refusing."
          onReceived={({ sentence }) => notify(sentence)}
        />
      )}
      {shown === 'jade' && mayGoOut && <SignWithJade operation={operation} round={round} />}
      {shown === 'pset' && <BarePset operation={operation} round={round} mayGoOut={mayGoOut} />}
    </>
  );
}

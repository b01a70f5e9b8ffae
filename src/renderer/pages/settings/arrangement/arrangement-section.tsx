import type { ReactElement } from 'react';
import type { Arrangement, Outgoing } from '../../../../shared/contract/index.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { SendBundle } from '../../../components/carry/send-bundle.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { JadeList } from '../../../components/jade/jade-list.tsx';
import { JadeLive } from '../../../components/jade/jade-live.tsx';
import { useRunning } from '../../../bridge/running.ts';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { notify } from '../../../components/overlay/notices.ts';
import { ArrangementCard } from '../../signer/arrangement-card.tsx';
import { ReceiveAddress } from './receive-address.tsx';
import styles from './arrangement.module.css';

/** Who signs for the treasury, and what each of them has to know for it. */
export function ArrangementSection({ arrangement }: { arrangement: Arrangement }): ReactElement {
  const { cosigners } = arrangement;
  const signers = cosigners.flatMap(({ peerId, name }) => (peerId === null ? [] : [{ peerId, name }]));
  const jades = cosigners.filter(({ kind, peerId }) => kind === 'jade' && peerId === null);
  return (
    <>
      <ArrangementCard arrangement={arrangement} own={null} />
      {signers.length > 0 && <SendTreasury signers={signers} />}
      {jades.length > 0 && cosigners.length > 1 && (
        <RegisterOnJade fingerprints={jades.map(({ fingerprint }) => fingerprint)} />
      )}
      <ReceiveAddress bySigner={signers.length > 0} byJade={jades.length > 0} />
    </>
  );
}

/** A signer checks requests by the treasury that it was told of once. */
function SendTreasury({ signers }: { signers: readonly { peerId: string; name: string }[] }): ReactElement {
  const send = useCommand('arrangement.send');
  const to = signers.find(({ peerId }) => peerId === send.variables?.peerId);
  return (
    <Section
      title="Send treasury to its signers"
      note="Descriptor, blinding key and cosigners: with them a signer checks every request by its own means. Compare the fingerprint on its screen."
    >
      <div className={styles.row}>
        {signers.map(({ peerId, name }) => (
          <Button
            key={peerId}
            icon="export"
            isPending={send.isPending && to?.peerId === peerId}
            onPress={() => send.mutate({ peerId })}
          >
            {`Send treasury to ${name}`}
          </Button>
        ))}
      </div>
      {send.error && <FailureNote error={send.error} />}
      {send.data && to && <Sent outgoing={send.data} to={to.name} />}
    </Section>
  );
}

function Sent({ outgoing, to }: { outgoing: Outgoing; to: string }): ReactElement {
  return (
    <SendBundle
      outgoing={outgoing}
      title={`Treasury for ${to}`}
      next={`Take it in on ${to}, under Treasuries.`}
    />
  );
}

/** A Jade refuses change of a multisig that it has not been taught. */
function RegisterOnJade({ fingerprints }: { fingerprints: readonly string[] }): ReactElement {
  const register = useCommand('arrangement.registerOnJade');
  const [running] = useRunning('arrangement.registerOnJade');
  return (
    <Section
      title="Register on Jade"
      note="Once for each Jade: it shows the cosigners and asks. Without it the Jade cannot tell change from a payment."
    >
      {running ? (
        <JadeLive port={running.port} label="the Jade">
          Compare the keys that it shows with the cosigners above, and confirm on the Jade.
        </JadeLive>
      ) : (
        <JadeList
          act={({ port, fingerprint, label }) =>
            fingerprint !== null && fingerprints.includes(fingerprint) ? (
              <div>
                <Button
                  icon="key"
                  onPress={() =>
                    register.mutate(
                      { port },
                      { onSuccess: ({ name }) => notify(`${label} knows the treasury ${name}`) },
                    )
                  }
                >
                  {`Register on ${label}`}
                </Button>
              </div>
            ) : (
              <p className={styles.help}>This Jade holds no key of this treasury.</p>
            )
          }
        />
      )}
      {register.error && <FailureNote error={register.error} />}
    </Section>
  );
}

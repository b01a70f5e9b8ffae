import type { ReactElement } from 'react';
import type { JadeDevice, Operation } from '../../../../shared/contract/index.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { useRunning } from '../../../bridge/running.ts';
import { Button } from '../../../components/controls/button.tsx';
import { JadeList } from '../../../components/jade/jade-list.tsx';
import { JadeLive } from '../../../components/jade/jade-live.tsx';
import { useJades } from '../../../components/jade/use-jades.ts';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { counted } from '../../../lib/format.ts';
import { missingOf, type Round } from '../../../lib/signatures.ts';
import styles from './signing.module.css';

const ROUTE_WORDS = {
  psbt: 'as a PSET (sign_psbt)',
  'liquid-tx': 'as a transaction with its commitments (sign_liquid_tx)',
} as const;

/** Choose the Jade, unlock it, confirm on its screen. The desk goes on with it when this page is left. */
export function SignWithJade({ operation, round }: { operation: Operation; round: Round }): ReactElement {
  const sign = useCommand('signing.withJade');
  const jades = useJades();
  const running = useRunning('signing.withJade').find(({ operationId }) => operationId === operation.id);
  const device = jades.data?.devices.find(({ port }) => port === running?.port);
  return (
    <section className={styles.panel} aria-label="Sign with Jade">
      <h3>Sign with Jade</h3>
      {round.jadeNote !== null && <p className={styles.help}>{round.jadeNote}</p>}
      {running ? (
        <JadeLive port={running.port} label={device?.label ?? 'the Jade'}>
          Compare what the Jade shows with the review, and confirm on the Jade. You may leave this page: what
          is signed is kept, and what is not can be signed later.
        </JadeLive>
      ) : (
        <JadeList
          act={(ready) => (
            <Act
              device={ready}
              missing={ready.fingerprint === null ? 0 : missingOf(round, ready.fingerprint)}
              onSign={() =>
                sign.mutate(
                  { operationId: operation.id, port: ready.port },
                  { onSettled: () => void jades.refetch() },
                )
              }
            />
          )}
        />
      )}
      {sign.error && <FailureNote error={sign.error} />}
      {sign.data && (
        <Banner of="good" title={`${counted(sign.data.signed, 'batch', 'batches')} signed on the Jade.`}>
          Sent {ROUTE_WORDS[sign.data.route]}: {sign.data.why}
        </Banner>
      )}
    </section>
  );
}

interface ActProps {
  device: JadeDevice;
  /** Batches that wait for its key. */
  missing: number;
  onSign: () => void;
}

function Act({ device, missing, onSign }: ActProps): ReactElement {
  if (missing === 0) return <p className={styles.help}>No batch waits for the key of this Jade.</p>;
  return (
    <div>
      <Button tone="primary" icon="key" onPress={onSign}>
        {`Sign ${counted(missing, 'batch', 'batches')} on ${device.label}`}
      </Button>
    </div>
  );
}

import type { ReactElement, ReactNode } from 'react';
import type { JadeDevice } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { useRunning } from '../../bridge/running.ts';
import { Button } from '../controls/button.tsx';
import { FailureNote } from '../layout/failure.tsx';
import { Badge } from '../values/verdict.tsx';
import { JadeLive } from './jade-live.tsx';
import { JADE_STATE } from './jade-words.ts';
import styles from './jade.module.css';

interface JadeDeviceProps {
  device: JadeDevice;
  /** Look again: its state may have changed. */
  onChanged: () => void;
  /** What can be done with it here once it is ready. */
  children?: ReactNode;
}

/** One device: what it is, its state in words, what to do, and unlocking where that is what it needs. */
export function JadeDeviceCard({ device, onChanged, children }: JadeDeviceProps): ReactElement {
  const { port, state, label, fingerprint, firmware, board, simulated, message, next } = device;
  const [of, word] = JADE_STATE[state];
  const facts = [
    ...(fingerprint === null ? [] : [`Fingerprint ${fingerprint}`]),
    ...(firmware === null ? [] : [`firmware ${firmware}`]),
    ...(board === null ? [] : [board]),
  ];
  const unlock = useCommand('jade.unlock');
  const unlocking = useRunning('jade.unlock').some((each) => each.port === port);
  return (
    <li className={styles.device} aria-label={label}>
      <div className={styles.head}>
        <strong>{label}</strong> <Badge of={of}>{word}</Badge>{' '}
        {simulated && <Badge of="good">Simulated</Badge>}
      </div>
      <p className={styles.message}>
        {message} {next}
      </p>
      {facts.length > 0 && <p className={styles.small}>{facts.join(' · ')}</p>}
      {unlocking ? (
        <JadeLive port={port} label={label}>
          Type the PIN on the Jade itself. You may leave this page; the Jade goes on.
        </JadeLive>
      ) : (
        state === 'locked' && (
          <div>
            <Button icon="lock" onPress={() => unlock.mutate({ port }, { onSettled: onChanged })}>
              {`Unlock ${label}`}
            </Button>
          </div>
        )
      )}
      {unlock.error && <FailureNote error={unlock.error} />}
      {state === 'ready' && children}
    </li>
  );
}

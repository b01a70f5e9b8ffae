import { useState, type ReactElement } from 'react';
import type { JadeDevice, Result } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Radios } from '../../components/controls/choices.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { UnlockJade } from './unlock-jade.tsx';
import styles from './signer.module.css';

export type Signing = { with: 'key' } | { with: 'jade'; port: string };

interface SignWithProps {
  label?: string;
  signerKey: Result<'signer.status'>['key'];
  chosen: Signing | undefined;
  onChoose: (signing: Signing) => void;
  isDisabled: boolean;
}

const KEY = 'key';

/** Which key signs: the one of this signer, or that of a Jade at this machine. */
export function SignWith(props: SignWithProps): ReactElement {
  const { label = 'Sign with', signerKey, chosen, onChoose, isDisabled } = props;
  const look = useCommand('jade.devices');
  const devices = look.data?.devices ?? [];
  const options = [
    ...(signerKey
      ? [{ key: KEY, label: 'The key of this signer', help: `Fingerprint ${signerKey.fingerprint}` }]
      : []),
    ...devices
      .filter((device) => device.state === 'ready')
      .map((device) => ({ key: device.port, label: device.label, help: device.message })),
  ];
  return (
    <div className={styles.signWith}>
      {options.length > 0 && (
        <Radios
          label={label}
          options={options}
          value={chosen === undefined ? undefined : chosen.with === 'key' ? KEY : chosen.port}
          onChange={(key) => onChoose(key === KEY ? { with: 'key' } : { with: 'jade', port: key })}
          isDisabled={isDisabled}
        />
      )}
      {devices
        .filter((device) => device.state !== 'ready' && device.state !== 'not-jade')
        .map((device) => (
          <NotReady key={device.port} device={device} onReady={() => look.mutate({})} />
        ))}
      {look.data && devices.length === 0 && (
        <ul>
          {look.data.help.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {!signerKey && options.length === 0 && (
        <p>This signer has no key of its own: attach a Jade, or set up a key.</p>
      )}
      {look.error && <FailureNote error={look.error} />}
      <div>
        <Button
          size="small"
          icon="refresh"
          isPending={look.isPending}
          isDisabled={isDisabled}
          onPress={() => look.mutate({})}
        >
          Look for a Jade
        </Button>
      </div>
    </div>
  );
}

function NotReady({ device, onReady }: { device: JadeDevice; onReady: () => void }): ReactElement {
  const [unlocking, setUnlocking] = useState(false);
  return (
    <div>
      <p>
        <strong>{device.label}</strong>: {device.message} {device.next}
      </p>
      {device.state === 'locked' && !unlocking && (
        <Button size="small" onPress={() => setUnlocking(true)}>
          Unlock over a desk
        </Button>
      )}
      {unlocking && <UnlockJade port={device.port} onDone={onReady} />}
    </div>
  );
}

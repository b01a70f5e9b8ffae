import { useState, type ReactElement } from 'react';
import type { SimulatedJade as Shown } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../controls/button.tsx';
import { TextField } from '../controls/text-field.tsx';
import { Answer } from '../layout/answer.tsx';
import { FailureNote } from '../layout/failure.tsx';
import { Section } from '../layout/page.tsx';
import { Badge } from '../values/verdict.tsx';
import styles from './jade.module.css';

/** Its screen changes by what is done at the desk; a second is soon enough for a person. */
const EVERY = 1_000;

/** The Jade of the simulated world: its screen, and what a person does with the device in their hand. */
export function SimulatedJade(): ReactElement {
  const jade = useAsk('sandbox.jade', {}, { every: EVERY });
  return (
    <Section
      title="Simulated Jade"
      actions={<Badge of="good">Simulated</Badge>}
      note="Not a device: a program that speaks as a Jade does. What you would press on a real one, you press here."
    >
      <Answer of={jade} lines={4}>
        {(shown) => <Device shown={shown} />}
      </Answer>
    </Section>
  );
}

function Device({ shown }: { shown: Shown }): ReactElement {
  const deed = useCommand('sandbox.jadeDo');
  const [pin, setPin] = useState('');
  const { plugged, locked, screen, waits } = shown;
  return (
    <div className={styles.simulated}>
      <div className={styles.screen} role="status" aria-label="Screen of the simulated Jade">
        {plugged ? (
          screen.map((line, index) => <span key={index}>{line}</span>)
        ) : (
          <span>Unplugged: the screen is dark.</span>
        )}
      </div>
      <div className={styles.buttons}>
        {waits === 'confirm' && (
          <>
            <Button tone="primary" icon="check" onPress={() => deed.mutate({ action: 'approve' })}>
              Approve on the Jade
            </Button>
            <Button icon="close" onPress={() => deed.mutate({ action: 'reject' })}>
              Reject on the Jade
            </Button>
          </>
        )}
        {waits === 'pin' && (
          <form
            className={styles.pin}
            onSubmit={(event) => {
              event.preventDefault();
              if (/^\d{6}$/.test(pin)) deed.mutate({ action: 'pin', pin }, { onSuccess: () => setPin('') });
            }}
          >
            <TextField
              label="PIN, six digits"
              inputMode="numeric"
              autoComplete="off"
              maxLength={6}
              mono
              value={pin}
              onChange={setPin}
              help={`The simulated Jade opens with ${shown.pin}.`}
            />
            <Button type="submit" tone="primary" isDisabled={!/^\d{6}$/.test(pin)} isPending={deed.isPending}>
              Enter PIN
            </Button>
          </form>
        )}
        {plugged && !locked && (
          <Button onPress={() => deed.mutate({ action: 'lock' })} icon="lock">
            Lock it
          </Button>
        )}
        <Button onPress={() => deed.mutate({ action: plugged ? 'unplug' : 'plug' })}>
          {plugged ? 'Unplug it' : 'Plug it in'}
        </Button>
      </div>
      {deed.error && <FailureNote error={deed.error} />}
    </div>
  );
}

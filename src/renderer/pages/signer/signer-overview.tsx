import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useSignerWaiting } from '../../app/use-signer-waiting.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { ReceiveBundle } from '../../components/carry/receive-bundle.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { KeyFigures } from '../../components/layout/facts.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { Verdict } from '../../components/values/verdict.tsx';
import { counted, formatCount } from '../../lib/format.ts';
import { WaitingList } from '../overview/waiting-list.tsx';

/** What waits for the person at the signer, that it is alone, and the door for what is carried in. */
export function SignerOverview(): ReactElement {
  const waiting = useSignerWaiting();
  const status = useAsk('signer.status', {}, { every: 20_000 });
  return (
    <Page
      title="Overview"
      sentence="This signer checks what a desk wants signed by its own means, and signs nothing that does not check."
    >
      <Section title="Waiting for you">
        <WaitingList waiting={waiting} />
      </Section>
      <Answer of={status} lines={3}>
        {({ sealed, stopped, key, treasuries, waiting: open }) => (
          <KeyFigures
            label="This signer"
            figures={[
              [
                'Connections',
                <Verdict key="s" of={sealed && stopped === 0 ? 'good' : 'wrong'}>
                  {sealed ? 'Opens none' : 'Not sealed'}
                </Verdict>,
                stopped === 0 ? 'None tried since the start' : `${counted(stopped, 'attempt')} stopped`,
              ],
              [
                'Key',
                key ? <code key="k">{key.fingerprint}</code> : 'None',
                key ? key.keptIn : <Link to="/key">Set up a key</Link>,
              ],
              ['Treasuries', formatCount(treasuries.length)],
              ['Requests waiting', formatCount(open)],
            ]}
          />
        )}
      </Answer>
      <ReceiveBundle
        title="Take in a bundle"
        hint="A request to sign, or a treasury, from a desk that this signer is paired with."
      />
    </Page>
  );
}

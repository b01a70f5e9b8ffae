import type { ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { Answer } from '../../components/layout/answer.tsx';
import { Banner, Facts } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import { Verdict } from '../../components/values/verdict.tsx';
import { counted } from '../../lib/format.ts';

/** That a signer is alone: what it does not do, and what the machine around it could. */
export function SealSection(): ReactElement {
  const status = useAsk('signer.status', {}, { every: 10_000 });
  return (
    <Section
      title="Seal"
      note="A signer has no connection to anything. What comes in and goes out is carried over by a person, as a file or as QR codes."
    >
      <Answer of={status} lines={3}>
        {({ sealed, stopped, interfaces }) => (
          <>
            {interfaces.length > 0 && (
              <Banner of="attention" title="This machine is connected to a network.">
                The signer uses none of it, but other programs on this machine can. Pull the cable, switch off
                the radio, and keep it so.
              </Banner>
            )}
            <Facts
              facts={[
                [
                  'Connections',
                  <Verdict key="s" of={sealed ? 'good' : 'wrong'}>
                    {sealed ? 'This signer opens no connections.' : 'This signer is not sealed.'}
                  </Verdict>,
                ],
                [
                  'Attempts stopped',
                  <Verdict key="t" of={stopped === 0 ? 'good' : 'wrong'}>
                    {stopped === 0
                      ? 'None since the start'
                      : `${counted(stopped, 'attempt')} since the start`}
                  </Verdict>,
                ],
                [
                  'Network interfaces up',
                  <Verdict key="i" of={interfaces.length === 0 ? 'good' : 'attention'}>
                    {interfaces.length === 0 ? 'None' : interfaces.join(', ')}
                  </Verdict>,
                ],
              ]}
            />
          </>
        )}
      </Answer>
    </Section>
  );
}

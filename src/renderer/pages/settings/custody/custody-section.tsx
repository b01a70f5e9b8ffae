import type { ReactElement } from 'react';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { Button } from '../../../components/controls/button.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Checks } from '../../../components/layout/facts.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { Badge } from '../../../components/values/verdict.tsx';
import { Amp0Form } from './amp0-form.tsx';
import { Amp2Form } from './amp2-form.tsx';
import { ChainForm } from './chain-form.tsx';

const NAMES = { chain: 'Chain access', amp0: 'AMP0', amp2: 'AMP2' } as const;

/** Where the chain is looked at for custody wallets, and who cosigns. */
export function CustodySection(): ReactElement {
  const services = useAsk('custody.services', {});
  const test = useCommand('custody.testServices');
  const simulated = services.data?.simulated === true;
  return (
    <>
      <Section
        title="Custody services"
        note={
          simulated
            ? 'The sandbox brings its own Esplora, Green and AMP2 server. How the chain is looked at, the form of AMP2’s API and the order of signatures can be chosen.'
            : 'Chain access and cosigners of custody wallets. Nothing is registered by a test.'
        }
        actions={
          <>
            {simulated && <Badge of="good">Simulated</Badge>}
            <Button isPending={test.isPending} onPress={() => test.mutate({})}>
              Test services
            </Button>
          </>
        }
      >
        {test.error && <FailureNote error={test.error} />}
        {test.data && (
          <Checks
            label="Services"
            checks={test.data.steps.map((step) => ({ ...step, title: NAMES[step.service] }))}
          />
        )}
      </Section>
      <Answer of={services} lines={8}>
        {(shown) => (
          <>
            <ChainForm services={shown} />
            {!shown.simulated && <Amp0Form services={shown} />}
            <Amp2Form services={shown} />
          </>
        )}
      </Answer>
    </>
  );
}

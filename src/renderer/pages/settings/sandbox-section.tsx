import { useState, type ReactElement } from 'react';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Facts } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { IdText } from '../../components/values/id-text.tsx';
import { Badge } from '../../components/values/verdict.tsx';
import { SimulatedJade } from '../../components/jade/simulated-jade.tsx';
import { SimulatedIssuer } from '../custody/simulated-issuer.tsx';
import { counted, formatCount } from '../../lib/format.ts';

const STEPS = [1, 2, 10] as const;

/** The simulated world of a Sandbox profile: what it is, blocks on demand, accounts to try things with. */
export function SandboxSection(): ReactElement {
  return (
    <>
      <World />
      <SpareGaids />
      <SimulatedJade />
      <SimulatedIssuer />
    </>
  );
}

const SPARE_SHOWN = 8;

function SpareGaids(): ReactElement {
  const gaids = useAsk('sandbox.gaids', { count: SPARE_SHOWN });
  return (
    <Section
      title="Spare GAIDs"
      note="Simulated: accounts that exist and that no holder has yet, to add holders with."
    >
      <Answer of={gaids}>
        {(shown) => (
          <ul aria-label="Spare GAIDs">
            {shown.gaids.map((gaid) => (
              <li key={gaid}>
                <IdText id={gaid} what="GAID" whole />
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Section>
  );
}

function World(): ReactElement {
  const status = useAsk('sandbox.status', {}, { every: 5_000 });
  const mine = useCommand('sandbox.mine');
  const [last, setLast] = useState<number | undefined>(undefined);
  return (
    <Section
      title="Simulated world"
      actions={<Badge of="good">Simulated</Badge>}
      note="Chain, node and AMP of this profile run on this machine and are not real."
    >
      <Answer of={status}>
        {(shown) => (
          <Facts
            facts={[
              ['State', shown.running ? 'Running' : 'Stopped'],
              ['Height', formatCount(shown.height)],
              [
                'Blocks',
                shown.blockSeconds === 0
                  ? 'Only when mined by hand'
                  : `One every ${counted(shown.blockSeconds, 'second')}`,
              ],
              ['AMP', <code key="amp">{shown.ampUrl}</code>],
              ['Node', <code key="node">{shown.elementsUrl}</code>],
              ['Control', <code key="control">{shown.controlUrl}</code>],
            ]}
          />
        )}
      </Answer>
      <div>
        {STEPS.map((blocks) => (
          <span key={blocks}>
            <Button
              isPending={mine.isPending && last === blocks}
              onPress={() => {
                setLast(blocks);
                mine.mutate(
                  { blocks },
                  { onSuccess: ({ height }) => notify(`Simulated chain is at block ${formatCount(height)}`) },
                );
              }}
            >
              {`Mine ${counted(blocks, 'block')}`}
            </Button>{' '}
          </span>
        ))}
      </div>
      {mine.error && <FailureNote error={mine.error} />}
    </Section>
  );
}

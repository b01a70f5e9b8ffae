import { useState, type ReactElement } from 'react';
import type { Profile } from '../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Checks } from '../../components/layout/facts.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Section } from '../../components/layout/page.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { ConnectionFields, type ConnectionValues } from '../profiles/connection-fields.tsx';
import { ConnectionTest } from '../profiles/connection-test.tsx';

export function ConnectionsSection({ profile }: { profile: Profile }): ReactElement {
  const health = useAsk('health.get', {});
  const test = useCommand('profiles.test');
  const simulated = profile.network === 'sandbox';
  return (
    <>
      <Section
        title="Now"
        note={simulated ? 'The sandbox brings its own node and AMP; there is nothing to connect.' : undefined}
        actions={
          !simulated && (
            <Button onPress={() => test.mutate({ id: profile.id })} isPending={test.isPending}>
              Test connections
            </Button>
          )
        }
      >
        <Answer of={health}>
          {({ node, amp }) => (
            <Checks
              label="Health"
              checks={[
                { ...node, title: `Node${node.version === null ? '' : ` ${node.version}`}` },
                { ...amp, title: `AMP${amp.version === null ? '' : ` ${amp.version}`}` },
              ]}
            />
          )}
        </Answer>
        <ConnectionTest test={test} />
      </Section>
      {!simulated && <Edit profile={profile} />}
    </>
  );
}

function Edit({ profile }: { profile: Profile }): ReactElement {
  const update = useCommand('profiles.update');
  const [values, setValues] = useState<ConnectionValues>({
    ampUrl: profile.ampUrl,
    ampUsername: profile.ampUsername,
    ampPassword: '',
    elementsUrl: profile.elementsUrl,
    elementsUsername: profile.elementsUsername,
    elementsPassword: '',
    elementsWallet: profile.elementsWallet,
  });
  const [problems, setProblems] = useState<FieldProblems>({});
  const submit = (): void => {
    const { ampPassword, elementsPassword, ...rest } = values;
    const args = {
      id: profile.id,
      connection: {
        ...rest,
        ...(ampPassword === '' ? {} : { ampPassword }),
        ...(elementsPassword === '' ? {} : { elementsPassword }),
      },
    };
    const found = checkArgs('profiles.update', args);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    update.mutate(args, {
      onSuccess: () => {
        setValues({ ...values, ampPassword: '', elementsPassword: '' });
        notify('Connections saved');
      },
    });
  };
  return (
    <Section title="Addresses and credentials">
      <Form
        label="Connections"
        onSubmit={submit}
        error={update.error}
        actions={
          <Button type="submit" tone="primary" isPending={update.isPending}>
            Save connections
          </Button>
        }
      >
        <ConnectionFields level={3} stored values={values} onChange={setValues} problems={problems} />
      </Form>
    </Section>
  );
}

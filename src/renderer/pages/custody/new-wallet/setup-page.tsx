import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Result } from '../../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { ReceiveBundle } from '../../../components/carry/receive-bundle.tsx';
import { SendBundle } from '../../../components/carry/send-bundle.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { Answer } from '../../../components/layout/answer.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { Page } from '../../../components/layout/page.tsx';
import { TimeText } from '../../../components/values/time-text.tsx';
import styles from '../custody.module.css';

const route = getRouteApi('/custody/setups/$setupId');

type Setup = Result<'custody.setups'>['setups'][number];

/** An AMP0 account on its way: Green's challenge goes to the signer, its answer comes back here. */
export function SetupPage(): ReactElement {
  const { setupId } = route.useParams();
  const setups = useAsk('custody.setups', {}, { every: 5_000 });
  const setup = setups.data?.setups.find(({ id }) => id === setupId);
  return (
    <Page
      narrow
      title={setup ? `AMP0 account “${setup.name}”` : 'AMP0 account'}
      crumb={<Link to="/custody">Custody</Link>}
      sentence={setup && <span role="status">{setup.sentence}</span>}
    >
      <Answer of={setups} lines={6}>
        {() =>
          setup ? (
            <Shown setup={setup} />
          ) : (
            <Empty action={<Link to="/custody">Go to custody</Link>}>
              This setup is over: the account is among the wallets, or it was given up.
            </Empty>
          )
        }
      </Answer>
    </Page>
  );
}

function Shown({ setup }: { setup: Setup }): ReactElement {
  const navigate = useNavigate();
  const retry = useCommand('custody.retrySetup');
  const cancel = useCommand('custody.cancelSetup');
  return (
    <>
      <p className={styles.help}>
        {setup.next} Begun <TimeText at={setup.startedAt} focusable />.
      </p>
      {setup.request === null ? (
        <Banner
          of="attention"
          title="The connection to Green is lost, and with it the challenge."
          actions={
            <Button tone="primary" isPending={retry.isPending} onPress={() => retry.mutate({ id: setup.id })}>
              Connect again
            </Button>
          }
        >
          A challenge is good for one connection only. Connect again, and carry the new one to{' '}
          {setup.peerName}.
        </Banner>
      ) : (
        <>
          <SendBundle
            outgoing={setup.request}
            title={`Login for ${setup.peerName}`}
            next={`Take it in on ${setup.peerName}. It signs a challenge, which can move nothing, and gives an answer back.`}
          />
          <ReceiveBundle
            title="Take in the answer"
            hint={`The bundle that ${setup.peerName} gives back. The desk then creates the account, makes watch-only credentials and keeps them.`}
          />
        </>
      )}
      {retry.error && <FailureNote error={retry.error} />}
      {cancel.error && <FailureNote error={cancel.error} />}
      <div>
        <Button
          isPending={cancel.isPending}
          onPress={() =>
            cancel.mutate({ id: setup.id }, { onSuccess: () => void navigate({ to: '/custody' }) })
          }
        >
          Give up this setup
        </Button>
        <p className={styles.help}>Nothing has been created at Green yet.</p>
      </div>
    </>
  );
}

import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { SendBundle } from '../../components/carry/send-bundle.tsx';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Banner, Facts } from '../../components/layout/facts.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { LoginState } from './login-state.tsx';
import styles from './signer.module.css';

const route = getRouteApi('/requests/logins/$loginId');

type Login = Result<'signer.logins'>['logins'][number];

/** A login at Green: what is signed, what the signature is good for, and the answer to carry back. */
export function LoginPage(): ReactElement {
  const { loginId } = route.useParams();
  const logins = useAsk('signer.logins', {});
  const login = logins.data?.logins.find(({ id }) => id === loginId);
  return (
    <Page
      narrow
      title={login ? `AMP0 login for “${login.name}”` : 'AMP0 login'}
      crumb={<Link to="/requests">Requests</Link>}
      badge={login && <LoginState of={login.state} />}
      sentence={
        login && (
          <>
            From {login.from}. Received <TimeText at={login.receivedAt} focusable />
            {login.state === 'waiting' && (
              <>
                ; it expires <TimeText at={login.expires} ahead focusable />
              </>
            )}
            .
          </>
        )
      }
    >
      <Answer of={logins} lines={6}>
        {() =>
          login ? (
            <Shown login={login} />
          ) : (
            <Empty action={<Link to="/requests">Go to requests</Link>}>There is no such login.</Empty>
          )
        }
      </Answer>
    </Page>
  );
}

function Shown({ login }: { login: Login }): ReactElement {
  const answer = useCommand('signer.answerLogin');
  const { id, from, name, challenge, state } = login;
  return (
    <>
      <Banner of="good" title="This signature can move nothing.">
        It only tells Green that the owner of the account is there. It is made by a key that guards no coins,
        over a text that is no transaction.
      </Banner>
      <Section title="What is signed">
        <Facts
          facts={[
            ['Account', name],
            ['For', from],
            ['Key', 'The login key, by which Green knows the owner of the account'],
            [
              'Message',
              <code
                key="m"
                className={styles.long}
                style={{ whiteSpace: 'pre-wrap' }}
              >{`greenaddress.it      login ${challenge}`}</code>,
            ],
          ]}
        />
      </Section>
      {state === 'expired' && (
        <Banner of="attention" title="This login has expired.">
          Green’s challenge is good for a short time only. Ask {from} for a new one.
        </Banner>
      )}
      {state !== 'expired' && !answer.data && (
        <div>
          <Button
            tone="primary"
            icon="key"
            isPending={answer.isPending}
            onPress={() => answer.mutate({ id })}
          >
            {state === 'answered' ? 'Show the answer again' : 'Sign login'}
          </Button>
        </div>
      )}
      {answer.error && <FailureNote error={answer.error} />}
      {answer.data && (
        <SendBundle
          outgoing={answer.data}
          title={`Answer to ${from}`}
          next={`On the desk it is taken in where the account “${name}” is set up.`}
        />
      )}
    </>
  );
}

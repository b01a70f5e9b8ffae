import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Checks, Facts, type Fact } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { None } from '../../components/values/verdict.tsx';
import { SIGNED_BY, SIGNER_WORDS, signsElsewhere } from '../../lib/signer-words.ts';
import { ArrangementSection } from './arrangement/arrangement-section.tsx';
import { SetUpWallet } from './set-up-wallet.tsx';

type Wallet = Result<'treasury.wallet'>;

const MODE: Record<Wallet['mode'], string> = {
  hot: 'Hot: the node holds the keys and signs',
  'watch-only': 'Watch-only: the node watches, the key is elsewhere',
  missing: 'Not set up',
};

/** What the treasury wallet is, step by step, and the way to another one. */
export function WalletSection(): ReactElement {
  const wallet = useAsk('treasury.wallet', {});
  const arrangement = useAsk('arrangement.get', {});
  const [setUp, setSetUp] = useState(false);
  return (
    <Answer of={wallet} lines={6}>
      {(shown) => (
        <>
          <Section title="Treasury wallet">
            <Checks label="State of the wallet" checks={walletSteps(shown)} />
            <Facts
              facts={[
                [
                  'Wallet on the node',
                  shown.name === '' ? <None>none</None> : <code key="n">{shown.name}</code>,
                ],
                ['Kind', MODE[shown.mode]],
                ['Signed by', SIGNER_WORDS[shown.signer]],
                ...(signsElsewhere(shown.signer) ? [] : keyFacts(shown)),
              ]}
            />
          </Section>
          {shown.descriptors.length > 0 && (
            <Section title="Descriptors" level={3}>
              <ul>
                {shown.descriptors.map((descriptor) => (
                  <li key={descriptor}>
                    <IdText id={descriptor} what="descriptor" whole />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {arrangement.error && !arrangement.data && <FailureNote error={arrangement.error} />}
          {arrangement.data?.arrangement && <ArrangementSection arrangement={arrangement.data.arrangement} />}
          {setUp || shown.mode === 'missing' ? (
            <SetUpWallet onDone={() => setSetUp(false)} />
          ) : (
            <div>
              <Button onPress={() => setSetUp(true)}>Set up another wallet</Button>
            </div>
          )}
        </>
      )}
    </Answer>
  );
}

/** Of a key that is here or in the node; keys elsewhere are told with the treasury's arrangement. */
function keyFacts(shown: Wallet): Fact[] {
  return [
    ['Key kept in', shown.keyStoredIn ?? <None>the node</None>],
    [
      'Fingerprint',
      shown.fingerprint === null ? (
        <None>none</None>
      ) : (
        <IdText key="f" id={shown.fingerprint} what="fingerprint" whole />
      ),
    ],
  ];
}

function walletSteps(wallet: Wallet) {
  const step = (title: string, ok: boolean, good: string, bad: string, next: string) => ({
    title,
    verdict: ok ? ('good' as const) : ('attention' as const),
    message: ok ? good : bad,
    next,
  });
  const exists = wallet.mode !== 'missing';
  const steps = [
    step(
      'Wallet',
      exists,
      'The wallet is on the node.',
      'There is no treasury wallet yet.',
      'Set it up below.',
    ),
  ];
  if (!exists) return steps;
  steps.push(
    step(
      'Lock',
      !wallet.locked,
      'The wallet is open.',
      'The wallet is locked.',
      'Unlock it on the node with walletpassphrase.',
    ),
  );
  const elsewhere = signsElsewhere(wallet.signer);
  if (wallet.mode === 'hot' && wallet.signer !== 'node') {
    steps.push(
      step(
        'Signing key',
        false,
        '',
        `This profile is signed by ${SIGNED_BY[wallet.signer]}, but the keys of this wallet are in the node.`,
        'Set up a wallet with those keys and move the treasury into it.',
      ),
    );
  }
  if (wallet.mode === 'watch-only') {
    steps.push(
      step(
        'Blinding key',
        wallet.blindingKeyImported,
        'The node has the master blinding key and sees amounts.',
        'The node does not have the master blinding key.',
        'Set the wallet up again: without it the node cannot see amounts.',
      ),
      step(
        'Signing key',
        elsewhere || wallet.keyStoredIn !== null,
        elsewhere
          ? `Payments are signed by ${SIGNED_BY[wallet.signer]}.`
          : 'The desk has the key that signs.',
        'The desk does not have the key that signs.',
        'Restore it from its backup below.',
      ),
    );
  }
  return steps;
}

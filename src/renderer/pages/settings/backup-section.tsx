import { useState, type ReactElement } from 'react';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Banner, Facts } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import { IdText } from '../../components/values/id-text.tsx';
import { Verdict } from '../../components/values/verdict.tsx';
import { formatBytes } from '../../lib/format.ts';
import { useRole } from '../../lib/open-profile.ts';
import { useSecretCommand } from '../../bridge/secret-command.ts';
import { KeyBackup } from '../../components/layout/key-backup.tsx';

const KEPT = {
  desk: 'Holders, allocations, operations with their signed transactions and blinders, and the audit trail.',
  signer: 'Pairings, treasuries, requests with what was answered, and the audit trail.',
} as const;

export function BackupSection(): ReactElement {
  const backup = useCommand('backup.create');
  const role = useRole();
  return (
    <>
      <Section
        title="Database"
        note={`${KEPT[role]} The copy is read back and checked. Secrets are not in it.`}
      >
        <div>
          <Button tone="primary" onPress={() => backup.mutate({})} isPending={backup.isPending}>
            Back up now
          </Button>
        </div>
        {backup.error && <FailureNote error={backup.error} />}
        {backup.data && (
          <Banner of="good" title="Backup written and checked.">
            <Facts
              facts={[
                ['File', <code key="path">{backup.data.path}</code>],
                ['Size', formatBytes(backup.data.bytes)],
                [
                  'Head of the audit chain',
                  <IdText key="head" id={backup.data.auditHead} what="head of the chain" />,
                ],
              ]}
            />
          </Banner>
        )}
      </Section>
      {role === 'desk' && <TreasuryKey />}
    </>
  );
}

function TreasuryKey(): ReactElement {
  const wallet = useAsk('treasury.wallet', {});
  const [asking, setAsking] = useState(false);
  const sealed = useSecretCommand('treasury.exportKeyBackup');
  return (
    <Section
      title="Treasury key"
      note="The key that signs for a watch-only treasury, encrypted with a passphrase of your choice."
    >
      {wallet.data?.signer === 'keychain' ? (
        <>
          <div>
            <Button onPress={() => setAsking(true)}>Export key backup</Button>
          </div>
          <KeyBackup
            isOpen={asking}
            onClose={() => setAsking(false)}
            power="spend the treasury"
            make={(passphrase) => sealed.run({ passphrase })}
            isPending={sealed.isPending}
            error={sealed.error}
          />
        </>
      ) : (
        <p>
          <Verdict of="good">
            {wallet.data?.signer === 'node'
              ? 'The node holds the keys of this treasury: back up the node’s wallet there.'
              : 'The keys of this treasury are elsewhere: each is backed up where it is.'}
          </Verdict>
        </p>
      )}
    </Section>
  );
}

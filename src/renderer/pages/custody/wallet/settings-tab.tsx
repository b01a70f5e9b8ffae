import { useState, type ReactElement } from 'react';
import type { CustodyWallet, JadeDevice } from '../../../../shared/contract/index.ts';
import { checkArgs, type FieldProblems } from '../../../bridge/check-args.ts';
import { useAsk, useCommand } from '../../../bridge/hooks.ts';
import { useRunning } from '../../../bridge/running.ts';
import { useSecretCommand } from '../../../bridge/secret-command.ts';
import { SendBundle } from '../../../components/carry/send-bundle.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { JadeList } from '../../../components/jade/jade-list.tsx';
import { JadeLive } from '../../../components/jade/jade-live.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Facts } from '../../../components/layout/facts.tsx';
import { KeyBackup } from '../../../components/layout/key-backup.tsx';
import { Form } from '../../../components/layout/form.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { copyText, notify } from '../../../components/overlay/notices.ts';
import { Fingerprint } from '../../../components/review/fingerprint.tsx';
import { IdText } from '../../../components/values/id-text.tsx';
import { KEY_WORDS, KIND_NAMES } from '../../../lib/custody-words.ts';
import { placeArgs, PlaceFields, type Place } from '../new-wallet/place-fields.tsx';
import { WholeDescriptor } from './whole-descriptor.tsx';
import styles from '../custody.module.css';

const BLINDING: Record<CustodyWallet['blinding'], string> = {
  slip77: 'SLIP-77, one blinding key for all outputs',
  elip151: 'ELIP-151, from the descriptor itself',
  view: 'View key in the descriptor (ELIP-153)',
};

/** What the wallet is called, what it is, and what others have to know of it. */
export function SettingsTab({ wallet }: { wallet: CustodyWallet }): ReactElement {
  return (
    <>
      <Naming wallet={wallet} />
      <Section title="Identity">
        <Facts
          facts={[
            ['Kind', KIND_NAMES[wallet.kind]],
            ...(wallet.ampId === null
              ? []
              : [['AMP ID', <IdText key="a" id={wallet.ampId} what="AMP ID" whole />] as const]),
            ['Wallet id', <IdText key="w" id={wallet.wid} what="wallet id" whole />],
            ['Our key', KEY_WORDS[wallet.key.kind]],
            ['Blinding', BLINDING[wallet.blinding]],
          ]}
        />
        <Fingerprint
          of={wallet.fingerprint}
          label="Fingerprint of this wallet"
          note="Over network and descriptor. The same on the signer that signs for it."
        />
      </Section>
      <Descriptors wallet={wallet} />
      {wallet.key.kind === 'keychain' && <BackUpKey wallet={wallet} />}
      {wallet.key.kind === 'signer' && <SendToSigner wallet={wallet} />}
      {wallet.key.kind === 'jade' && wallet.kind === 'amp2' && <RegisterOnJade wallet={wallet} />}
      <Archive wallet={wallet} />
    </>
  );
}

function Naming({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const edit = useCommand('custody.editWallet');
  const [place, setPlace] = useState<Place>({
    name: wallet.name,
    purpose: wallet.purpose,
    owner: wallet.owner,
  });
  const [problems, setProblems] = useState<FieldProblems>({});
  const submit = (): void => {
    const args = { id: wallet.id, owner: '', ...placeArgs(place) };
    const found = checkArgs('custody.editWallet', args);
    setProblems(found);
    if (Object.keys(found).length === 0) edit.mutate(args, { onSuccess: () => notify('Wallet saved') });
  };
  return (
    <Section title="Name and purpose">
      <Form
        label="Name and purpose"
        onSubmit={submit}
        error={edit.error}
        actions={
          <Button type="submit" tone="primary" isPending={edit.isPending}>
            Save wallet
          </Button>
        }
      >
        <PlaceFields value={place} onChange={setPlace} problems={problems} />
      </Form>
    </Section>
  );
}

function Descriptors({ wallet }: { wallet: CustodyWallet }): ReactElement {
  return (
    <Section
      title="Descriptor"
      note="The public one says which keys lock the coins. The whole one also opens every amount."
    >
      <code className={styles.long}>{wallet.publicDescriptor}</code>
      <div className={styles.row}>
        <Button icon="copy" onPress={() => void copyText(wallet.publicDescriptor, 'public descriptor')}>
          Copy public descriptor
        </Button>
        <WholeDescriptor wallet={wallet} />
      </div>
    </Section>
  );
}

/** Words that were made here are nowhere else. */
function BackUpKey({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const backup = useSecretCommand('custody.exportKeyBackup');
  const [asking, setAsking] = useState(false);
  return (
    <Section
      title="Key backup"
      note="The words of this wallet are in the desk’s secret store and nowhere else. The file holds them and the whole descriptor, sealed with a passphrase; with it the wallet is made again under New wallet."
    >
      <div>
        <Button icon="export" onPress={() => setAsking(true)}>
          Export key backup
        </Button>
      </div>
      <KeyBackup
        isOpen={asking}
        onClose={() => setAsking(false)}
        power={`sign for ${wallet.name}`}
        make={(passphrase) => backup.run({ id: wallet.id, passphrase })}
        isPending={backup.isPending}
        error={backup.error}
      />
    </Section>
  );
}

/** A signer checks payments of a wallet that it was told of once. */
function SendToSigner({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const send = useCommand('custody.sendWallet');
  const name = wallet.key.peerName ?? 'its signer';
  const { peerId } = wallet.key;
  return (
    <Section
      title="Send to the signer"
      note={`With the descriptor ${name} checks every payment of this wallet by its own means. Compare the fingerprint on its screen.`}
    >
      <div>
        <Button
          icon="export"
          isPending={send.isPending}
          onPress={() => send.mutate({ id: wallet.id, ...(peerId === null ? {} : { peerId }) })}
        >
          {`Send wallet to ${name}`}
        </Button>
      </div>
      {send.error && <FailureNote error={send.error} />}
      {send.data && (
        <SendBundle
          outgoing={send.data}
          title={`Wallet ${wallet.name} for ${name}`}
          next={`Take it in on ${name}; it then stands under Treasuries.`}
        />
      )}
    </Section>
  );
}

/** A Jade refuses change of a multisig that it was not taught. */
function RegisterOnJade({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const register = useCommand('custody.registerOnJade');
  const running = useRunning('custody.registerOnJade').find(({ id }) => id === wallet.id);
  const act = (device: JadeDevice): ReactElement =>
    device.fingerprint === wallet.key.fingerprint ? (
      <div>
        <Button
          icon="key"
          onPress={() =>
            register.mutate(
              { id: wallet.id, port: device.port },
              { onSuccess: ({ name }) => notify(`${device.label} knows the wallet ${name}`) },
            )
          }
        >
          {`Register on ${device.label}`}
        </Button>
      </div>
    ) : (
      <p className={styles.help}>This Jade does not hold the key of this wallet.</p>
    );
  return (
    <Section
      title="Register on Jade"
      note="Once: it shows both keys and asks. Without it the Jade cannot tell change from a payment."
    >
      {running ? (
        <JadeLive port={running.port} label="the Jade">
          Compare the keys that it shows, and confirm on the Jade.
        </JadeLive>
      ) : (
        <JadeList act={act} />
      )}
      {register.error && <FailureNote error={register.error} />}
    </Section>
  );
}

function Archive({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const edit = useCommand('custody.editWallet');
  const spends = useAsk('custody.spends', { walletId: wallet.id, open: true, offset: 0, limit: 1 });
  const open = spends.data?.total ?? 0;
  return (
    <Section
      title={wallet.archived ? 'Archived' : 'Archive'}
      note={
        wallet.archived
          ? 'Put away, but not gone: its balances count, and it is still looked at.'
          : 'Takes the wallet out of the list. Nothing is deleted: its balances still count, and it can be brought back.'
      }
    >
      <div className={styles.row}>
        <Button
          isPending={edit.isPending}
          onPress={() =>
            edit.mutate(
              { id: wallet.id, archived: !wallet.archived },
              { onSuccess: () => notify(wallet.archived ? 'Wallet is back in the list' : 'Wallet archived') },
            )
          }
        >
          {wallet.archived ? 'Bring back' : 'Archive wallet'}
        </Button>
        {open > 0 && !wallet.archived && <span className={styles.help}>It has payments under way.</span>}
      </div>
      {edit.error && <FailureNote error={edit.error} />}
    </Section>
  );
}

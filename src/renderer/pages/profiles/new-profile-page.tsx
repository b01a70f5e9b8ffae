import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Network, Role, TreasurySigner } from '../../../shared/contract/index.ts';
import { asBridgeError, type BridgeError } from '../../bridge/bridge-error.ts';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Radios } from '../../components/controls/choices.tsx';
import { Select } from '../../components/controls/select.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Page } from '../../components/layout/page.tsx';
import { NETWORK_NAMES } from '../../lib/networks.ts';
import { SecretsCard, secretsReady } from '../welcome/secrets-card.tsx';
import { ConnectionFields, type ConnectionValues } from './connection-fields.tsx';
import { ConnectionTest } from './connection-test.tsx';

const NOTES: Record<Network, string> = {
  liquidv1: 'Real assets',
  liquidtestnet: 'AMP’s test environment',
  regtest: 'A node of your own',
  sandbox: 'Simulated on this machine',
};
const ORDER: readonly Network[] = ['liquidv1', 'liquidtestnet', 'regtest', 'sandbox'];

const EMPTY: ConnectionValues = {
  ampUrl: '',
  ampUsername: '',
  ampPassword: '',
  elementsUrl: '',
  elementsUsername: '',
  elementsPassword: '',
  elementsWallet: 'treasury',
};

const route = getRouteApi('/profiles/new');

/** A profile of either role. What a signer needs is its name and its network, which fits the first run of an offline machine. */
export function NewProfilePage(): ReactElement {
  const { role: asked = 'desk' } = route.useSearch();
  const [role, setRole] = useState<Role>(asked);
  const navigate = useNavigate();
  const secrets = useAsk('secrets.status', {});
  const create = useCommand('profiles.create');
  const open = useCommand('profiles.open');
  const test = useCommand('profiles.test');
  const [name, setName] = useState('');
  const [network, setNetwork] = useState<Network>('liquidtestnet');
  const [signer, setSigner] = useState<TreasurySigner>('keychain');
  const [connection, setConnection] = useState(EMPTY);
  const [problems, setProblems] = useState<FieldProblems>({});
  const [error, setError] = useState<BridgeError | null>(null);

  const isSigner = role === 'signer';
  const connects = !isSigner && network !== 'sandbox';
  const args = isSigner
    ? { name, network, role }
    : { name, network, role, signer, ...(connects ? { connection } : {}) };
  const submit = async (): Promise<void> => {
    const found = checkArgs('profiles.create', args);
    setProblems(found);
    setError(null);
    if (Object.keys(found).length > 0) return;
    try {
      const made = await create.mutateAsync(args);
      await open.mutateAsync({ id: made.id });
      await navigate({ to: '/overview' });
    } catch (reason) {
      setError(asBridgeError('profiles.create', reason));
    }
  };
  const tryConnections = (): void => {
    const { name: _name, ...found } = checkArgs('profiles.create', args);
    setProblems(found);
    if (Object.keys(found).length === 0) test.mutate({ network, connection });
  };

  // The sandbox keeps no secret unless this desk shall sign with a key of its own; a signer has at least its identity.
  const secretive = isSigner || connects || signer === 'keychain';
  const ready = secrets.data !== undefined && (!secretive || secretsReady(secrets.data));
  return (
    <Page
      narrow
      title="New profile"
      crumb={<Link to="/profiles">Profiles</Link>}
      sentence="One issuer on one network in one role, with its own database and keys."
    >
      {secrets.data && !ready && <SecretsCard secrets={secrets.data} />}
      <Form
        label="New profile"
        onSubmit={() => void submit()}
        error={error}
        actions={
          <>
            <Button
              type="submit"
              tone="primary"
              isDisabled={!ready}
              isPending={create.isPending || open.isPending}
            >
              Create profile
            </Button>
            {connects && (
              <Button onPress={tryConnections} isPending={test.isPending}>
                Test connections
              </Button>
            )}
          </>
        }
      >
        <Radios<Role>
          label="What this machine is"
          look="cards"
          value={role}
          onChange={setRole}
          options={[
            {
              key: 'desk',
              label: 'Desk',
              help: 'Has a network: knows holders, AMP and the node, prepares payments, broadcasts what is signed.',
            },
            {
              key: 'signer',
              label: 'Air-gapped signer',
              help: 'Has keys and no network: checks what a desk wants signed, and signs. For a machine that is never connected.',
            },
          ]}
        />
        <TextField
          label="Profile name"
          value={name}
          onChange={setName}
          error={problems['name']}
          help={
            isSigner
              ? 'What the people at the desk call it: “Vault room”. It goes on its card.'
              : 'For example the issuer’s name.'
          }
        />
        <Select
          label="Network"
          options={ORDER.map((key) => ({
            key,
            label: NETWORK_NAMES[key],
            note: isSigner && key === 'sandbox' ? 'For a desk in its Sandbox' : NOTES[key],
          }))}
          value={network}
          onChange={setNetwork}
          help={
            isSigner
              ? 'The network of the desks that it signs for. The signer itself connects to none.'
              : undefined
          }
        />
        {!isSigner && (
          <Radios<TreasurySigner>
            label="Who signs for the treasury"
            look="cards"
            value={signer}
            onChange={setSigner}
            options={[
              {
                key: 'keychain',
                label: 'A key of this desk',
                help: 'The node watches only; the key is in the secret store.',
              },
              {
                key: 'node',
                label: 'The node (hot wallet)',
                help: 'The node holds the keys and signs what the desk built.',
              },
            ]}
          />
        )}
        {connects && (
          <ConnectionFields level={2} values={connection} onChange={setConnection} problems={problems} />
        )}
        {connects && <ConnectionTest test={test} />}
      </Form>
    </Page>
  );
}

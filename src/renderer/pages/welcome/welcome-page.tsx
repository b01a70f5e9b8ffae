import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactElement } from 'react';
import { Bare } from '../../app/bare.tsx';
import { asBridgeError, type BridgeError } from '../../bridge/bridge-error.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Badge } from '../../components/values/verdict.tsx';
import styles from './welcome.module.css';

/** The first run: the sandbox, which needs nothing at all, or the real thing, which asks where its secrets go. */
export function WelcomePage(): ReactElement {
  useEffect(() => {
    document.title = 'Welcome · Sluice';
  }, []);
  return (
    <Bare title="Welcome to Sluice">
      <p>
        From here you pay the holders of your assets on the Liquid network, and AMP’s books and your treasury
        stay in agreement.
      </p>
      <div className={styles.choices}>
        <Sandbox />
        <section className={styles.choice} aria-label="Connect to AMP and Elements">
          <h2>Connect to AMP and Elements</h2>
          <p>Your issuer account at AMP and your own Elements node, on mainnet, testnet or regtest.</p>
          <Link to="/profiles/new" className={buttonClass()}>
            Connect
          </Link>
        </section>
        <section className={styles.choice} aria-label="Air-gapped signer">
          <h2>Air-gapped signer</h2>
          <p>
            For a machine without a network: it keeps the treasury’s key, checks what a desk prepared, and
            signs. Requests come by file or QR code.
          </p>
          <Link to="/profiles/new" search={{ role: 'signer' }} className={buttonClass()}>
            Set up a signer
          </Link>
        </section>
      </div>
    </Bare>
  );
}

function Sandbox(): ReactElement {
  const navigate = useNavigate();
  const create = useCommand('profiles.create');
  const open = useCommand('profiles.open');
  const [error, setError] = useState<BridgeError | null>(null);
  const start = async (): Promise<void> => {
    setError(null);
    try {
      const profile = await create.mutateAsync({ name: 'Sandbox', network: 'sandbox' });
      await open.mutateAsync({ id: profile.id });
      await navigate({ to: '/overview' });
    } catch (reason) {
      setError(asBridgeError('profiles.create', reason));
    }
  };
  return (
    <section className={styles.choice} aria-label="Sandbox">
      <h2>
        Sandbox <Badge of="good">Simulated</Badge>
      </h2>
      <p>
        A simulated chain, node and AMP on this machine, with an issuer, holders and history. Nothing there is
        worth money: try everything.
      </p>
      <Button tone="primary" isPending={create.isPending || open.isPending} onPress={() => void start()}>
        Open the sandbox
      </Button>
      {error && <FailureNote error={error} />}
    </section>
  );
}

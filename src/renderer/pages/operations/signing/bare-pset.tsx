import { useState, type ReactElement } from 'react';
import type { Operation } from '../../../../shared/contract/index.ts';
import { asBridgeError, type BridgeError } from '../../../bridge/bridge-error.ts';
import { call } from '../../../bridge/call.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { AnimatedQr } from '../../../components/carry/animated-qr.tsx';
import { Intake } from '../../../components/carry/intake.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { downloadBytes } from '../../../lib/files.ts';
import { openBatches, type Round, type RoundBatch } from '../../../lib/signatures.ts';
import styles from './signing.module.css';

interface BarePsetProps {
  operation: Operation;
  round: Round;
  /** Nothing goes out while a check stops it; signatures may come in. */
  mayGoOut: boolean;
}

/** PSETs for wallets that know nothing of bundles. Nobody vouches for what comes and goes this way. */
export function BarePset({ operation, round, mayGoOut }: BarePsetProps): ReactElement {
  const take = useCommand('signing.importPset');
  return (
    <section className={styles.panel} aria-label="Other wallets">
      <h3>Other wallets</h3>
      <Banner of="attention" title="Unauthenticated: check everything by hand.">
        A bare PSET carries no allocation, no names and no proof of where it comes from. Compare every address
        and amount on the other wallet with the review.
      </Banner>
      {mayGoOut && (
        <ul className={styles.psets} aria-label="PSETs out">
          {openBatches(round).map((batch) => (
            <PsetOut key={batch.batchId} batch={batch} />
          ))}
        </ul>
      )}
      <Intake
        invitation="Drop a signed PSET here (base64, binary), or pictures of its QR codes."
        action="Choose PSET or pictures"
        isPending={take.isPending}
        onWhole={({ content }) => take.mutate({ operationId: operation.id, content })}
      />
      {take.error && <FailureNote error={take.error} />}
      {take.data && <Banner of={take.data.added > 0 ? 'good' : 'attention'} title={take.data.sentence} />}
    </section>
  );
}

type Format = 'base64' | 'binary';

function PsetOut({ batch }: { batch: RoundBatch }): ReactElement {
  const { batchId, seq } = batch;
  const [codes, setCodes] = useState<string | undefined>(undefined);
  const [error, setError] = useState<BridgeError | null>(null);
  const fetched = async (format: Format, then: (file: { fileName: string; content: string }) => void) => {
    setError(null);
    try {
      then(await call('signing.exportPset', { batchId, format }));
    } catch (reason) {
      setError(asBridgeError('signing.exportPset', reason));
    }
  };
  return (
    <li>
      <div className={styles.acts}>
        <span>Batch {seq}</span>
        <Button size="small" icon="export" onPress={() => void fetched('binary', downloadBytes)}>
          {`Save binary PSET of batch ${seq}`}
        </Button>
        <Button size="small" icon="export" onPress={() => void fetched('base64', downloadBytes)}>
          {`Save base64 PSET of batch ${seq}`}
        </Button>
        <Button
          size="small"
          icon="qr"
          aria-expanded={codes !== undefined}
          onPress={() => {
            if (codes === undefined) void fetched('binary', ({ content }) => setCodes(content));
            else setCodes(undefined);
          }}
        >
          {`${codes === undefined ? 'Show' : 'Hide'} QR codes of batch ${seq}`}
        </Button>
      </div>
      {error && <FailureNote error={error} />}
      {codes !== undefined && (
        <AnimatedQr of={{ kind: 'pset', content: codes }} what={`bare PSET of batch ${seq}`} />
      )}
    </li>
  );
}

import { useState, type ReactElement } from 'react';
import { asBridgeError, type BridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';
import type { Result } from '../../../shared/contract/index.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import { Form } from '../../components/layout/form.tsx';
import { formatCount, grouped4 } from '../../lib/format.ts';
import styles from './signer.module.css';

type Finding = Result<'signer.findAddress'>;

/** Whether an address belongs to a treasury of this signer, as derived here and not as the desk says. */
export function CheckAddress({ isDisabled }: { isDisabled: boolean }): ReactElement {
  const [address, setAddress] = useState('');
  const [finding, setFinding] = useState<Finding | null>(null);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<BridgeError | null>(null);
  const find = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    setFinding(null);
    try {
      setFinding(await call('signer.findAddress', { address: address.replace(/\s/g, '') }));
    } catch (reason) {
      setError(asBridgeError('signer.findAddress', reason));
    } finally {
      setRunning(false);
    }
  };
  return (
    <>
      <Form
        label="Check an address"
        onSubmit={() => void find()}
        error={error}
        actions={
          <Button type="submit" isPending={running} isDisabled={isDisabled || address.trim() === ''}>
            Check address
          </Button>
        }
      >
        <TextField
          label="Address"
          lines="several"
          mono
          autoComplete="off"
          value={address}
          onChange={(text) => {
            setAddress(text);
            setFinding(null);
          }}
          help="As the desk shows it. Spaces do not matter."
        />
      </Form>
      {finding && (
        <div role="status">
          <Banner of={finding.found ? 'good' : 'wrong'} title={finding.message}>
            {finding.found && (
              <>
                {finding.found.treasury}, {finding.found.chain === 0 ? 'receive' : 'change'} address{' '}
                {formatCount(finding.found.index)}:
              </>
            )}
          </Banner>
          {finding.found && <code className={styles.long}>{grouped4(finding.found.address)}</code>}
        </div>
      )}
    </>
  );
}

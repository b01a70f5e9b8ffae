import type { ReactElement } from 'react';
import { useCommand } from '../../../bridge/hooks.ts';
import { useRunning } from '../../../bridge/running.ts';
import { QrCode } from '../../../components/carry/qr-code.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { JadeList } from '../../../components/jade/jade-list.tsx';
import { JadeLive } from '../../../components/jade/jade-live.tsx';
import { FailureNote } from '../../../components/layout/failure.tsx';
import { Banner } from '../../../components/layout/facts.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { copyText } from '../../../components/overlay/notices.ts';
import { formatCount, grouped4 } from '../../../lib/format.ts';
import styles from './arrangement.module.css';

interface ReceiveAddressProps {
  bySigner: boolean;
  byJade: boolean;
}

/** An address to fund the treasury with, which somebody besides this desk has confirmed. */
export function ReceiveAddress({ bySigner, byJade }: ReceiveAddressProps): ReactElement {
  const make = useCommand('arrangement.address');
  const verify = useCommand('arrangement.verifyOnJade');
  const [running] = useRunning('arrangement.verifyOnJade');
  const made = make.data;
  return (
    <Section
      title="Receive address"
      note="Before anything is sent to it, have it confirmed where the keys are: a desk that was tampered with could show another."
    >
      <div>
        <Button
          isPending={make.isPending}
          onPress={() => {
            verify.reset();
            make.mutate({});
          }}
        >
          {made ? 'Another receive address' : 'New receive address'}
        </Button>
      </div>
      {make.error && <FailureNote error={make.error} />}
      {made && (
        <div className={styles.address}>
          <QrCode text={made.address} label="QR code: receive address" />
          <div className={styles.addressText}>
            <code>{grouped4(made.address)}</code>
            <span className={styles.help}>Receive address {formatCount(made.index)} of the treasury.</span>
            <div>
              <Button
                size="small"
                tone="quiet"
                icon="copy"
                onPress={() => void copyText(made.address, 'address')}
              >
                Copy address
              </Button>
            </div>
            {bySigner && (
              <p className={styles.help}>
                On the signer, open Treasuries and check this address there: it derives it by itself.
              </p>
            )}
          </div>
        </div>
      )}
      {made && byJade && (
        <>
          {running ? (
            <JadeLive port={running.port} label="the Jade">
              Compare the address on the Jade’s screen, and confirm it there.
            </JadeLive>
          ) : (
            <JadeList
              act={({ port, label }) => (
                <div>
                  <Button onPress={() => verify.mutate({ port, address: made.address })}>
                    {`Show on ${label}`}
                  </Button>
                </div>
              )}
            />
          )}
          {verify.error && <FailureNote error={verify.error} />}
          {verify.data &&
            (verify.data.same ? (
              <Banner of="good" title="The Jade shows the same address." />
            ) : (
              <Banner of="wrong" title="The Jade shows another address. Do not use this one.">
                The Jade derived {grouped4(verify.data.address)}.
              </Banner>
            ))}
        </>
      )}
    </Section>
  );
}

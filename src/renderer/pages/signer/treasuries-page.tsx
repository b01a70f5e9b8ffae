import type { ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { ArrangementCard } from './arrangement-card.tsx';
import { CustodyWallets } from './custody-wallets.tsx';
import { CheckAddress } from './check-address.tsx';
import { OwnDescriptor } from './own-descriptor.tsx';
import { SendKeys } from './send-keys.tsx';
import styles from './signer.module.css';

/** The treasuries that this signer signs for, and what desks need to make one. */
export function TreasuriesPage(): ReactElement {
  const status = useAsk('signer.status', {});
  return (
    <Page
      title="Treasuries"
      sentence="What this signer signs for. Each was sent by a paired desk; compare its fingerprint with the desk’s screen."
    >
      <Answer of={status} lines={8}>
        {({ treasuries, key }) => (
          <>
            {treasuries.length === 0 ? (
              <Empty>
                No treasury yet. Send the keys to a desk; when it has made the treasury, it sends it here as a
                bundle.
              </Empty>
            ) : (
              <ul className={styles.cards} aria-label="Treasuries">
                {treasuries.map((each) => (
                  <li key={each.id}>
                    <ArrangementCard arrangement={each} own={key?.fingerprint ?? null} />
                  </li>
                ))}
              </ul>
            )}
            <CustodyWallets />
            <Section
              title="Check an address"
              note="Before money is sent to the treasury: whether the address that the desk shows is one of these treasuries, blinding key included."
            >
              <CheckAddress isDisabled={treasuries.length === 0} />
            </Section>
            <SendKeys hasKey={key !== null} />
            {key !== null && <OwnDescriptor />}
          </>
        )}
      </Answer>
    </Page>
  );
}

import type { ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { Section } from '../../components/layout/page.tsx';
import { Fingerprint } from '../../components/review/fingerprint.tsx';
import { Badge } from '../../components/values/verdict.tsx';
import { KIND_NAMES } from '../../lib/custody-words.ts';
import styles from './signer.module.css';

/** Custody wallets that this signer signs for, to be compared with the desk's screen. */
export function CustodyWallets(): ReactElement {
  const wallets = useAsk('signer.wallets', {});
  return (
    <Section
      title="Custody wallets"
      note="AMP0 accounts, AMP2 wallets and plain ones of paired desks. Compare each fingerprint with the wallet’s settings on the desk."
    >
      <Answer of={wallets} lines={4}>
        {({ wallets: list }) =>
          list.length === 0 ? (
            <Empty>
              No custody wallet yet. A desk sends one as a bundle, from the settings of the wallet.
            </Empty>
          ) : (
            <ul className={styles.cards} aria-label="Custody wallets">
              {list.map((wallet) => (
                <li key={wallet.id}>
                  <section className={styles.card} aria-label={wallet.name}>
                    <header>
                      <h3>
                        {wallet.name} <Badge>{KIND_NAMES[wallet.kind]}</Badge>
                      </h3>
                      <span>From {wallet.from}</span>
                    </header>
                    <Fingerprint
                      of={wallet.fingerprint}
                      label="Fingerprint of this wallet"
                      note="Over network and descriptor. The same on the desk."
                    />
                    <details>
                      <summary>Descriptor without its blinding key</summary>
                      <code className={styles.long}>{wallet.descriptor}</code>
                    </details>
                  </section>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}

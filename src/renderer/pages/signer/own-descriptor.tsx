import { useState, type ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { AnimatedQr } from '../../components/carry/animated-qr.tsx';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Banner } from '../../components/layout/facts.tsx';
import { Section } from '../../components/layout/page.tsx';
import { copyText } from '../../components/overlay/notices.ts';
import styles from './signer.module.css';

/** The treasury of this key alone, for a wallet that knows no bundles. */
export function OwnDescriptor(): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <Section
      title="Descriptor of this key alone"
      note="For other wallets, as text and as QR code: with key origin and blinding key, so that they can watch the treasury. They cannot spend from it."
    >
      <div>
        <Button aria-expanded={open} onPress={() => setOpen(!open)}>
          {open ? 'Hide descriptor' : 'Show descriptor'}
        </Button>
      </div>
      {open && <Shown />}
    </Section>
  );
}

function Shown(): ReactElement {
  const descriptor = useAsk('signer.descriptor', {});
  return (
    <Answer of={descriptor} lines={4}>
      {({ descriptor: text }) => (
        <>
          <Banner of="attention" title="Whoever has this sees every amount of the treasury." />
          <code className={styles.long}>{text}</code>
          <div>
            <Button icon="copy" tone="quiet" onPress={() => void copyText(text, 'descriptor')}>
              Copy descriptor
            </Button>
          </div>
          <AnimatedQr of={{ kind: 'text', text }} what="descriptor with blinding key" />
        </>
      )}
    </Answer>
  );
}

import { useState, type ReactElement } from 'react';
import type { CustodyWallet, Result } from '../../../../shared/contract/index.ts';
import { useSecretCommand } from '../../../bridge/secret-command.ts';
import { AnimatedQr } from '../../../components/carry/animated-qr.tsx';
import { Button } from '../../../components/controls/button.tsx';
import { ConfirmTyped } from '../../../components/overlay/confirm-typed.tsx';
import { copyText } from '../../../components/overlay/notices.ts';
import { download } from '../../../lib/files.ts';
import { counted } from '../../../lib/format.ts';
import { Dialog, DialogActions } from '../../../components/overlay/dialog.tsx';
import styles from '../custody.module.css';

/** The descriptor with its blinding key, after the person has read what it lets others see. */
export function WholeDescriptor({ wallet }: { wallet: CustodyWallet }): ReactElement {
  const ask = useSecretCommand('custody.descriptor');
  const [asking, setAsking] = useState(false);
  const [file, setFile] = useState<Result<'custody.descriptor'> | undefined>(undefined);
  return (
    <>
      <Button icon="export" onPress={() => setAsking(true)}>
        Whole descriptor
      </Button>
      <ConfirmTyped
        title="Show the whole descriptor?"
        effect={
          <>
            <p>
              Whoever has it sees every amount and asset of {wallet.name}, past and to come:{' '}
              <strong>{counted(wallet.balances.length, 'asset')}</strong> at present. That cannot be taken
              back.
            </p>
            <p>It cannot spend. It is needed to watch the wallet elsewhere and to recover it.</p>
          </>
        }
        word={wallet.name}
        action="Show whole descriptor"
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={() =>
          void ask.run({ id: wallet.id }).then((given) => {
            if (!given) return;
            setFile(given);
            setAsking(false);
          })
        }
        running={ask.isPending}
        error={ask.error}
      />
      <Dialog
        wide
        title={`Whole descriptor of ${wallet.name}`}
        isOpen={file !== undefined}
        onClose={() => setFile(undefined)}
      >
        {file && (
          <>
            <code className={styles.long}>{file.content.trim()}</code>
            <AnimatedQr of={{ kind: 'text', text: file.content.trim() }} what="whole descriptor" />
            <DialogActions>
              <Button icon="copy" onPress={() => void copyText(file.content.trim(), 'whole descriptor')}>
                Copy
              </Button>
              <Button icon="export" onPress={() => download(file)}>
                Save file
              </Button>
              <Button tone="primary" onPress={() => setFile(undefined)}>
                Close
              </Button>
            </DialogActions>
          </>
        )}
      </Dialog>
    </>
  );
}

import { useState, type ReactElement } from 'react';
import type { Args } from '../../../../shared/contract/index.ts';
import { useCommand } from '../../../bridge/hooks.ts';
import { notify } from '../../../components/overlay/notices.ts';
import styles from '../custody.module.css';

interface LabelCellProps {
  walletId: string;
  type: Args<'custody.label'>['type'];
  /** Transaction id, address, or `txid:vout`. */
  reference: string;
  label: string;
  /** What is named, for those who do not see the row: “transaction 4f21ab…”. */
  what: string;
}

/** A name that is changed where it stands: Enter keeps it, Esc does not. Empty takes it away. */
export function LabelCell({ walletId, type, reference, label, what }: LabelCellProps): ReactElement {
  const save = useCommand('custody.label');
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const keep = (): void => {
    if (typed === undefined) return;
    setTyped(undefined);
    if (typed.trim() === label) return;
    save.mutate(
      { id: walletId, type, ref: reference, label: typed },
      { onError: (error) => notify(`The label was not kept: ${error.message}`, 'wrong') },
    );
  };
  const shown = save.isPending ? save.variables.label : label;
  return (
    <span className={styles.label}>
      {typed === undefined ? (
        <button
          type="button"
          className={shown === '' ? styles.unnamed : undefined}
          aria-label={shown === '' ? `Add label to ${what}` : `Label of ${what}: ${shown}. Change it`}
          onClick={() => setTyped(label)}
        >
          {shown === '' ? 'Add label' : shown}
        </button>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <input
            aria-label={`Label of ${what}`}
            value={typed}
            maxLength={500}
            autoFocus
            onChange={(event) => setTyped(event.target.value)}
            onBlur={keep}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.stopPropagation();
              setTyped(undefined);
            }}
          />
        </form>
      )}
    </span>
  );
}

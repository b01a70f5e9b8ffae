import { useState, type ReactElement } from 'react';
import type { CustodyWallet } from '../../../../shared/contract/index.ts';
import { useWindowed } from '../../../bridge/windowed.ts';
import { Button } from '../../../components/controls/button.tsx';
import { Empty } from '../../../components/layout/empty.tsx';
import { Section } from '../../../components/layout/page.tsx';
import { DataTable } from '../../../components/table/data-table.tsx';
import { counted } from '../../../lib/format.ts';
import { coinColumns, coinKey } from '../coin-columns.tsx';
import styles from '../custody.module.css';

interface CoinChoiceProps {
  wallet: CustodyWallet;
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

/** Coins by hand instead of the desk's own choice. */
export function CoinChoice({ wallet, chosen, onChange }: CoinChoiceProps): ReactElement {
  const [open, setOpen] = useState(chosen.size > 0);
  return (
    <div className={styles.part}>
      <div className={styles.row}>
        <Button
          size="small"
          aria-expanded={open}
          onPress={() => {
            setOpen(!open);
            if (open) onChange(new Set());
          }}
        >
          {open ? 'Let the desk choose coins' : 'Choose coins'}
        </Button>
        {chosen.size > 0 && (
          <span className={styles.help} role="status">
            {counted(chosen.size, 'coin')} chosen; exactly these are spent.
          </span>
        )}
      </div>
      {open && <Coins wallet={wallet} chosen={chosen} onChange={onChange} />}
    </div>
  );
}

function Coins({ wallet, chosen, onChange }: CoinChoiceProps): ReactElement {
  const source = useWindowed('custody.coins', { id: wallet.id });
  return (
    <Section
      title="Coins to spend"
      level={3}
      note="Choose L-BTC for the fee as well. What is left over comes back as change."
    >
      <DataTable
        inside
        label="Coins to spend"
        columns={coinColumns(wallet.id)}
        source={source}
        rowKey={coinKey}
        selection={{
          keys: chosen,
          onChange,
          nameOf: (key) => `coin ${key.slice(0, 6)}…:${key.split(':')[1] ?? ''}`,
        }}
        empty={<Empty>This wallet holds no coin.</Empty>}
      />
    </Section>
  );
}

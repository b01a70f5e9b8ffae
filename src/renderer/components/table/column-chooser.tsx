import { useState, type ReactElement } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { buttonClass } from '../controls/button.tsx';
import { Checkbox } from '../controls/choices.tsx';
import { Icon } from '../icon.tsx';
import list from '../controls/list-box.module.css';
import type { Column } from './columns.ts';
import styles from './table.module.css';

interface ChosenColumns {
  hidden: ReadonlySet<string>;
  toggle: (id: string) => void;
}

/** Which columns of a table a person hides; remembered on this machine under the table's name. */
export function useColumns<T>(name: string, columns: readonly Column<T>[]): ChosenColumns {
  const key = `sluice.columns.${name}`;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => {
    const kept = localStorage.getItem(key);
    if (kept !== null) return new Set(kept.split(',').filter((id) => id !== ''));
    return new Set(columns.filter((column) => column.hidden).map((column) => column.id));
  });
  return {
    hidden,
    toggle: (id) => {
      const next = new Set(hidden);
      if (!next.delete(id)) next.add(id);
      localStorage.setItem(key, [...next].join(','));
      setHidden(next);
    },
  };
}

interface ColumnChooserProps<T> {
  columns: readonly Column<T>[];
  chosen: ChosenColumns;
}

export function ColumnChooser<T>({ columns, chosen }: ColumnChooserProps<T>): ReactElement {
  return (
    <DialogTrigger>
      <AriaButton className={buttonClass('quiet', 'small')}>
        <Icon name="columns" />
        Columns
      </AriaButton>
      <Popover className={list.popover ?? ''} placement="bottom end">
        <Dialog className={styles.chooser ?? ''} aria-label="Columns">
          {columns
            .filter((column) => column.fixed !== true)
            .map((column) => (
              <Checkbox
                key={column.id}
                isSelected={!chosen.hidden.has(column.id)}
                onChange={() => chosen.toggle(column.id)}
              >
                {column.header}
              </Checkbox>
            ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

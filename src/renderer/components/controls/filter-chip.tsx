import type { ReactElement } from 'react';
import { Button, ListBox, ListBoxItem, Popover, Select } from 'react-aria-components';
import { Icon } from '../icon.tsx';
import { classes } from '../../lib/text.ts';
import type { Option } from './select.tsx';
import styles from './filter.module.css';
import list from './list-box.module.css';

interface FilterChipProps<K extends string> {
  label: string;
  options: readonly Option<K>[];
  value: K | undefined;
  onChange: (key: K | undefined) => void;
}

/** A filter of a list: “Category” when unset, “Category: Accredited ×” when set. */
export function FilterChip<K extends string>(props: FilterChipProps<K>): ReactElement {
  const { label, options, value, onChange } = props;
  const chosen = options.find((option) => option.key === value);
  return (
    <Select
      className={classes(styles.chip, chosen !== undefined && styles.set)}
      aria-label={`Filter by ${label.toLowerCase()}`}
      value={value ?? null}
      onChange={(key) => onChange(options.find((option) => option.key === key)?.key)}
    >
      <Button>
        {chosen ? `${label}: ${chosen.label}` : label}
        {!chosen && <Icon name="down" size={12} />}
      </Button>
      {chosen && (
        <Button slot={null} aria-label={`Remove filter ${label}`} onPress={() => onChange(undefined)}>
          <Icon name="close" size={12} />
        </Button>
      )}
      <Popover className={list.popover ?? ''}>
        <ListBox className={list.list ?? ''} items={options.map((option) => ({ id: option.key, ...option }))}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={list.item ?? ''}>
              <span>{option.label}</span>
              {option.note && <span className={list.note}>{option.note}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}

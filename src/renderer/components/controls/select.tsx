import type { ReactElement, ReactNode } from 'react';
import {
  Button,
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Text,
} from 'react-aria-components';
import { Icon } from '../icon.tsx';
import field from './field.module.css';
import list from './list-box.module.css';

export interface Option<K extends string = string> {
  key: K;
  label: string;
  note?: string;
}

interface SelectProps<K extends string> {
  label: string;
  options: readonly Option<K>[];
  value: K | undefined;
  onChange: (key: K) => void;
  placeholder?: string;
  help?: ReactNode;
  error?: string | undefined;
}

export function Select<K extends string>(props: SelectProps<K>): ReactElement {
  const { label, options, value, onChange, placeholder = 'Choose', help, error } = props;
  return (
    <AriaSelect
      className={field.field ?? ''}
      value={value ?? null}
      placeholder={placeholder}
      isInvalid={error !== undefined}
      onChange={(key) => {
        const chosen = options.find((option) => option.key === key);
        if (chosen) onChange(chosen.key);
      }}
    >
      <Label className={field.label ?? ''}>{label}</Label>
      <Button className={field.select ?? ''}>
        <SelectValue>
          {({ isPlaceholder, selectedText, defaultChildren }) =>
            isPlaceholder ? defaultChildren : selectedText
          }
        </SelectValue>
        <Icon name="down" size={14} />
      </Button>
      {help !== undefined && (
        <Text slot="description" className={field.help ?? ''}>
          {help}
        </Text>
      )}
      <FieldError className={field.error ?? ''}>{error}</FieldError>
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
    </AriaSelect>
  );
}

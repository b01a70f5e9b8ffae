import { useState, type ReactElement } from 'react';
import {
  Button,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components';
import type { Holder } from '../../../shared/contract/index.ts';
import { useAsk } from '../../bridge/hooks.ts';
import { shortId } from '../../lib/format.ts';
import { Icon } from '../icon.tsx';
import field from './field.module.css';
import list from './list-box.module.css';

interface HolderPickerProps {
  label: string;
  onChange: (holder: Holder | undefined) => void;
  error?: string | undefined;
  help?: string;
}

const SHOWN = 30;

/** Finds a holder by name, number or GAID among however many there are. */
export function HolderPicker({ label, onChange, error, help }: HolderPickerProps): ReactElement {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Holder | undefined>(undefined);
  const search = chosen?.name === text ? '' : text.trim();
  const found = useAsk('holders.list', { search, offset: 0, limit: SHOWN }, { keep: true });
  const holders = found.data?.rows ?? [];
  return (
    <ComboBox
      className={field.field ?? ''}
      items={holders}
      inputValue={text}
      value={chosen?.id ?? null}
      isInvalid={error !== undefined}
      menuTrigger="focus"
      defaultFilter={() => true}
      onInputChange={(next) => {
        setText(next);
        if (chosen && next !== chosen.name) {
          setChosen(undefined);
          onChange(undefined);
        }
      }}
      onChange={(key) => {
        const holder = holders.find((each) => each.id === key);
        if (!holder) return;
        setChosen(holder);
        setText(holder.name);
        onChange(holder);
      }}
    >
      <Label className={field.label ?? ''}>{label}</Label>
      <div className={field.combo}>
        <Input className={field.input ?? ''} placeholder="Name, number or GAID" spellCheck={false} />
        <Button>
          <Icon name="down" size={14} />
        </Button>
      </div>
      {help !== undefined && (
        <Text slot="description" className={field.help ?? ''}>
          {help}
        </Text>
      )}
      <FieldError className={field.error ?? ''}>{error}</FieldError>
      <Popover className={list.popover ?? ''}>
        <ListBox<Holder>
          className={list.list ?? ''}
          renderEmptyState={() => <div className={list.none}>No holder found.</div>}
        >
          {(holder) => (
            <ListBoxItem id={holder.id} textValue={holder.name} className={list.item ?? ''}>
              <span>{holder.name}</span>
              <span className={list.note}>
                {holder.id} · {holder.gaid === null ? 'no GAID' : shortId(holder.gaid)}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

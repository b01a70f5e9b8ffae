import type { ReactElement, ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { Icon, type IconName } from '../icon.tsx';
import { buttonClass } from './button.tsx';
import list from './list-box.module.css';

export interface MenuEntry {
  key: string;
  label: string;
  note?: string;
  /** Begins a new group. */
  apart?: boolean;
  disabled?: boolean;
  run: () => void;
}

interface MenuButtonProps {
  label: string;
  entries: readonly MenuEntry[];
  icon?: IconName;
  children?: ReactNode;
  className?: string;
}

export function MenuButton({ label, entries, icon, children, className }: MenuButtonProps): ReactElement {
  return (
    <MenuTrigger>
      <Button
        className={className ?? buttonClass()}
        {...(children === undefined ? {} : { 'aria-label': label })}
      >
        {icon && <Icon name={icon} />}
        {children ?? label}
        <Icon name="down" size={14} />
      </Button>
      <Popover className={list.popover ?? ''} placement="bottom start">
        <Menu
          aria-label={label}
          className={list.list ?? ''}
          disabledKeys={entries.filter((entry) => entry.disabled).map((entry) => entry.key)}
          onAction={(key) => entries.find((entry) => entry.key === key)?.run()}
        >
          {entries.flatMap((entry) => [
            entry.apart ? <Separator key={`${entry.key}-line`} className={list.separator ?? ''} /> : null,
            <MenuItem key={entry.key} id={entry.key} textValue={entry.label} className={list.item ?? ''}>
              <span>{entry.label}</span>
              {entry.note && <span className={list.note}>{entry.note}</span>}
            </MenuItem>,
          ])}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

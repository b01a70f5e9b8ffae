import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import type { Profile, Role } from '../../shared/contract/index.ts';
import { asBridgeError, type BridgeError } from '../bridge/bridge-error.ts';
import { refresh } from '../bridge/refresh.ts';
import { Icon } from '../components/icon.tsx';
import { FailureNote } from '../components/layout/failure.tsx';
import list from '../components/controls/list-box.module.css';
import overlay from '../components/overlay/overlay.module.css';
import { classes } from '../lib/text.ts';
import { commandsFor, type Command } from './commands.ts';
import { useFound } from './found.ts';
import styles from './palette.module.css';

interface PaletteProps {
  isOpen: boolean;
  onClose: () => void;
  profile: Profile;
  profiles: readonly Profile[];
}

export function Palette(props: PaletteProps): ReactElement {
  const { isOpen, onClose } = props;
  return (
    <ModalOverlay
      className={overlay.veil ?? ''}
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={classes(overlay.box, overlay.wide)}>
        <Dialog className={styles.palette ?? ''} aria-label="Search and commands">
          <Body {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const PLACEHOLDER: Record<Role, string> = {
  desk: 'Search holders, assets, operations, or type a command',
  signer: 'Search requests, or type a command',
};

function Body({ onClose, profile, profiles }: PaletteProps): ReactElement {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [error, setError] = useState<BridgeError | null>(null);
  const [running, setRunning] = useState(false);
  const { contains } = useFilter({ sensitivity: 'base' });
  const commands = [...commandsFor(profile, profiles, navigate), ...useFound(text, profile.role, navigate)];

  const run = async (command: Command): Promise<void> => {
    setError(null);
    setRunning(true);
    try {
      await command.run();
      onClose();
      await refresh(client, 'everything');
    } catch (reason) {
      setError(asBridgeError(command.key, reason));
      setRunning(false);
    }
  };

  return (
    <Autocomplete inputValue={text} onInputChange={setText} filter={contains}>
      <SearchField className={styles.field ?? ''} aria-label="Search and commands" autoFocus>
        <Icon name="search" />
        <Input placeholder={PLACEHOLDER[profile.role]} spellCheck={false} />
      </SearchField>
      {error && (
        <div className={styles.error}>
          <FailureNote error={error} />
        </div>
      )}
      <Menu
        aria-label="Commands"
        className={styles.list ?? ''}
        onAction={(key) => {
          const command = commands.find((each) => each.key === key);
          if (command && !running) void run(command);
        }}
        renderEmptyState={() => <div className={list.none}>Nothing found for “{text}”.</div>}
      >
        {(['Found', 'Do', 'Go to'] as const).map((group) => {
          const inside = commands.filter((command) => command.group === group);
          if (inside.length === 0) return null;
          return (
            <MenuSection key={group} id={group}>
              <Header className={list.section ?? ''}>{group}</Header>
              {inside.map((command) => (
                <MenuItem
                  key={command.key}
                  id={command.key}
                  textValue={`${command.label} ${command.also ?? ''}`}
                  className={list.item ?? ''}
                >
                  <span>{command.label}</span>
                  {command.note && <span className={list.note}>{command.note}</span>}
                </MenuItem>
              ))}
            </MenuSection>
          );
        })}
      </Menu>
    </Autocomplete>
  );
}

import type { ReactElement } from 'react';
import type { Role } from '../../shared/contract/index.ts';
import { Dialog } from '../components/overlay/dialog.tsx';
import { Facts } from '../components/layout/facts.tsx';
import { keysOf } from './keyboard.ts';

interface HelpProps {
  role: Role;
  isOpen: boolean;
  onClose: () => void;
}

export function Help({ role, isOpen, onClose }: HelpProps): ReactElement {
  return (
    <Dialog title="Keys" isOpen={isOpen} onClose={onClose}>
      <Facts
        facts={keysOf(role).map(([keys, meaning]) => [
          meaning,
          <kbd key={keys} className="mono">
            {keys}
          </kbd>,
        ])}
      />
    </Dialog>
  );
}

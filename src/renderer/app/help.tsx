import type { ReactElement } from 'react';
import { Dialog } from '../components/overlay/dialog.tsx';
import { Facts } from '../components/layout/facts.tsx';
import { KEYS } from './keyboard.ts';

export function Help({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactElement {
  return (
    <Dialog title="Keys" isOpen={isOpen} onClose={onClose}>
      <Facts
        facts={KEYS.map(([keys, meaning]) => [
          meaning,
          <kbd key={keys} className="mono">
            {keys}
          </kbd>,
        ])}
      />
    </Dialog>
  );
}

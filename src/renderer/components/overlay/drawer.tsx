import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { classes } from '../../lib/text.ts';
import { IconButton } from '../controls/button.tsx';
import styles from './overlay.module.css';

interface DrawerProps {
  title: ReactNode;
  note?: ReactNode;
  onClose: () => void;
  wide?: boolean;
  children: ReactNode;
}

/** What is open beside a list. It has its own address, so opening and closing it is navigation. */
export function Drawer({ title, note, onClose, wide = false, children }: DrawerProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  const headingId = useId();
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside
      className={classes(styles.drawer, wide && styles.drawerWide)}
      aria-labelledby={headingId}
      data-drawer=""
    >
      <header className={styles.drawerHead}>
        <div>
          <h2 ref={heading} id={headingId} tabIndex={-1}>
            {title}
          </h2>
          {note !== undefined && <p>{note}</p>}
        </div>
        <IconButton icon="close" label="Close" onPress={onClose} data-drawer-close="" />
      </header>
      <div className={styles.drawerBody}>{children}</div>
    </aside>
  );
}

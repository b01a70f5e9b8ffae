import { useEffect, type ReactElement, type ReactNode } from 'react';
import { classes } from '../../lib/text.ts';
import styles from './layout.module.css';

interface PageProps {
  title: string;
  /** Where this page belongs, as a link back. */
  crumb?: ReactNode;
  badge?: ReactNode;
  sentence?: ReactNode;
  actions?: ReactNode;
  drawer?: ReactNode;
  /** Text pages are easier to read when they are not as wide as the window. */
  narrow?: boolean;
  children: ReactNode;
}

export function Page(props: PageProps): ReactElement {
  const { title, crumb, badge, sentence, actions, drawer, narrow = false, children } = props;
  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);
  return (
    <div className={styles.page}>
      <div className={classes(styles.body, narrow && styles.narrow)}>
        <header className={styles.head}>
          <div className={styles.headText}>
            {crumb && <div className={styles.crumb}>{crumb}</div>}
            <h1>
              {title} {badge}
            </h1>
            {sentence !== undefined && <div className={styles.sentence}>{sentence}</div>}
          </div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </header>
        {children}
      </div>
      {drawer}
    </div>
  );
}

export function Toolbar({ children, end }: { children?: ReactNode; end?: ReactNode }): ReactElement {
  return (
    <div className={styles.toolbar}>
      {children}
      {end && <div className={styles.toolbarEnd}>{end}</div>}
    </div>
  );
}

/** How many a list shows, said to those who cannot see it change. */
export function Count({ children }: { children: ReactNode }): ReactElement {
  return (
    <span className={styles.count} role="status">
      {children}
    </span>
  );
}

interface SectionProps {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  level?: 2 | 3;
}

export function Section({ title, note, actions, children, level = 2 }: SectionProps): ReactElement {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <Heading>{title}</Heading>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {note !== undefined && <p className={styles.sectionNote}>{note}</p>}
      {children}
    </section>
  );
}

import { useSyncExternalStore, type ReactElement } from 'react';
import { noticeStore } from './notices.ts';
import styles from './overlay.module.css';

export function NoticeLayer(): ReactElement {
  const notices = useSyncExternalStore(noticeStore.subscribe, noticeStore.current);
  return (
    <div className={styles.notices} role="status" aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} className={styles.notice}>
          {notice.text}
        </div>
      ))}
    </div>
  );
}

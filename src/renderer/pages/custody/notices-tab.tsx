import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Notice } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Count, Toolbar } from '../../components/layout/page.tsx';
import { TimeText } from '../../components/values/time-text.tsx';
import { Verdict } from '../../components/values/verdict.tsx';
import { counted } from '../../lib/format.ts';
import styles from './custody.module.css';

const SHOWN = 100;

/** What happened in the wallets, newest first. */
export function NoticesTab({ unread }: { unread: number }): ReactElement {
  const notices = useAsk('custody.notices', { offset: 0, limit: SHOWN }, { every: 20_000 });
  const read = useCommand('custody.readNotices');
  return (
    <>
      <Toolbar>
        <Button
          size="small"
          icon="check"
          isDisabled={unread === 0}
          isPending={read.isPending}
          onPress={() => read.mutate({})}
        >
          Mark all as read
        </Button>
        <Count>{notices.data && counted(notices.data.total, 'notice')}</Count>
      </Toolbar>
      {read.error && <FailureNote error={read.error} />}
      <Answer of={notices}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <Empty>Nothing has happened yet. What arrives, is confirmed or fails is told here.</Empty>
          ) : (
            <>
              <ul className={styles.notices} aria-label="Notices">
                {rows.map((notice) => (
                  <NoticeLine key={notice.id} notice={notice} />
                ))}
              </ul>
              {total > rows.length && (
                <p className={styles.help}>{`The newest ${rows.length} of ${counted(total, 'notice')}.`}</p>
              )}
            </>
          )
        }
      </Answer>
    </>
  );
}

function NoticeLine({ notice }: { notice: Notice }): ReactElement {
  const { verdict, text, at, read, walletId, spendId, txid } = notice;
  return (
    <li data-unread={!read}>
      <TimeText at={at} focusable />
      <Verdict of={verdict}>
        {text}
        {!read && <span className="visually-hidden"> (not read yet)</span>}
      </Verdict>
      {spendId !== null ? (
        <Link to="/custody/spends/$spendId" params={{ spendId }} aria-label={`Open payment: ${text}`}>
          Open payment
        </Link>
      ) : (
        <Link
          to="/custody/$walletId"
          params={{ walletId }}
          search={txid === null ? {} : { tab: 'history', tx: txid }}
          aria-label={`Open wallet: ${text}`}
        >
          Open wallet
        </Link>
      )}
    </li>
  );
}

import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { BridgeError } from '../bridge/bridge-error.ts';
import { buttonClass } from '../components/controls/button.tsx';
import { Empty } from '../components/layout/empty.tsx';
import { Failure } from '../components/layout/failure.tsx';
import { Page } from '../components/layout/page.tsx';

export function NotFound(): ReactElement {
  return (
    <Page title="No such page">
      <Empty
        action={
          <Link to="/overview" className={buttonClass()}>
            Go to overview
          </Link>
        }
      >
        This address leads nowhere in this profile.
      </Empty>
    </Page>
  );
}

/** What is shown when drawing a page failed: a fault of ours, with what is needed to report it. */
export function Broken({ error, reset }: ErrorComponentProps): ReactElement {
  const shown = new BridgeError(
    'page',
    'INTERNAL',
    'This page could not be drawn.',
    `Nothing was sent or changed. Try again; if it stays, report this: ${error instanceof Error ? error.message : String(error)}`,
  );
  return (
    <Page title="Page failed">
      <Failure error={shown} onRetry={reset} />
    </Page>
  );
}

import type { ReactElement } from 'react';
import type { BridgeError } from '../../bridge/bridge-error.ts';
import { Button } from '../controls/button.tsx';
import { Banner } from '../layout/facts.tsx';

interface GapNoteProps {
  error: BridgeError;
  running: boolean;
  onAccept: () => void;
}

/** A bundle arrived although one before it did not: a person may know why, and then it is taken in. */
export function GapNote({ error, running, onAccept }: GapNoteProps): ReactElement {
  return (
    <div role="alert">
      <Banner
        of="attention"
        title={error.message}
        actions={
          <Button isPending={running} onPress={onAccept}>
            Take it in anyway
          </Button>
        }
      >
        {error.next} Bundles are numbered, so that none can be held back or sent twice unnoticed. If one was
        made and never carried over, take this one in: the missing one is refused from then on, and the audit
        trail says so.
      </Banner>
    </div>
  );
}

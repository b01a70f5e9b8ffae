import type { ReactElement, ReactNode } from 'react';
import { useCommand } from '../../bridge/hooks.ts';
import { useJadeSentence } from '../../bridge/jade-sentences.ts';
import { Button } from '../controls/button.tsx';
import { FailureNote } from '../layout/failure.tsx';
import { Banner } from '../layout/facts.tsx';

interface JadeLiveProps {
  port: string;
  label: string;
  /** What is said before the Jade says something itself. */
  children: ReactNode;
}

/** What a Jade is at, live. Nobody has to stay for it, and its port can be taken back at any time. */
export function JadeLive({ port, label, children }: JadeLiveProps): ReactElement {
  const sentence = useJadeSentence(port);
  const release = useCommand('jade.release');
  return (
    <>
      <div role="status" aria-live="polite">
        <Banner
          of="waiting"
          title={sentence ?? `Talking to ${label}.`}
          actions={
            <Button size="small" isPending={release.isPending} onPress={() => release.mutate({ port })}>
              Stop waiting
            </Button>
          }
        >
          {children}
        </Banner>
      </div>
      {release.error && <FailureNote error={release.error} />}
    </>
  );
}

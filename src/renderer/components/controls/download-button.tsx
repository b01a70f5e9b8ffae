import { useState, type ReactElement } from 'react';
import type { Args, Result } from '../../../shared/contract/index.ts';
import { asBridgeError, type BridgeError } from '../../bridge/bridge-error.ts';
import { call } from '../../bridge/call.ts';
import type { QueryName } from '../../bridge/hooks.ts';
import { download } from '../../lib/files.ts';
import { FailureNote } from '../layout/failure.tsx';
import { Button, type ButtonTone } from './button.tsx';

/** Queries of the contract whose answer is a file. */
type FileName = {
  [N in QueryName]: Result<N> extends { fileName: string; content: string } ? N : never;
}[QueryName];

interface DownloadButtonProps<N extends FileName> {
  name: N;
  args: Args<N>;
  children: string;
  tone?: ButtonTone;
  size?: 'normal' | 'small';
}

export function DownloadButton<N extends FileName>(props: DownloadButtonProps<N>): ReactElement {
  const { name, args, children, tone = 'plain', size = 'normal' } = props;
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<BridgeError | null>(null);
  const fetchFile = async (): Promise<void> => {
    setRunning(true);
    setError(null);
    try {
      download(await call(name, args));
    } catch (reason) {
      setError(asBridgeError(name, reason));
    } finally {
      setRunning(false);
    }
  };
  return (
    <>
      <Button
        tone={tone}
        size={size}
        isPending={running}
        onPress={() => void fetchFile()}
        {...(tone === 'link' ? {} : { icon: 'export' as const })}
      >
        {children}
      </Button>
      {error && <FailureNote error={error} />}
    </>
  );
}

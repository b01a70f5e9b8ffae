import type { ReactElement } from 'react';
import { FileTrigger } from 'react-aria-components';
import { Button } from '../../../components/controls/button.tsx';

interface ImportLabelsProps {
  isPending: boolean;
  /** The text of the chosen file. */
  onContent: (content: string) => void;
}

/** Labels from a BIP 329 file (JSON lines), as other wallets export them. */
export function ImportLabels({ isPending, onContent }: ImportLabelsProps): ReactElement {
  return (
    <FileTrigger
      acceptedFileTypes={['.jsonl', '.json', '.txt', 'application/jsonl', 'text/plain']}
      onSelect={(files) => {
        const file = files?.[0];
        if (file) void file.text().then(onContent);
      }}
    >
      <Button size="small" icon="import" isPending={isPending}>
        Import labels
      </Button>
    </FileTrigger>
  );
}

import type { ReactElement } from 'react';
import { DropZone, FileTrigger, isFileDropItem, Text } from 'react-aria-components';
import { Button } from './button.tsx';
import styles from './file-drop.module.css';

interface FileDropProps {
  /** “Choose CSV file” */
  action: string;
  hint: string;
  types: readonly string[];
  onFile: (file: File) => void;
  isPending?: boolean;
}

/** A place to drop one file on, with a button for those who choose it. */
export function FileDrop({ action, hint, types, onFile, isPending = false }: FileDropProps): ReactElement {
  return (
    <DropZone
      className={styles.drop ?? ''}
      onDrop={(event) => {
        const item = event.items.find(isFileDropItem);
        if (item) void item.getFile().then(onFile);
      }}
    >
      <Text slot="label">{hint}</Text>
      <FileTrigger
        acceptedFileTypes={[...types]}
        onSelect={(files) => {
          const file = files?.[0];
          if (file) onFile(file);
        }}
      >
        <Button icon="import" isPending={isPending}>
          {action}
        </Button>
      </FileTrigger>
    </DropZone>
  );
}

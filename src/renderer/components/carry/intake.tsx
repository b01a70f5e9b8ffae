import { useEffect, useRef, useState, type ReactElement } from 'react';
import { DropZone, FileTrigger, isFileDropItem, Text } from 'react-aria-components';
import { asBase64 } from '../../lib/files.ts';
import { counted } from '../../lib/format.ts';
import { Button } from '../controls/button.tsx';
import { FailureNote } from '../layout/failure.tsx';
import { Banner } from '../layout/facts.tsx';
import drop from '../controls/file-drop.module.css';
import { Camera } from './camera.tsx';
import { readPicture } from './read-picture.ts';
import { ReadingProgress } from './reading-progress.tsx';
import type { WholeReading } from './reader.ts';
import { useReading } from './use-reading.ts';
import { codesOf, kindOfFile } from './what-file.ts';
import styles from './carry.module.css';

interface IntakeProps {
  /** What may be dropped: “Drop a bundle here, or pictures of its QR codes.” */
  invitation: string;
  /** “Choose file or pictures” */
  action: string;
  /** A whole thing was read: from codes with its kind; a file that is neither picture nor PSET counts as a bundle. */
  onWhole: (whole: WholeReading) => void;
  isPending?: boolean;
}

/** Where things come in across the air gap: dropped, chosen, pasted, or held before the camera. */
export function Intake({ invitation, action, onWhole, isPending = false }: IntakeProps): ReactElement {
  const [camera, setCamera] = useState(false);
  const [unreadable, setUnreadable] = useState(0);
  const reading = useReading((whole) => {
    setCamera(false);
    onWhole(whole);
  });

  const takeFiles = async (files: readonly File[]): Promise<void> => {
    let missed = 0;
    setUnreadable(0);
    for (const file of files) {
      const kind = kindOfFile(file.type, new Uint8Array(await file.slice(0, 512).arrayBuffer()));
      if (kind === 'picture') {
        const text = await readPicture(file);
        if (text === null) missed += 1;
        // The pictures that are left show more of what is whole already.
        else if (await reading.feed([text])) break;
      } else if (kind === 'codes') await reading.feed(codesOf(await file.text()));
      else onWhole({ kind, content: await asBase64(file) });
    }
    setUnreadable(missed);
  };
  usePastedFiles((files) => void takeFiles(files));

  return (
    <>
      <DropZone
        className={drop.drop ?? ''}
        onDrop={(event) => {
          void Promise.all(event.items.filter(isFileDropItem).map((item) => item.getFile())).then(takeFiles);
        }}
      >
        <Text slot="label">{invitation}</Text>
        <div className={styles.ways}>
          <FileTrigger
            allowsMultiple
            onSelect={(files) => {
              if (files) void takeFiles([...files]);
            }}
          >
            <Button icon="import" isPending={isPending}>
              {action}
            </Button>
          </FileTrigger>
          <Button icon="camera" aria-expanded={camera} onPress={() => setCamera(!camera)}>
            {camera ? 'Stop camera' : 'Use camera'}
          </Button>
        </div>
      </DropZone>
      {camera && <Camera onText={(text) => void reading.feed([text])} />}
      <ReadingProgress progress={reading.progress} onRestart={reading.restart} />
      {reading.error && <FailureNote error={reading.error} />}
      {unreadable > 0 && (
        <div role="alert">
          <Banner of="attention" title={`No QR code could be read in ${counted(unreadable, 'picture')}.`}>
            Take it closer, straight, and with the white border of the code.
          </Banner>
        </div>
      )}
    </>
  );
}

/** Pictures from the clipboard, wherever on the page they are pasted; text goes into the field that has the focus. */
function usePastedFiles(onFiles: (files: readonly File[]) => void): void {
  const take = useRef(onFiles);
  useEffect(() => {
    take.current = onFiles;
  });
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      take.current(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}

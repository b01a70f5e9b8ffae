import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useCommand } from '../../bridge/hooks.ts';
import { DownloadButton } from '../../components/controls/download-button.tsx';
import { FileDrop } from '../../components/controls/file-drop.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Page } from '../../components/layout/page.tsx';
import { asBase64 } from '../../lib/files.ts';

export function ImportHoldersPage(): ReactElement {
  const navigate = useNavigate();
  const preview = useCommand('holders.importPreview');
  const read = async (file: File): Promise<void> => {
    preview.mutate(
      { fileName: file.name, content: await asBase64(file) },
      { onSuccess: ({ id }) => void navigate({ to: '/imports/$importId', params: { importId: id } }) },
    );
  };
  return (
    <Page
      narrow
      title="Import holders"
      crumb={<Link to="/holders">Holders</Link>}
      sentence="A CSV file with one holder in each row. Nothing is sent to AMP before you have seen every row checked."
      actions={
        <DownloadButton name="holders.importTemplate" args={{}}>
          Download template
        </DownloadButton>
      }
    >
      <FileDrop
        action="Choose CSV file"
        hint="Drop a CSV file here, or choose one."
        types={['text/csv', '.csv', 'text/plain', '.txt']}
        onFile={(file) => void read(file)}
        isPending={preview.isPending}
      />
      {preview.error && <FailureNote error={preview.error} />}
    </Page>
  );
}

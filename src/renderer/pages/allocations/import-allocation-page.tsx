import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useCommand } from '../../bridge/hooks.ts';
import { AssetSelect } from '../../components/controls/asset-select.tsx';
import { DownloadButton } from '../../components/controls/download-button.tsx';
import { FileDrop } from '../../components/controls/file-drop.tsx';
import { Empty } from '../../components/layout/empty.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Page, Section } from '../../components/layout/page.tsx';
import { asBase64 } from '../../lib/files.ts';
import { useAssets } from '../../lib/use-asset.ts';

const route = getRouteApi('/allocations/import');

export function ImportAllocationPage(): ReactElement {
  const { asset: named } = route.useSearch();
  const navigate = useNavigate();
  const { all } = useAssets();
  const preview = useCommand('allocations.importPreview');
  const asset = named ?? (all.length === 1 ? all[0]?.assetUuid : undefined);

  const read = async (file: File): Promise<void> => {
    if (asset === undefined) return;
    preview.mutate(
      { assetUuid: asset, fileName: file.name, content: await asBase64(file) },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: '/imports/$importId', params: { importId: id }, search: { asset } }),
      },
    );
  };

  return (
    <Page
      narrow
      title="Import allocation"
      crumb={<Link to="/allocations">Allocations</Link>}
      sentence="A CSV file with a holder (name, number or GAID), an amount and a note in each row. Nothing is kept before you have seen every row checked."
      actions={
        <DownloadButton name="allocations.importTemplate" args={{}}>
          Download template
        </DownloadButton>
      }
    >
      <Section title="1. Asset to pay">
        <div>
          <AssetSelect
            value={asset}
            onChange={(uuid) =>
              void navigate({ to: '/allocations/import', search: { asset: uuid }, replace: true })
            }
            help="Amounts in the file are read with the decimals of this asset."
          />
        </div>
      </Section>
      <Section title="2. File">
        {asset === undefined ? (
          <Empty>Choose the asset first: the amounts in the file are checked against its decimals.</Empty>
        ) : (
          <FileDrop
            action="Choose CSV file"
            hint="Drop a CSV file here, or choose one."
            types={['text/csv', '.csv', 'text/plain', '.txt']}
            onFile={(file) => void read(file)}
            isPending={preview.isPending}
          />
        )}
        {preview.error && <FailureNote error={preview.error} />}
      </Section>
    </Page>
  );
}

import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { AssetSelect } from '../../components/controls/asset-select.tsx';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';

export function NewAllocation({ onClose }: { onClose: () => void }): ReactElement {
  const navigate = useNavigate();
  const create = useCommand('allocations.create');
  const [name, setName] = useState('');
  const [assetUuid, setAssetUuid] = useState<string | undefined>(undefined);
  const [problems, setProblems] = useState<FieldProblems>({});

  const submit = (): void => {
    const args = { name, assetUuid: assetUuid ?? '' };
    const found = checkArgs('allocations.create', args);
    const shown = { ...found, ...(assetUuid === undefined ? { assetUuid: 'Choose an asset.' } : {}) };
    setProblems(shown);
    if (Object.keys(shown).length > 0) return;
    create.mutate(args, {
      onSuccess: ({ id }) =>
        void navigate({ to: '/allocations/$allocationId', params: { allocationId: id } }),
    });
  };

  return (
    <Drawer title="New allocation" note="Starts empty; rows are added by hand." onClose={onClose}>
      <Form
        label="New allocation"
        onSubmit={submit}
        error={create.error}
        actions={
          <Button type="submit" tone="primary" isPending={create.isPending}>
            Create allocation
          </Button>
        }
      >
        <TextField label="Name" value={name} onChange={setName} error={problems['name']} autoFocus />
        <AssetSelect value={assetUuid} onChange={setAssetUuid} error={problems['assetUuid']} />
      </Form>
    </Drawer>
  );
}

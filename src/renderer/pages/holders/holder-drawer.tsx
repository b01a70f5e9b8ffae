import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { localSource } from '../../bridge/windowed.ts';
import { Button } from '../../components/controls/button.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Section } from '../../components/layout/page.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { notify } from '../../components/overlay/notices.ts';
import type { Column } from '../../components/table/columns.ts';
import { DataTable } from '../../components/table/data-table.tsx';
import { AmountText } from '../../components/values/amount-text.tsx';
import { useAssets } from '../../lib/use-asset.ts';
import { HolderCategories } from './holder-categories.tsx';
import { HolderGaids } from './holder-gaids.tsx';

export type HolderDetail = Result<'holders.get'>;

export function HolderDrawer({ id, onClose }: { id: number; onClose: () => void }): ReactElement {
  const holder = useAsk('holders.get', { id });
  return (
    <Drawer
      title={holder.data?.name ?? `Holder ${id}`}
      note={holder.data && `${holder.data.isCompany ? 'Company' : 'Person'}, number ${id} at AMP`}
      onClose={onClose}
    >
      <Answer of={holder} lines={8}>
        {(shown) => (
          <>
            <Balances holder={shown} />
            <HolderGaids holder={shown} />
            <HolderCategories holder={shown} />
            <Rename holder={shown} />
            <Remove holder={shown} onRemoved={onClose} />
          </>
        )}
      </Answer>
    </Drawer>
  );
}

type Balance = HolderDetail['balances'][number];

function Balances({ holder }: { holder: HolderDetail }): ReactElement {
  const { byUuid } = useAssets();
  const figure = (id: 'balance' | 'assigned' | 'distributed', header: string): Column<Balance> => ({
    id,
    header,
    width: 'minmax(6.5rem, 1fr)',
    align: 'end',
    cell: (each) => <AmountText value={each[id]} precision={byUuid(each.assetUuid)?.precision ?? 0} />,
  });
  const columns: readonly Column<Balance>[] = [
    {
      id: 'asset',
      header: 'Asset',
      width: 'minmax(6rem, 1fr)',
      cell: (each) => (
        <Link to="/assets" search={{ asset: each.assetUuid }} data-row-link="">
          {byUuid(each.assetUuid)?.ticker ?? byUuid(each.assetUuid)?.name ?? 'Asset'}
        </Link>
      ),
    },
    figure('balance', 'Balance'),
    figure('assigned', 'Assigned'),
    figure('distributed', 'Distributed'),
  ];
  return (
    <Section title="Balances" level={3} note="By AMP’s books.">
      <DataTable
        inside
        label="Balances"
        columns={columns}
        source={localSource(holder.balances)}
        rowKey={(each) => each.assetUuid}
        empty="Holds nothing and has never been paid."
      />
    </Section>
  );
}

function Rename({ holder }: { holder: HolderDetail }): ReactElement {
  const [name, setName] = useState(holder.name);
  const edit = useCommand('holders.edit');
  const changed = name.trim() !== holder.name;
  return (
    <Section title="Name" level={3}>
      <Form
        label="Rename holder"
        onSubmit={() => {
          if (!changed || name.trim() === '') return;
          edit.mutate({ id: holder.id, name }, { onSuccess: () => notify('Name saved') });
        }}
        error={edit.error}
        actions={
          <Button type="submit" isDisabled={!changed} isPending={edit.isPending}>
            Save name
          </Button>
        }
      >
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          error={name.trim() === '' ? 'Fill this in.' : undefined}
        />
      </Form>
    </Section>
  );
}

function Remove({ holder, onRemoved }: { holder: HolderDetail; onRemoved: () => void }): ReactElement {
  const [asking, setAsking] = useState(false);
  const remove = useCommand('holders.remove');
  return (
    <Section
      title="Remove"
      level={3}
      note="Takes the holder off AMP’s register. Possible only for one who holds nothing."
    >
      <div>
        <Button onPress={() => setAsking(true)}>Remove holder</Button>
      </div>
      {remove.error && !asking && <FailureNote error={remove.error} />}
      <ConfirmTyped
        title="Remove this holder?"
        effect={
          <p>
            <strong>{holder.name}</strong> (number {holder.id}) is removed from AMP and can no longer be paid.
            This cannot be undone; registering again gives another number.
          </p>
        }
        word={holder.name}
        action="Remove holder"
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={(confirm) =>
          remove.mutate(
            { id: holder.id, confirm },
            {
              onSuccess: () => {
                notify(`Removed ${holder.name}`);
                onRemoved();
              },
            },
          )
        }
        running={remove.isPending}
        error={remove.error}
      />
    </Section>
  );
}

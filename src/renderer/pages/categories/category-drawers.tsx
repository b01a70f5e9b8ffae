import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button, buttonClass } from '../../components/controls/button.tsx';
import { HolderPicker } from '../../components/controls/holder-picker.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Section } from '../../components/layout/page.tsx';
import { ConfirmTyped } from '../../components/overlay/confirm-typed.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { counted } from '../../lib/format.ts';
import { useAssets } from '../../lib/use-asset.ts';
import type { Holder } from '../../../shared/contract/index.ts';
import type { Category } from './categories-page.tsx';

export function AddCategory({ onClose }: { onClose: () => void }): ReactElement {
  const navigate = useNavigate();
  const add = useCommand('categories.add');
  return (
    <Drawer title="Add category" note="Made at AMP at once." onClose={onClose}>
      <CategoryForm
        label="Add category"
        action="Add category"
        initial={{ name: '', description: '' }}
        check={(fields) => checkArgs('categories.add', fields)}
        onSubmit={(fields) =>
          add.mutate(fields, {
            onSuccess: ({ id, name }) => {
              notify(`Added ${name}`);
              void navigate({
                from: '/categories',
                to: '/categories',
                search: (before) => ({ ...before, add: undefined, category: id }),
              });
            },
          })
        }
        running={add.isPending}
        error={add.error}
      />
    </Drawer>
  );
}

interface Fields {
  name: string;
  description: string;
}

interface CategoryFormProps {
  label: string;
  action: string;
  initial: Fields;
  check: (fields: Fields) => FieldProblems;
  onSubmit: (fields: Fields) => void;
  running: boolean;
  error: ReturnType<typeof useCommand<'categories.add'>>['error'];
}

function CategoryForm(props: CategoryFormProps): ReactElement {
  const { label, action, initial, check, onSubmit, running, error } = props;
  const [fields, setFields] = useState(initial);
  const [problems, setProblems] = useState<FieldProblems>({});
  return (
    <Form
      label={label}
      onSubmit={() => {
        const found = check(fields);
        setProblems(found);
        if (Object.keys(found).length === 0) onSubmit(fields);
      }}
      error={error}
      actions={
        <Button type="submit" tone="primary" isPending={running}>
          {action}
        </Button>
      }
    >
      <TextField
        label="Name"
        value={fields.name}
        onChange={(name) => setFields({ ...fields, name })}
        error={problems['name']}
      />
      <TextField
        label="Description"
        lines="several"
        value={fields.description}
        onChange={(description) => setFields({ ...fields, description })}
        error={problems['description']}
      />
    </Form>
  );
}

export function CategoryDrawer({
  category,
  onClose,
}: {
  category: Category;
  onClose: () => void;
}): ReactElement {
  const edit = useCommand('categories.edit');
  return (
    <Drawer title={category.name} note={counted(category.holders, 'holder')} onClose={onClose}>
      <Section title="Members" level={3}>
        <div>
          <Link to="/holders" search={{ category: category.id }} className={buttonClass()}>
            {`Show ${counted(category.holders, 'holder')}`}
          </Link>
        </div>
        <AddMember category={category} />
      </Section>
      <RequiredBy category={category} />
      <Section title="Name and description" level={3}>
        <CategoryForm
          label="Edit category"
          action="Save category"
          initial={{ name: category.name, description: category.description }}
          check={(fields) => checkArgs('categories.edit', { id: category.id, ...fields })}
          onSubmit={(fields) =>
            edit.mutate({ id: category.id, ...fields }, { onSuccess: () => notify('Category saved') })
          }
          running={edit.isPending}
          error={edit.error}
        />
      </Section>
      <RemoveCategory category={category} onRemoved={onClose} />
    </Drawer>
  );
}

function AddMember({ category }: { category: Category }): ReactElement {
  const [holder, setHolder] = useState<Holder | undefined>(undefined);
  const [round, setRound] = useState(0);
  const set = useCommand('categories.setMembers');
  return (
    <Form
      label="Add member"
      onSubmit={() => {
        if (!holder) return;
        set.mutate(
          { id: category.id, add: [holder.id], remove: [] },
          {
            onSuccess: () => {
              notify(`Added ${holder.name} to ${category.name}`);
              setHolder(undefined);
              setRound(round + 1);
            },
          },
        );
      }}
      error={set.error}
      actions={
        <Button type="submit" isDisabled={!holder} isPending={set.isPending}>
          Add member
        </Button>
      }
    >
      <HolderPicker
        key={round}
        label="Holder"
        onChange={setHolder}
        help="Several at once: select them in the list of holders."
      />
    </Form>
  );
}

function RequiredBy({ category }: { category: Category }): ReactElement {
  const { byUuid } = useAssets();
  return (
    <Section title="Required by" level={3}>
      {category.assets.length === 0 ? (
        <p>No asset requires this category.</p>
      ) : (
        <ul>
          {category.assets.map((uuid) => (
            <li key={uuid}>
              <Link to="/assets" search={{ asset: uuid, tab: 'requirements' }}>
                {byUuid(uuid)?.name ?? uuid}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function RemoveCategory({
  category,
  onRemoved,
}: {
  category: Category;
  onRemoved: () => void;
}): ReactElement {
  const [asking, setAsking] = useState(false);
  const remove = useCommand('categories.remove');
  return (
    <Section title="Remove" level={3}>
      <div>
        <Button onPress={() => setAsking(true)}>Remove category</Button>
      </div>
      {remove.error && !asking && <FailureNote error={remove.error} />}
      <ConfirmTyped
        title="Remove this category?"
        effect={
          <p>
            <strong>{category.name}</strong> is deleted at AMP.{' '}
            {counted(category.holders, 'holder is', 'holders are')} in it
            {category.assets.length > 0 &&
              ` and ${counted(category.assets.length, 'asset requires', 'assets require')} it`}
            . This cannot be undone.
          </p>
        }
        word={category.name}
        action="Remove category"
        isOpen={asking}
        onClose={() => setAsking(false)}
        onConfirm={(confirm) =>
          remove.mutate(
            { id: category.id, confirm },
            {
              onSuccess: () => {
                notify(`Removed ${category.name}`);
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

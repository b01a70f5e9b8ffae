import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { checkArgs, type FieldProblems } from '../../bridge/check-args.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { Button } from '../../components/controls/button.tsx';
import { Checkbox } from '../../components/controls/choices.tsx';
import { TextField } from '../../components/controls/text-field.tsx';
import { Form } from '../../components/layout/form.tsx';
import { Drawer } from '../../components/overlay/drawer.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { GaidField } from './gaid-field.tsx';

export function AddHolder({ onClose }: { onClose: () => void }): ReactElement {
  const navigate = useNavigate();
  const add = useCommand('holders.add');
  const [name, setName] = useState('');
  const [gaid, setGaid] = useState('');
  const [isCompany, setIsCompany] = useState(false);
  const [problems, setProblems] = useState<FieldProblems>({});

  const args = { name, isCompany, ...(gaid.trim() === '' ? {} : { gaid: gaid.trim() }) };
  const check = (field: string): void => {
    const found = checkArgs('holders.add', args)[field];
    const { [field]: _before, ...rest } = problems;
    setProblems(found === undefined ? rest : { ...rest, [field]: found });
  };
  const submit = (): void => {
    const found = checkArgs('holders.add', args);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    add.mutate(args, {
      onSuccess: (holder) => {
        notify(`Added ${holder.name}`);
        void navigate({
          from: '/holders',
          to: '/holders',
          search: (before) => ({ ...before, add: undefined, holder: holder.id }),
        });
      },
    });
  };

  return (
    <Drawer title="Add holder" note="Registered at AMP at once." onClose={onClose}>
      <Form
        label="Add holder"
        onSubmit={submit}
        error={add.error}
        actions={
          <Button type="submit" tone="primary" isPending={add.isPending}>
            Add holder
          </Button>
        }
      >
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          onBlur={() => name !== '' && check('name')}
          error={problems['name']}
          autoFocus
        />
        <GaidField optional value={gaid} onChange={setGaid} error={problems['gaid']} />
        <Checkbox isSelected={isCompany} onChange={setIsCompany}>
          Company
        </Checkbox>
      </Form>
    </Drawer>
  );
}

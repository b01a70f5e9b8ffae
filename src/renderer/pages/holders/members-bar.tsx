import type { ReactElement } from 'react';
import type { Result } from '../../../shared/contract/index.ts';
import { useCommand } from '../../bridge/hooks.ts';
import { buttonClass } from '../../components/controls/button.tsx';
import { MenuButton } from '../../components/controls/menu-button.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { notify } from '../../components/overlay/notices.ts';
import { BulkBar } from '../../components/table/bulk-bar.tsx';
import { counted } from '../../lib/format.ts';

type Category = Result<'categories.list'>['categories'][number];

interface MembersBarProps {
  holders: readonly number[];
  categories: readonly Category[];
  onDone: () => void;
}

/** Puts the selected holders into a category, or takes them out, in one command. */
export function MembersBar({ holders, categories, onDone }: MembersBarProps): ReactElement {
  const set = useCommand('categories.setMembers');
  const count = counted(holders.length, 'holder');
  const change = (category: Category, how: 'add' | 'remove'): void =>
    set.mutate(
      {
        id: category.id,
        add: how === 'add' ? [...holders] : [],
        remove: how === 'remove' ? [...holders] : [],
      },
      {
        onSuccess: () => {
          notify(
            how === 'add' ? `Added ${count} to ${category.name}` : `Removed ${count} from ${category.name}`,
          );
          onDone();
        },
      },
    );
  const entries = (how: 'add' | 'remove') =>
    categories.map((category) => ({
      key: String(category.id),
      label: category.name,
      run: () => change(category, how),
    }));
  return (
    <BulkBar count={`${count} selected`} onClear={onDone}>
      <MenuButton
        label={`Add ${count} to category`}
        entries={entries('add')}
        className={buttonClass('plain', 'small')}
      />
      <MenuButton
        label={`Remove ${count} from category`}
        entries={entries('remove')}
        className={buttonClass('plain', 'small')}
      />
      {set.error && <FailureNote error={set.error} />}
    </BulkBar>
  );
}

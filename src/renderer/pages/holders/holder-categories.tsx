import type { ReactElement } from 'react';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Checkbox } from '../../components/controls/choices.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Section } from '../../components/layout/page.tsx';
import type { HolderDetail } from './holder-drawer.tsx';
import styles from './holders.module.css';

/** Membership, changed at AMP with each tick. */
export function HolderCategories({ holder }: { holder: HolderDetail }): ReactElement {
  const categories = useAsk('categories.list', {});
  const set = useCommand('categories.setMembers');
  return (
    <Section title="Categories" level={3}>
      <Answer of={categories} lines={2}>
        {(shown) =>
          shown.categories.length === 0 ? (
            <p>No categories exist yet.</p>
          ) : (
            <ul className={styles.list} aria-label="Categories">
              {shown.categories.map((category) => (
                <li key={category.id}>
                  <Checkbox
                    isSelected={holder.categories.some((each) => each.id === category.id)}
                    isDisabled={set.isPending}
                    onChange={(on) =>
                      set.mutate({
                        id: category.id,
                        add: on ? [holder.id] : [],
                        remove: on ? [] : [holder.id],
                      })
                    }
                  >
                    {category.name}
                  </Checkbox>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      {set.error && <FailureNote error={set.error} />}
    </Section>
  );
}

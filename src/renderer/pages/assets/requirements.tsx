import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useAsk, useCommand } from '../../bridge/hooks.ts';
import { Checkbox } from '../../components/controls/choices.tsx';
import { Answer } from '../../components/layout/answer.tsx';
import { FailureNote } from '../../components/layout/failure.tsx';
import { Section } from '../../components/layout/page.tsx';
import { counted } from '../../lib/format.ts';
import type { AssetDetail } from './asset-drawer.tsx';
import styles from '../holders/holders.module.css';

/** Which categories a holder must be in, all of them, to receive the asset. */
export function Requirements({ asset }: { asset: AssetDetail }): ReactElement {
  const categories = useAsk('categories.list', {});
  const set = useCommand('assets.setRequirement');
  return (
    <Section
      title="Requirements"
      level={3}
      note="A holder must be in every ticked category to receive this asset. A change counts at AMP at once."
    >
      <Answer of={categories} lines={3}>
        {(shown) => (
          <ul className={styles.list} aria-label="Requirements">
            {shown.categories.map((category) => (
              <li key={category.id}>
                <Checkbox
                  isSelected={asset.requirements.includes(category.id)}
                  isDisabled={set.isPending}
                  onChange={(required) =>
                    set.mutate({ assetUuid: asset.assetUuid, category: category.id, required })
                  }
                >
                  {category.name}
                </Checkbox>
                <Link to="/holders" search={{ category: category.id }}>
                  {counted(category.holders, 'holder')}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {set.error && <FailureNote error={set.error} />}
    </Section>
  );
}

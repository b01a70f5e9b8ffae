import type { ReactElement } from 'react';
import type { DistributionPlan } from '../../../shared/contract/index.ts';
import { Select } from '../../components/controls/select.tsx';

const AS_SET = 'settings';
const SIZES = ['5', '10', '25', '40'] as const;
type Size = (typeof SIZES)[number];

interface BatchSizeProps {
  /** Most recipients of a batch in this plan; undefined as Settings say. */
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}

/** Whether somebody has to confirm each recipient by hand, so that smaller batches are worth their fee. */
export function byHand(plan: Pick<DistributionPlan, 'checks'>): boolean {
  return plan.checks.some(({ code }) => code === 'by-hand');
}

/** Smaller batches for a Jade, which asks for every recipient. */
export function BatchSize({ value, onChange }: BatchSizeProps): ReactElement {
  const written = value === undefined ? AS_SET : String(value);
  const sizes: readonly string[] = SIZES;
  return (
    <Select<string>
      label="Recipients per batch"
      options={[
        { key: AS_SET, label: 'As in Settings' },
        ...(written === AS_SET || sizes.includes(written)
          ? []
          : [{ key: written, label: `At most ${written}` }]),
        ...SIZES.map((size: Size) => ({ key: size, label: `At most ${size}` })),
      ]}
      value={written}
      onChange={(key) => onChange(key === AS_SET ? undefined : Number(key))}
      help="A Jade asks for every recipient of a batch in one go. Smaller batches are easier to read; each has its own fee."
    />
  );
}

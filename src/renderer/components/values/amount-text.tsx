import { createContext, use, type ReactElement } from 'react';
import type { Amount } from '../../../shared/money.ts';
import { formatAmount, formatCount, formatDifference } from '../../lib/format.ts';
import styles from './values.module.css';

/** Whether amounts are written in base units everywhere (the `b` key). */
export const BaseUnits = createContext(false);

interface AmountTextProps {
  value: Amount;
  precision: number;
  ticker?: string | null | undefined;
  /** Write the sign of a positive figure too. */
  signed?: boolean;
  /** In a table the row takes the focus; elsewhere the figure can be focused to see base units. */
  focusable?: boolean;
}

export function AmountText(props: AmountTextProps): ReactElement {
  const { value, precision, ticker, signed = false, focusable = false } = props;
  const baseUnits = use(BaseUnits);
  const figure = baseUnits
    ? formatCount(value)
    : signed
      ? formatDifference(value, precision)
      : formatAmount(value, precision);
  const tip = baseUnits ? formatAmount(value, precision) : `${formatCount(value)} base units`;
  return (
    <span className="figures" data-tip={tip} tabIndex={focusable ? 0 : undefined}>
      {figure}
      {ticker && (
        <>
          {' '}
          <span className={styles.ticker}>{ticker}</span>
        </>
      )}
    </span>
  );
}

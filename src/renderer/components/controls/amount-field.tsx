import { useState, type ReactElement } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import type { Amount } from '../../../shared/money.ts';
import { readAmount, signsOf } from '../../lib/amount-input.ts';
import { formatAmount, formatCount } from '../../lib/format.ts';
import { classes } from '../../lib/text.ts';
import styles from './field.module.css';

interface AmountFieldProps {
  label: string;
  precision: number;
  ticker: string | null;
  /** The amount at the beginning; the field keeps what is typed. */
  initial?: Amount | undefined;
  /** The amount that is meant, or undefined while the text means none. */
  onChange: (value: Amount | undefined) => void;
  error?: string | undefined;
  help?: string;
}

/** Takes a figure as the person writes it and shows which base units it means. */
export function AmountField(props: AmountFieldProps): ReactElement {
  const { label, precision, ticker, initial, onChange, error, help } = props;
  const [text, setText] = useState(() => (initial === undefined ? '' : formatAmount(initial, precision)));
  const [left, setLeft] = useState(false);
  const reading = readAmount(text, precision, signsOf(undefined));
  const refusal = reading.kind === 'refused' && left ? reading.message : undefined;
  const shown = refusal ?? error;
  return (
    <TextField
      className={styles.field ?? ''}
      value={text}
      inputMode="decimal"
      isInvalid={shown !== undefined}
      onChange={(next) => {
        setText(next);
        const read = readAmount(next, precision, signsOf(undefined));
        onChange(read.kind === 'amount' ? read.value : undefined);
      }}
      onBlur={() => {
        setLeft(true);
        if (reading.kind === 'amount') setText(formatAmount(reading.value, precision));
      }}
    >
      <Label className={styles.label ?? ''}>{label}</Label>
      <span className={styles.withUnit}>
        <Input className={classes(styles.input, styles.figure)} autoComplete="off" spellCheck={false} />
        <span className={styles.unit} aria-hidden="true">
          {ticker ?? 'units'}
        </span>
      </span>
      <Text slot="description" className={styles.help ?? ''}>
        {reading.kind === 'amount'
          ? `= ${formatCount(reading.value)} base units`
          : (help ?? 'Shown in base units as you type.')}
      </Text>
      <FieldError className={styles.error ?? ''}>{shown}</FieldError>
    </TextField>
  );
}

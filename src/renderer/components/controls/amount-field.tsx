import { useState, type ReactElement } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import type { Amount } from '../../../shared/money.ts';
import { readAmount, readBitcoin, signsOf, type AmountReading } from '../../lib/amount-input.ts';
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
  /** L-BTC, which may also be written as satoshi. */
  bitcoin?: boolean;
}

/** Takes a figure as the person writes it and shows which base units it means. */
export function AmountField(props: AmountFieldProps): ReactElement {
  const { label, precision, ticker, initial, onChange, error, help, bitcoin = false } = props;
  const read = (typed: string): AmountReading =>
    bitcoin ? readBitcoin(typed, signsOf(undefined)) : readAmount(typed, precision, signsOf(undefined));
  const [text, setText] = useState(() => (initial === undefined ? '' : formatAmount(initial, precision)));
  const [left, setLeft] = useState(false);
  const reading = read(text);
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
        const typed = read(next);
        onChange(typed.kind === 'amount' ? typed.value : undefined);
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
          ? `= ${formatCount(reading.value)} ${bitcoin ? 'sat' : 'base units'}`
          : (help ?? (bitcoin ? 'In L-BTC, or as satoshi: 5000 sat.' : 'Shown in base units as you type.'))}
      </Text>
      <FieldError className={styles.error ?? ''}>{shown}</FieldError>
    </TextField>
  );
}

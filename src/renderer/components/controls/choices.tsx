import type { ReactElement, ReactNode } from 'react';
import {
  Checkbox as AriaCheckbox,
  Label,
  Radio,
  RadioGroup,
  type CheckboxProps as AriaCheckboxProps,
} from 'react-aria-components';
import { Icon } from '../icon.tsx';
import { classes } from '../../lib/text.ts';
import styles from './field.module.css';

interface CheckboxProps extends Omit<AriaCheckboxProps, 'className' | 'style' | 'children'> {
  children?: ReactNode;
  help?: string;
}

export function Checkbox({ children, help, ...rest }: CheckboxProps): ReactElement {
  return (
    <AriaCheckbox {...rest} className={styles.choice ?? ''}>
      <span className={styles.box}>
        <Icon name="check" size={12} />
      </span>
      {children !== undefined && (
        <span>
          {children}
          {help && <span className={styles.choiceHelp}>{help}</span>}
        </span>
      )}
    </AriaCheckbox>
  );
}

interface RadiosProps<K extends string> {
  label: string;
  options: readonly { key: K; label: string; help?: string }[];
  value: K | undefined;
  onChange: (key: K) => void;
  look?: 'list' | 'cards';
  isDisabled?: boolean;
}

export function Radios<K extends string>(props: RadiosProps<K>): ReactElement {
  const { label, options, value, onChange, look = 'list', isDisabled = false } = props;
  return (
    <RadioGroup
      className={classes(styles.field, look === 'cards' && styles.cards)}
      value={value ?? null}
      isDisabled={isDisabled}
      onChange={(key) => {
        const chosen = options.find((option) => option.key === key);
        if (chosen) onChange(chosen.key);
      }}
    >
      <Label className={styles.label ?? ''}>{label}</Label>
      <div className={styles.options}>
        {options.map((option) => (
          <Radio key={option.key} value={option.key} className={styles.choice ?? ''}>
            <span className={classes(styles.box, styles.round)}>
              <Icon name="check" size={10} />
            </span>
            <span>
              {option.label}
              {option.help && <span className={styles.choiceHelp}>{option.help}</span>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

import type { ReactElement, ReactNode } from 'react';
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components';
import { classes } from '../../lib/text.ts';
import styles from './field.module.css';

interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  label: string;
  help?: ReactNode;
  /** What is wrong, in words; shown under the field. */
  error?: string | undefined;
  placeholder?: string;
  lines?: 'one' | 'several';
  mono?: boolean;
}

export function TextField(props: TextFieldProps): ReactElement {
  const { label, help, error, placeholder, lines = 'one', mono = false, ...rest } = props;
  const input = classes(styles.input, mono && styles.mono);
  return (
    <AriaTextField {...rest} className={styles.field ?? ''} isInvalid={error !== undefined}>
      <Label className={styles.label ?? ''}>{label}</Label>
      {lines === 'one' ? (
        <Input className={input} placeholder={placeholder ?? ''} spellCheck={false} />
      ) : (
        <TextArea className={input} placeholder={placeholder ?? ''} />
      )}
      {help !== undefined && (
        <Text slot="description" className={styles.help ?? ''}>
          {help}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}

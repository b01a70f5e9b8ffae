import type { ReactElement, ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { Icon, type IconName } from '../icon.tsx';
import { classes } from '../../lib/text.ts';
import styles from './button.module.css';

export type ButtonTone = 'plain' | 'primary' | 'danger' | 'quiet' | 'link';

interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  tone?: ButtonTone;
  size?: 'normal' | 'small';
  icon?: IconName;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

/** The classes of a button, for links that look like one. */
export function buttonClass(tone: ButtonTone = 'plain', size: 'normal' | 'small' = 'normal'): string {
  return classes(styles.button, tone !== 'plain' && styles[tone], size === 'small' && styles.small);
}

export function Button({
  tone = 'plain',
  size = 'normal',
  icon,
  children,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <AriaButton {...rest} className={buttonClass(tone, size)}>
      {icon && <Icon name={icon} />}
      {children}
    </AriaButton>
  );
}

interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children' | 'aria-label'> {
  icon: IconName;
  label: string;
  size?: 'normal' | 'small';
  ref?: Ref<HTMLButtonElement>;
}

/** A button whose word is only heard; the tip shows it on focus and hover. */
export function IconButton({ icon, label, size = 'normal', ...rest }: IconButtonProps): ReactElement {
  return (
    <span data-tip={label}>
      <AriaButton {...rest} aria-label={label} className={classes(buttonClass('quiet', size), styles.icon)}>
        <Icon name={icon} />
      </AriaButton>
    </span>
  );
}

import { useEffect, useState, type ReactElement } from 'react';
import { Button, Input, SearchField as AriaSearchField } from 'react-aria-components';
import { Icon } from '../icon.tsx';
import { buttonClass } from './button.tsx';
import { classes } from '../../lib/text.ts';
import styles from './field.module.css';

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** The search of a page is reached with `/`. */
  main?: boolean;
}

const PAUSE = 180;

/** Tells of a change when typing pauses, so that an address is not written for every letter. */
export function SearchField({ label, value, onChange, main = false }: SearchFieldProps): ReactElement {
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== told) {
    setTold(value);
    setText(value);
  }
  useEffect(() => {
    if (text === told) return undefined;
    const timer = setTimeout(() => {
      setTold(text);
      onChange(text);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text, told, onChange]);
  return (
    <AriaSearchField
      className={styles.search ?? ''}
      aria-label={label}
      value={text}
      onChange={setText}
      {...(main ? { 'data-main-search': '' } : {})}
    >
      <Icon name="search" />
      <Input className={styles.input ?? ''} placeholder={label} spellCheck={false} />
      <Button aria-label="Clear search" className={classes(buttonClass('quiet', 'small'), styles.clear)}>
        <Icon name="close" size={12} />
      </Button>
    </AriaSearchField>
  );
}

import type { ReactElement } from 'react';
import { useAsk } from '../../bridge/hooks.ts';
import { TextField } from '../../components/controls/text-field.tsx';

interface GaidFieldProps {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  optional?: boolean;
}

const LOOKS_WHOLE = /^GA[1-9A-HJ-NP-Za-km-z]{20,40}$/;

/** Asks AMP about a GAID as soon as it looks whole. */
export function GaidField({ value, onChange, error, optional = false }: GaidFieldProps): ReactElement {
  const gaid = value.trim();
  const check = useAsk('holders.validateGaid', { gaid }, { enabled: LOOKS_WHOLE.test(gaid) });
  const refused =
    check.data?.valid === false ? (check.data.reason ?? 'AMP does not know this GAID.') : undefined;
  const help = (): string => {
    if (check.isFetching) return 'Asking AMP…';
    if (check.data?.valid === true && LOOKS_WHOLE.test(gaid)) return 'AMP knows this GAID.';
    if (check.isError) return `Could not ask AMP: ${check.error.message}`;
    return optional
      ? 'Can be added later. Without it nothing can be paid to this holder.'
      : 'Begins with GA.';
  };
  return (
    <TextField
      label={optional ? 'GAID (optional)' : 'GAID'}
      mono
      value={value}
      onChange={onChange}
      error={error ?? refused}
      help={help()}
    />
  );
}

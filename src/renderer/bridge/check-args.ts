import type { z } from 'zod';
import { contract, type CallName } from '../../shared/contract/index.ts';

/** What is wrong with arguments, in words, by the path of the field: `connection.ampUrl`. */
export type FieldProblems = Readonly<Record<string, string>>;

/**
 * Checks what a person filled in with the schema that the desk itself will use, before it is sent. The first problem of
 * each field counts.
 */
export function checkArgs(name: CallName, args: unknown): FieldProblems {
  const checked = (contract[name].args as z.ZodType).safeEncode(args);
  if (checked.success) return {};
  const problems: Record<string, string> = {};
  for (const issue of checked.error.issues) problems[issue.path.join('.')] ??= words(issue);
  return problems;
}

function words(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin !== 'string') return `At least ${issue.minimum}.`;
      return Number(issue.minimum) <= 1 ? 'Fill this in.' : `At least ${issue.minimum} characters.`;
    case 'too_big':
      return issue.origin === 'string' ? `At most ${issue.maximum} characters.` : `At most ${issue.maximum}.`;
    case 'invalid_type':
      return 'Fill this in.';
    case 'invalid_format':
      if (issue.format === 'url') return 'Write the whole address, beginning with http:// or https://.';
      return issue.message.startsWith('Invalid')
        ? 'This is not written as expected.'
        : sentence(issue.message);
    default:
      return sentence(issue.message);
  }
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

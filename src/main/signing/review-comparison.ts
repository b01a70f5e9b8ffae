import type { Review } from '../../shared/contract/index.ts';
import { amount, formatGrouped } from '../../shared/money.ts';
import type { SignRequest } from './payloads.ts';
import type { Known } from './review-types.ts';

/** How this request differs from the last one of the same asset. A holder is known by GAID, without one by address. */
export function comparisonWithLast(request: SignRequest, last: Known['last']): Review['comparison'] {
  if (last === null) return null;
  const name = ({ gaid, address }: { gaid: string | null; address: string }) => gaid ?? address;
  const before = new Set(last.recipients.map(name));
  const now = new Set(request.allocation.map(name));
  const newHolders = [...now].filter((holder) => !before.has(holder)).length;
  const missingHolders = [...before].filter((holder) => !now.has(holder)).length;
  const total = request.allocation.reduce((sum, row) => sum + row.amount, 0n);
  const difference = total - last.total;
  const shown = formatGrouped(difference < 0n ? -difference : difference, request.asset.precision);
  const unit = request.asset.ticker ?? request.asset.name;
  const payees = request.kind === 'send' ? 'recipients' : 'holders';
  const howMuch =
    difference === 0n
      ? 'The same total as last time'
      : `${shown} ${unit} ${difference > 0n ? 'more' : 'less'} than last time`;
  return {
    text: `${howMuch}; ${payees} new to it: ${newHolders}, paid then and not now: ${missingHolders}.`,
    previousAt: last.at,
    previousTotal: amount(last.total),
    previousRecipients: last.recipients.length,
    newHolders,
    missingHolders,
  };
}

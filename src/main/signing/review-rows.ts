import type { Args, ReviewRow } from '../../shared/contract/index.ts';

type Query = Omit<Args<'signer.recipients'>, 'id'>;

/** A page of reviewed recipients: largest first unless told, searched by holder, GAID and address. */
export function pageOfRows(
  rows: readonly ReviewRow[],
  { search, sort, offset, limit }: Query,
): { rows: ReviewRow[]; total: number } {
  const wanted = (search ?? '').normalize('NFKC').trim().toLowerCase();
  const found = wanted === '' ? [...rows] : rows.filter((row) => textOf(row).includes(wanted));
  const by = sort ?? { by: 'amount', direction: 'desc' };
  const compare = ORDER[by.by];
  const sign = by.direction === 'asc' ? 1 : -1;
  found.sort((one, other) => sign * compare(one, other) || one.position - other.position);
  return { rows: found.slice(offset, offset + limit), total: found.length };
}

const ORDER: Record<'amount' | 'holder' | 'position', (one: ReviewRow, other: ReviewRow) => number> = {
  amount: (one, other) => (one.amount < other.amount ? -1 : one.amount > other.amount ? 1 : 0),
  holder: (one, other) => one.holder.localeCompare(other.holder),
  position: (one, other) => one.position - other.position,
};

function textOf({ holder, gaid, address }: ReviewRow): string {
  return `${holder}\n${gaid ?? ''}\n${address}`.normalize('NFKC').toLowerCase();
}

import { z } from 'zod';
import { chainAnswerInvalid } from './errors.ts';
import type { ChainAnswer } from './types.ts';

const ADDRESS = /^\/address\/[A-Za-z0-9]+\/txs$/;

/** Confirmed transactions that servers put on one page: Esplora’s 25, and what others have made of it. */
const PAGE_SIZES: ReadonlySet<number> = new Set([10, 25, 50]);
/** More than any custody address will ever have; a server that pages for ever is ended by it. */
const MOST_PAGES = 2000;

const entries = z.array(
  z.object({
    txid: z.string().regex(/^[0-9a-f]{64}$/),
    status: z.object({
      confirmed: z.boolean().optional(),
      block_height: z.number().int().nullish(),
      block_hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullish(),
    }),
  }),
);
type Entries = z.output<typeof entries>;

/**
 * The history of an address, whole. Esplora gives 25 confirmed transactions at a time and LWK reads the first page only
 * (https://github.com/Blockstream/esplora/blob/master/API.md#addresses), so an address with more would lose its oldest.
 *
 * @param more asks for another path of the same server
 */
export async function wholeHistory(
  path: string,
  first: ChainAnswer,
  where: string,
  more: (path: string) => Promise<ChainAnswer>,
): Promise<ChainAnswer> {
  if (!ADDRESS.test(path) || first.status !== 200) return first;
  const all = read(first, where);
  let page = confirmed(all);
  for (let pages = 0; PAGE_SIZES.has(page.length); pages += 1) {
    if (pages > MOST_PAGES)
      throw chainAnswerInvalid(`${where} sends one page of a history after the other, without end.`);
    const answer = await more(`${path}/chain/${page.at(-1)?.txid ?? ''}`);
    // A server that does not page has said everything already.
    if (answer.status === 404 || answer.status === 400) break;
    if (answer.status !== 200) return answer;
    const known = new Set(all.map(({ txid }) => txid));
    page = read(answer, where).filter(({ txid }) => !known.has(txid));
    all.push(...page);
  }
  return { status: 200, type: 'application/json', body: new TextEncoder().encode(JSON.stringify(all)) };
}

function read(answer: ChainAnswer, where: string): Entries {
  try {
    return entries.parse(JSON.parse(Buffer.from(answer.body).toString('utf8')));
  } catch (cause) {
    throw chainAnswerInvalid(
      `${where} answers the question for an address with something else than its transactions.`,
      cause instanceof Error ? cause.name : cause,
    );
  }
}

const confirmed = (list: Entries): Entries => list.filter(({ status }) => status.block_height != null);

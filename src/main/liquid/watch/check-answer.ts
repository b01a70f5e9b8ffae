import { headerHash } from '../block.ts';
import { FormatError, fromHex } from '../bytes.ts';
import { parseTransaction } from '../transaction.ts';
import { chainAnswerInvalid, chainUnreachable } from './errors.ts';
import type { ChainAnswer } from './types.ts';

const HASH = /^[0-9a-f]{64}$/;
const RAW = /^\/tx\/([0-9a-f]{64})\/raw$/;
const HEADER = /^\/block\/([0-9a-f]{64})\/header$/;

/** Statuses that LWK understands itself: “slow down” twice, and waterfalls’ “encrypt it again”. */
const FOR_LWK: ReadonlySet<number> = new Set([200, 422, 429, 503]);

const text = (answer: ChainAnswer): string => Buffer.from(answer.body).toString('utf8');

/**
 * Throws for what LWK must not see: LWK asks a server that says 401 again without end, takes whatever it is sent for the
 * transaction that it asked for, and says of most other faults only that JSON was expected.
 *
 * @param path of the request, without the server’s own
 */
export function checkAnswer(path: string, answer: ChainAnswer, where: string): void {
  if (answer.status >= 500 && answer.status !== 503) {
    throw chainUnreachable(`${where} has a fault of its own (HTTP ${answer.status}).`);
  }
  if (!FOR_LWK.has(answer.status)) {
    throw chainAnswerInvalid(`${where} does not answer ${shownPath(path)} (HTTP ${answer.status}).`);
  }
  if (answer.status !== 200) return;
  if (
    /html/i.test(answer.type) ||
    /^\s*<(!doctype|html)/i.test(text({ ...answer, body: answer.body.subarray(0, 100) }))
  ) {
    throw chainAnswerInvalid(`At ${where} a web page answers, not an Esplora.`);
  }
  const [route = ''] = path.split('?');
  const fault = faultOf(route, answer);
  if (fault !== null) throw chainAnswerInvalid(`${where} ${fault}.`);
}

function faultOf(route: string, answer: ChainAnswer): string | null {
  if (route === '/blocks/tip/hash' || route.startsWith('/block-height/')) {
    return HASH.test(text(answer).trim())
      ? null
      : `answers ${shownPath(route)} with something that is no block hash`;
  }
  const block = HEADER.exec(route)?.[1];
  if (block !== undefined)
    return isHeaderOf(block, text(answer).trim())
      ? null
      : 'sent something that is no block header, or another one’s';
  const asked = RAW.exec(route)?.[1];
  if (asked === undefined) return null;
  try {
    return parseTransaction(answer.body).txid === asked
      ? null
      : `sent another transaction than the one asked for (${asked})`;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return `sent a damaged transaction (${asked})`;
  }
}

function isHeaderOf(hash: string, hex: string): boolean {
  if (!/^([0-9a-f]{2})+$/.test(hex)) return false;
  try {
    return headerHash(fromHex(hex)) === hash;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** Paths may be long lists of addresses, or hold a descriptor. */
function shownPath(path: string): string {
  const [route = ''] = path.split('?');
  return `/${route.split('/')[1] ?? ''}`;
}

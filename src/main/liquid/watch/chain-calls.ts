import { SluiceError } from '../../../shared/errors.ts';
import { decodeTransaction } from '../transaction.ts';
import { checkAnswer } from './check-answer.ts';
import { chainAnswerInvalid, chainBusy, chainRefused, shownServer } from './errors.ts';
import { ask } from './http.ts';
import type { ChainAnswer, ChainSource } from './types.ts';

export interface CallLimits {
  request: number;
  maxBytes: number;
}

const TXID = /^[0-9a-f]{64}$/;
const KNOWN = /txn-already-(known|in-mempool)|already in (block ?chain|mempool|utxo set)|"?code"?:\s*-27\b/i;
const MAYBE_SPENT_BY_ITSELF = /missing-?or-?spent|missing inputs/i;
/** A node's words are a line; what is longer is a page of something else. */
const LONGEST_REASON = 200;

const words = (answer: ChainAnswer): string => Buffer.from(answer.body).toString('utf8').trim();
const where = (source: ChainSource): string =>
  source.kind === 'own' ? 'the desk’s own node' : shownServer(source.url);

async function call(
  source: ChainSource,
  method: 'GET' | 'POST',
  path: string,
  body: string,
  { request: deadline, maxBytes }: CallLimits,
): Promise<ChainAnswer> {
  const answer =
    source.kind === 'own'
      ? await source.answer({ method, path, body })
      : await ask({ method, url: `${source.url}${path}`, body, deadline, maxBytes });
  if (answer.status === 429 || answer.status === 503) {
    throw chainBusy(`${where(source)} has too much to do and turned the desk away.`);
  }
  return answer;
}

async function read(source: ChainSource, path: string, limits: CallLimits): Promise<string> {
  const answer = await call(source, 'GET', path, '', limits);
  checkAnswer(path, answer, where(source));
  return words(answer);
}

/** Height and hash of the tip. */
export async function tip(
  source: ChainSource,
  limits: CallLimits,
): Promise<{ height: number; hash: string }> {
  const hash = await read(source, '/blocks/tip/hash', limits);
  const header = Buffer.from(await read(source, `/block/${hash}/header`, limits), 'hex');
  return { height: header.readUInt32LE(72), hash };
}

/**
 * Sends a transaction. What the network has already is a success: sending the same bytes again is how the desk finds out.
 */
export async function broadcast(source: ChainSource, hex: string, limits: CallLimits): Promise<string> {
  const { txid } = decodeTransaction(hex);
  const answer = await call(source, 'POST', '/tx', hex, limits);
  const said = words(answer);
  if (answer.status === 200) {
    if (said === txid) return txid;
    throw chainAnswerInvalid(
      TXID.test(said)
        ? `${where(source)} says it sent another transaction (${said}).`
        : `${where(source)} does not say that it sent the transaction.`,
    );
  }
  if (KNOWN.test(said)) return txid;
  // One that is confirmed, with all its outputs spent again, looks to a node like one with missing inputs.
  if (MAYBE_SPENT_BY_ITSELF.test(said) && (await isThere(source, txid, limits))) return txid;
  if (answer.status >= 500 || said === '' || /html/i.test(answer.type)) {
    throw chainAnswerInvalid(
      `${where(source)} did not take the transaction and gives no reason (HTTP ${answer.status}).`,
    );
  }
  throw chainRefused(reasonOf(said));
}

async function isThere(source: ChainSource, txid: string, limits: CallLimits): Promise<boolean> {
  try {
    return (await call(source, 'GET', `/tx/${txid}/raw`, '', limits)).status === 200;
  } catch (error) {
    if (error instanceof SluiceError) return false;
    throw error;
  }
}

/** `sendrawtransaction RPC error: {"code":-26,"message":"min relay fee not met"}` → the message. */
function reasonOf(said: string): string {
  const message = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  const reason = (message ?? said).slice(0, LONGEST_REASON);
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}

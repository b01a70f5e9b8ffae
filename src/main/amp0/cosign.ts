import { z } from 'zod';
import { exchange, ExchangeError, type ExchangeAnswer } from '../../shared/exchange.ts';
import { whatToDo } from './refusals.ts';
import type { Amp0Client } from './types.ts';
import {
  answerInvalid,
  answerTooLong,
  clean,
  invalid,
  notGreen,
  refused,
  shown,
  timedOut,
  unreachable,
} from './words.ts';

/** Hex of a transaction as large as the network relays, and room to spare. */
const MOST_BYTES = 16 * 1024 * 1024;
const WHAT = 'the cosignature';

const cosignAnswer = z.object({
  result: z.boolean(),
  error: z.string().nullish(),
  tx: z.string().nullish(),
});

/** @see Amp0Client.cosign */
export async function cosignWith(
  origin: string,
  form: Parameters<Amp0Client['cosign']>[0],
  timeoutMs: number,
): Promise<{ tx: string }> {
  const where = shown(origin);
  const url = target(origin);
  const json = { tx: form.tx, blinding_nonces: form.nonces, scripts: form.scripts };
  let answer: ExchangeAnswer;
  try {
    answer = await exchange({ url, method: 'POST', json, timeoutMs, maxBytes: MOST_BYTES });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    if (error.fault === 'timeout') throw timedOut(where, WHAT);
    if (error.fault === 'too-large') throw answerTooLong(where, '16 MB');
    throw unreachable(where, error.fault);
  }
  return read(answer, where, form.nonces);
}

function read(answer: ExchangeAnswer, where: string, nonces: readonly string[]): { tx: string } {
  const said = cosignAnswer.safeParse(parsed(answer.text));
  // A refusal may come under any status.
  if (said.success && !said.data.result) {
    const words = clean(said.data.error ?? '', nonces);
    throw refused(WHAT, words, whatToDo(words));
  }
  if (answer.status !== 200) throw notGreen(where, answer.status);
  if (!said.success) {
    throw /^\s*</.test(answer.text)
      ? notGreen(where, answer.status)
      : answerInvalid(where, `its answer has another form (${WHAT})`);
  }
  const tx = said.data.tx ?? '';
  if (!/^(?:[0-9a-f]{2})+$/i.test(tx)) throw answerInvalid(where, 'the cosigned transaction is none');
  return { tx };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function target(origin: string): URL {
  const url = URL.parse(origin);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalid('The address of Green’s cosigning is not a URL.', 'Write it like https://host.');
  }
  url.username = '';
  url.password = '';
  url.search = '';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/delayed_signature`;
  return url;
}

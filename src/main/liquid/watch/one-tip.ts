import { z } from 'zod';
import { chainAnswerInvalid } from './errors.ts';
import type { ChainAnswer } from './types.ts';

const TIP = '/blocks/tip/hash';
const HISTORY = '/address/';
const WATERFALLS = '/v2/waterfalls?';
const withTip = z.looseObject({ tip: z.string().nullish() });

/**
 * The tip of one scan: that of its first question, however many blocks come while it goes on. LWK asks for the histories
 * first and for the tip last, and looks at heights again only when the tip has moved. A block in between would stand as
 * seen, and what it confirmed as unconfirmed until the next one. With an older tip the next scan looks at all of it again.
 */
export class OneTip {
  #tip: ChainAnswer | null = null;
  #ofPages: string | null = null;

  /** @param send asks the server */
  async answer(
    path: string,
    where: string,
    send: (path: string) => Promise<ChainAnswer>,
  ): Promise<ChainAnswer> {
    if (!this.#tip && (path.startsWith(HISTORY) || path === TIP)) {
      const tip = await send(TIP);
      // “Slow down” stands for the answer to the question itself: LWK waits and asks again.
      if (tip.status !== 200) return tip;
      this.#tip = tip;
    }
    if (path === TIP && this.#tip) return this.#tip;
    const answer = await send(path);
    return path.startsWith(WATERFALLS) && answer.status === 200 ? this.#ofFirstPage(answer, where) : answer;
  }

  /** Waterfalls says the tip with every page, and LWK takes the last one's. */
  #ofFirstPage(answer: ChainAnswer, where: string): ChainAnswer {
    const read = pageOf(answer, where);
    if (read.tip == null) return answer;
    this.#ofPages ??= read.tip;
    if (read.tip === this.#ofPages) return answer;
    return { ...answer, body: new TextEncoder().encode(JSON.stringify({ ...read, tip: this.#ofPages })) };
  }
}

function pageOf(answer: ChainAnswer, where: string): z.output<typeof withTip> {
  try {
    return withTip.parse(JSON.parse(Buffer.from(answer.body).toString('utf8')));
  } catch (cause) {
    throw chainAnswerInvalid(
      `${where} answers the question for a wallet’s transactions with something else.`,
      cause instanceof Error ? cause.name : cause,
    );
  }
}

import { describe, expect, it } from 'vitest';
import { OneTip } from './one-tip.ts';
import type { ChainAnswer } from './types.ts';

const said = (body: string, status = 200): ChainAnswer => ({
  status,
  type: 'text/plain',
  body: new TextEncoder().encode(body),
});
const textOf = ({ body }: ChainAnswer): string => Buffer.from(body).toString('utf8');

/** A server whose tip moves with every question. */
function moving(more: (path: string, count: number) => ChainAnswer | null = () => null) {
  const asked: string[] = [];
  const tip = new OneTip();
  return {
    asked,
    ask: (path: string) =>
      tip.answer(path, 'the server', (next) => {
        asked.push(next);
        return Promise.resolve(more(next, asked.length) ?? said(`answer ${asked.length}`));
      }),
  };
}

describe('the tip of one scan', () => {
  it('is the one from before the first history', async () => {
    const server = moving();
    expect(textOf(await server.ask('/address/a/txs'))).toBe('answer 2');
    await server.ask('/address/b/txs');
    expect(textOf(await server.ask('/blocks/tip/hash'))).toBe('answer 1');
    expect(server.asked).toEqual(['/blocks/tip/hash', '/address/a/txs', '/address/b/txs']);
  });

  it('is asked for again when the server had no time for the question', async () => {
    const server = moving((_path, count) => (count === 1 ? said('', 429) : null));
    expect(await server.ask('/address/a/txs')).toMatchObject({ status: 429 });
    await server.ask('/address/a/txs');
    expect(textOf(await server.ask('/blocks/tip/hash'))).toBe('answer 2');
  });

  it('is the one of the first page of waterfalls', async () => {
    const server = moving((_path, count) =>
      said(JSON.stringify({ txs_seen: {}, page: count, tip: `t${count}` })),
    );
    const pages = [
      await server.ask('/v2/waterfalls?descriptor=d'),
      await server.ask('/v2/waterfalls?descriptor=d&page=1'),
    ];
    expect(pages.map((page) => JSON.parse(textOf(page)) as unknown)).toEqual([
      { txs_seen: {}, page: 1, tip: 't1' },
      { txs_seen: {}, page: 2, tip: 't1' },
    ]);
  });

  it('does not stand for an answer of waterfalls that says none', async () => {
    const server = moving(() => said('{"txs_seen":{},"page":0}'));
    expect(textOf(await server.ask('/v2/waterfalls?descriptor=d'))).toBe('{"txs_seen":{},"page":0}');
    await expect(moving(() => said('none of it')).ask('/v2/waterfalls?descriptor=d')).rejects.toMatchObject({
      code: 'CHAIN_ANSWER_INVALID',
    });
  });
});

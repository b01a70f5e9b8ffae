import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { refresh } from './refresh.ts';

interface Asked {
  answer: (value: number) => void;
}

/** A page that shows one answer, from a desk that answers when the test says so. */
async function page(): Promise<{
  client: QueryClient;
  asked: Asked[];
  shown: () => unknown;
  end: () => void;
}> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
  const asked: Asked[] = [];
  const observer = new QueryObserver(client, {
    queryKey: ['operations.get', '{}'],
    queryFn: () => new Promise<number>((resolve) => asked.push({ answer: resolve })),
  });
  const end = observer.subscribe(() => undefined);
  asked[0]?.answer(0);
  await settled();
  return { client, asked, shown: () => observer.getCurrentResult().data, end };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('refresh', () => {
  it('has one question on its way, however often the answer is made stale', async () => {
    const { client, asked, shown, end } = await page();
    for (let burst = 0; burst < 50; burst += 1) {
      void refresh(client, ['operations.get']);
      await Promise.resolve();
    }
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(1);
    await settled();
    expect(shown()).toBe(1);
    end();
  });

  it('asks once more for what became stale while the answer was on its way', async () => {
    const { client, asked, shown, end } = await page();
    void refresh(client, ['operations.get']);
    await settled();
    void refresh(client, 'everything');
    void refresh(client, ['operations.get']);
    asked[1]?.answer(1);
    await settled();
    expect(asked).toHaveLength(3);
    asked[2]?.answer(2);
    await settled();
    expect(shown()).toBe(2);
    expect(asked).toHaveLength(3);
    end();
  });

  it('asks again for what became stale while the first answer was on its way', async () => {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
    const asked: Asked[] = [];
    const observer = new QueryObserver(client, {
      queryKey: ['operations.get', '{}'],
      queryFn: () => new Promise<number>((resolve) => asked.push({ answer: resolve })),
    });
    const end = observer.subscribe(() => undefined);
    void refresh(client, ['operations.get']);
    await settled();
    asked[0]?.answer(0);
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(1);
    await settled();
    expect(observer.getCurrentResult().data).toBe(1);
    end();
  });

  it('leaves other answers alone', async () => {
    const { client, asked, end } = await page();
    await refresh(client, ['holders.list']);
    await settled();
    expect(asked).toHaveLength(1);
    end();
  });
});

import { describe, expect, it } from 'vitest';
import { createLimit } from './limit.ts';

describe('createLimit', () => {
  it('never runs more than allowed, in order, and gives every result', async () => {
    const limit = createLimit(3);
    let running = 0;
    let most = 0;
    const started: number[] = [];
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        limit(async () => {
          started.push(index);
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
          return index;
        }),
      ),
    );
    expect(most).toBe(3);
    expect(started).toEqual(results);
    expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('frees the place of work that failed', async () => {
    const limit = createLimit(1);
    await expect(limit(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(limit(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});

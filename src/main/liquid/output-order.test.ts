import { expect, it } from 'vitest';
import { shuffled } from './output-order.ts';

it('mixes outputs without losing any', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const mixed = shuffled(items);
  expect([...mixed].sort((a, b) => a - b)).toEqual(items);
  expect(mixed).not.toEqual(items);
});

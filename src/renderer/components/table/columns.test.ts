import { describe, expect, it } from 'vitest';
import { figureTrack, leastWidth, nextSort } from './columns.ts';

describe('the width of a table', () => {
  it('is at least what its tracks take together', () => {
    expect(leastWidth('2.25rem minmax(10rem, 2fr) 6rem')).toBe('18.25rem');
    expect(leastWidth('minmax(7rem, 8rem) 1rem')).toBe('8rem');
    expect(leastWidth(`${figureTrack(['12,500.00'])} 5rem`)).toBe('11.5rem');
  });

  it('never cuts the longest figure', () => {
    expect(leastWidth(figureTrack(['1', '20,999,999.99999999']))).toBe('11.5rem');
    expect(leastWidth(figureTrack([]))).toBe('6rem');
  });
});

describe('the order of a table', () => {
  it('goes from ascending to descending to its own', () => {
    const first = nextSort(undefined, 'name');
    expect(first).toEqual({ by: 'name', direction: 'asc' });
    const second = nextSort(first, 'name');
    expect(second).toEqual({ by: 'name', direction: 'desc' });
    expect(nextSort(second, 'name')).toBeUndefined();
    expect(nextSort(second, 'id')).toEqual({ by: 'id', direction: 'asc' });
  });
});

import { describe, expect, it } from 'vitest';
import { sameWord, wordsOf, wordsProblem } from './words.ts';

const TWELVE =
  'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about'.split(' ');

describe('typed words', () => {
  it('are found however they were separated and numbered', () => {
    expect(wordsOf(' 1. Legal  2) winner\n3:thank, year;wave ')).toEqual([
      'legal',
      'winner',
      'thank',
      'year',
      'wave',
    ]);
    expect(wordsOf('  ')).toEqual([]);
  });

  it('are counted', () => {
    expect(wordsProblem(TWELVE)).toBeUndefined();
    expect(wordsProblem([...TWELVE, ...TWELVE])).toBeUndefined();
    expect(wordsProblem(TWELVE.slice(1))).toContain('11 words');
  });

  it('that cannot be of the list are named by their place', () => {
    expect(wordsProblem(TWELVE.with(4, 'ab'))).toContain('Word 5');
    expect(wordsProblem(TWELVE.with(11, 'abcdefghi'))).toContain('Word 12');
  });

  it('match whatever their case', () => {
    expect(sameWord(' Zoo ', 'zoo')).toBe(true);
    expect(sameWord('zoo', undefined)).toBe(false);
    expect(sameWord('zoos', 'zoo')).toBe(false);
  });
});

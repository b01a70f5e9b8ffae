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
    expect(wordsProblem(TWELVE.with(4, 'abandoned'))).toContain('Word 5 (“abandoned”)');
    expect(wordsProblem(TWELVE.with(4, 'x').with(11, 'y'))).toContain('Words 5, 12');
  });

  it('are left alone while they are typed', () => {
    expect(wordsProblem(TWELVE.with(11, 'abou'), 'within')).toBeUndefined();
    expect(wordsProblem(TWELVE.slice(0, 3), 'after')).toBeUndefined();
    expect(wordsProblem([...TWELVE.slice(0, 3), 'abou'], 'after')).toContain('Word 4');
    expect(wordsProblem([], 'within')).toBeUndefined();
  });

  it('match whatever their case', () => {
    expect(sameWord(' Zoo ', 'zoo')).toBe(true);
    expect(sameWord('zoo', undefined)).toBe(false);
    expect(sameWord('zoos', 'zoo')).toBe(false);
  });
});

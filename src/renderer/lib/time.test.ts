import { describe, expect, it } from 'vitest';
import { durationWords, relativeTime, spent } from './time.ts';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);
const ago = (seconds: number): string => relativeTime(now - seconds * 1000, now, 'en-US');

describe('time in words', () => {
  it('says how long ago', () => {
    expect(ago(10)).toBe('just now');
    expect(ago(60)).toBe('1 minute ago');
    expect(ago(3 * 3600)).toBe('3 hours ago');
    expect(ago(26 * 3600)).toBe('yesterday');
    expect(relativeTime(now + 120_000, now, 'en-US')).toBe('in 2 minutes');
  });

  it('gives the date beyond a week', () => {
    expect(ago(30 * 86_400)).toContain('Oct 22, 2026');
  });

  it('says how long something takes', () => {
    expect(durationWords(20)).toBe('under a minute');
    expect(durationWords(240)).toBe('about 4 minutes');
    expect(durationWords(3660)).toBe('about 1 hour 1 min');
  });

  it('says how long something took', () => {
    expect(spent(7_400)).toBe('7 s');
    expect(spent(192_000)).toBe('3 m 12 s');
    expect(spent(-5)).toBe('0 s');
  });
});

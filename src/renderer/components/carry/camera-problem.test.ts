import { describe, expect, it } from 'vitest';
import { cameraProblem } from './camera-problem.ts';

describe('a camera that gives no picture', () => {
  it.each([
    ['NotAllowedError', /may not be used/],
    ['NotFoundError', /shows no camera/],
    ['NotReadableError', /Another program/],
    ['TypeError', /could not be started/],
  ])('says why after %s', (name, words) => {
    expect(cameraProblem(Object.assign(new Error(''), { name }))).toMatch(words);
  });

  it('says something after anything', () => {
    expect(cameraProblem(undefined)).toMatch(/could not be started/);
  });
});

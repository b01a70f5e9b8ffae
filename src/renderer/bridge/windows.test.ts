import { describe, expect, it } from 'vitest';
import { WINDOW, windowsFor } from './windows.ts';

describe('windows of a long list', () => {
  it('covers the shown positions and nothing more', () => {
    expect(windowsFor(0, WINDOW - 1)).toEqual([0]);
    expect(windowsFor(0, WINDOW)).toEqual([0, WINDOW]);
    expect(windowsFor(99_990, 99_999)).toEqual([99_960]);
  });

  it('asks for the first window when nothing is shown yet', () => {
    expect(windowsFor(0, -1)).toEqual([0]);
    expect(windowsFor(-5, 3)).toEqual([0]);
  });
});

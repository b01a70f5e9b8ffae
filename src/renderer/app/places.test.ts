import { describe, expect, it } from 'vitest';
import { belongsTo, placesOf } from './places.ts';

describe('the pages of a role', () => {
  it('have letters of their own', () => {
    for (const role of ['desk', 'signer'] as const) {
      const letters = placesOf(role).map(({ letter }) => letter);
      expect(new Set(letters).size).toBe(letters.length);
    }
  });

  it.each([
    ['/requests', false, true],
    ['/requests/r-1', false, true],
    ['/treasuries', false, true],
    ['/treasury', true, false],
    ['/allocations/import', true, false],
    ['/key/new', false, true],
    ['/overview', true, true],
    ['/settings', true, true],
    ['/profiles/new', true, true],
  ])('%s: a desk’s %s, a signer’s %s', (address, desk, signer) => {
    expect([belongsTo('desk', address), belongsTo('signer', address)]).toEqual([desk, signer]);
  });
});

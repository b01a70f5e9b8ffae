import { describe, expect, it } from 'vitest';
import { EMPTY_OK } from './answers.ts';
import { Router, get, mutatingGet, put } from './router.ts';

const nothing = () => EMPTY_OK;
const router = new Router([
  get('/assets', 'issuer', nothing),
  mutatingGet('/assets/:asset/distributions/create/', 'issuer', nothing),
  get('/assets/:asset/distributions/:distribution', 'issuer', nothing),
  put('/categories/:id/edit', 'issuer', nothing),
]);

describe('routes', () => {
  it('match with and without a slash at the end', () => {
    expect(router.match('GET', '/assets').kind).toBe('found');
    expect(router.match('GET', '/assets/').kind).toBe('found');
  });

  it('tell the one path that ends in a slash from what looks like it', () => {
    const created = router.match('GET', '/assets/a/distributions/create/');
    expect(created.kind === 'found' && created.route.mutates).toBe(true);
    const distribution = '3f0c1d9e-0000-4000-8000-00000000000a';
    expect(router.match('GET', `/assets/a/distributions/${distribution}`)).toMatchObject({
      kind: 'found',
      params: { asset: 'a', distribution },
    });
    expect(router.match('GET', '/assets/a/distributions/create').kind).toBe('add-slash');
  });

  it('know a wrong method from an unknown path', () => {
    expect(router.match('POST', '/categories/1/edit').kind).toBe('wrong-method');
    expect(router.match('GET', '/categories/1/edit/more').kind).toBe('none');
  });
});

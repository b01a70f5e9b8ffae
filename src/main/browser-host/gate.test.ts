import { describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';

const gate = new Gate(4711);
const token = new URL(gate.entryUrl).searchParams.get('token') ?? '';
const setCookie = gate.redeem(token) ?? '';
const session = setCookie.split(';')[0] ?? '';
const good = { host: '127.0.0.1:4711', origin: 'http://127.0.0.1:4711', cookie: session };

describe('the token', () => {
  it('is exchanged for a cookie that no script and no other site can use', () => {
    expect(setCookie).toMatch(/^sluice-4711=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  });
  it('works once', () => {
    expect(gate.redeem(token)).toBeNull();
    expect(gate.entryUrl).not.toContain(token);
  });
  it('must be the right one, and a wrong try does not spend it', () => {
    const other = new Gate(1);
    expect(other.redeem('')).toBeNull();
    expect(other.redeem(`${token}x`)).toBeNull();
    expect(other.redeem(new URL(other.entryUrl).searchParams.get('token') ?? '')).not.toBeNull();
  });
});

describe('a caller', () => {
  it('passes with the right host, origin and cookie', () => {
    expect(gate.checkCaller(good)).toBeNull();
    expect(
      gate.checkCaller({ ...good, cookie: `a=b; ${session}; c=d`, 'sec-fetch-site': 'same-origin' }),
    ).toBeNull();
  });
  it.each([
    ['another host name (DNS rebinding)', { host: 'evil.example:4711' }, 403],
    ['localhost, which may be made to point elsewhere', { host: 'localhost:4711' }, 403],
    ['another port', { host: '127.0.0.1:4712' }, 403],
    ['no host', { host: undefined }, 403],
    ['another origin (CSRF)', { origin: 'http://evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:4712' }, 403],
    ['no origin', { origin: undefined }, 403],
    ['another site by its own account', { 'sec-fetch-site': 'cross-site' }, 403],
    ['no cookie', { cookie: undefined }, 401],
    ['a made-up cookie', { cookie: 'sluice-4711=AAAA' }, 401],
    ['the cookie under another name', { cookie: session.replace('4711', '4712') }, 401],
  ])('is refused with %s', (_name, change, status) => {
    const headers = Object.fromEntries(Object.entries({ ...good, ...change }).filter(([, value]) => value));
    expect(gate.checkCaller(headers)?.status).toBe(status);
  });
});

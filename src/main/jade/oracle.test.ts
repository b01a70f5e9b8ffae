import { describe, expect, it, vi } from 'vitest';
import type { SluiceError } from '../../shared/errors.ts';
import { createPinOracle } from './oracle.ts';
import { relayOracle } from './relay.ts';

const ONION = 'http://mrrxtq6tjpbnbm7vh5jt6mpjctn7ggyfy5wegvbeff3x7jrznqawlmid.onion/get_pin';
const request = { urls: ['https://j8d.io/get_pin', ONION], data: { data: 'AbCd' } };
const answering = (body: string, init?: ResponseInit) =>
  vi.fn<typeof fetch>(() => Promise.resolve(new Response(body, init)));

async function failure(work: Promise<unknown>): Promise<SluiceError & { again: boolean }> {
  return work.then(
    () => expect.unreachable(),
    (error: unknown) => error as SluiceError & { again: boolean },
  );
}

describe('asking the PIN oracle', () => {
  it('posts the device’s JSON to the first address and gives the answer back', async () => {
    const fetch = answering('{"data":"EfGh"}');
    expect(await createPinOracle({ fetch })(request)).toEqual({ data: 'EfGh' });
    expect(fetch).toHaveBeenCalledOnce();
    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('https://j8d.io/get_pin');
    expect(init).toMatchObject({ method: 'POST', body: '{"data":"AbCd"}', redirect: 'error' });
    expect(init?.signal).toBeInstanceOf(AbortSignal);
  });

  it('passes over onion addresses', async () => {
    const fetch = answering('{"data":"x"}');
    const urls = [ONION, 'https://jadepin.blockstream.com/get_pin'];
    await createPinOracle({ fetch })({ ...request, urls });
    expect(fetch.mock.calls[0]?.[0]).toBe('https://jadepin.blockstream.com/get_pin');
  });

  it.each([
    'http://j8d.io/get_pin',
    'https://j8d.io.example.org/get_pin',
    'https://user@j8d.io/get_pin',
    'https://j8d.io:8443/get_pin',
    'https://oracle.example.org/get_pin',
    'http://127.0.0.1:8080/get_pin',
    'file:///etc/passwd',
  ])('does not ask %s', async (url) => {
    const fetch = answering('{}');
    const error = await failure(createPinOracle({ fetch })({ ...request, urls: [url] }));
    expect(error).toMatchObject({ code: 'JADE_ORACLE', again: false });
    expect(error.message).toContain(new URL(url).host);
    expect(fetch).not.toHaveBeenCalled();
  });

  it('asks an origin that was allowed, and no other port of it', async () => {
    const fetch = answering('{"data":"x"}');
    const oracle = createPinOracle({ fetch, allow: ['http://127.0.0.1:8080'] });
    await oracle({ ...request, urls: ['http://127.0.0.1:8080/get_pin'] });
    expect(fetch).toHaveBeenCalledOnce();
    await failure(oracle({ ...request, urls: ['http://127.0.0.1:8081/get_pin'] }));
    expect(fetch).toHaveBeenCalledOnce();
  });

  it('says so when the device names none', async () => {
    const error = await failure(
      createPinOracle({ fetch: answering('{}') })({ ...request, urls: ['', ONION] }),
    );
    expect(error).toMatchObject({ code: 'JADE_ORACLE', again: false });
  });

  it.each([
    ['an error status', answering('no', { status: 503 }), /status 503/],
    ['no JSON', answering('<html>'), /not what a Jade reads/],
    ['a list', answering('[]'), /not what a Jade reads/],
    ['too much', answering(JSON.stringify({ data: 'x'.repeat(20_000) })), /too long/],
    [
      'no connection',
      vi.fn<typeof fetch>(() => Promise.reject(new TypeError('fetch failed'))),
      /not be reached/,
    ],
    [
      'no answer in time',
      vi.fn<typeof fetch>(() => Promise.reject(new DOMException('late', 'TimeoutError'))),
      /within 30 seconds/,
    ],
  ])('names the host that gave %s, and may be asked again', async (_what, fetch, words) => {
    const error = await failure(createPinOracle({ fetch })(request));
    expect(error).toMatchObject({ code: 'JADE_ORACLE', again: true });
    expect(error.message).toContain('j8d.io');
    expect(error.message).toMatch(words);
  });
});

describe('an oracle whose answer is carried by hand', () => {
  it('gives the request out and takes the answer in later', async () => {
    const relay = relayOracle();
    const waiting = relay.next();
    const answer = relay.oracle(request);
    expect(await waiting).toEqual({ urls: request.urls, data: '{"data":"AbCd"}' });
    expect(relay.pending).toEqual(await relay.next());
    expect(relay.answer('{"data":"EfGh"}')).toBe(true);
    expect(await answer).toEqual({ data: 'EfGh' });
    expect(relay.pending).toBeNull();
  });

  it('takes one answer per request, and only JSON objects', async () => {
    const relay = relayOracle();
    expect(relay.answer('{}')).toBe(false);
    const answer = relay.oracle(request);
    expect(relay.answer('nonsense')).toBe(false);
    expect(relay.answer('[]')).toBe(false);
    expect(relay.answer('{}')).toBe(true);
    expect(relay.answer('{}')).toBe(false);
    expect(await answer).toEqual({});
  });

  it('can be given up', async () => {
    const relay = relayOracle();
    const answer = failure(relay.oracle(request));
    relay.giveUp();
    expect(await answer).toMatchObject({ code: 'JADE_ORACLE', again: false });
  });
});

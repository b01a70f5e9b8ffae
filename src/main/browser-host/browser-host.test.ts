import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { fakeDesk, fakeProfile } from '../../../test/support/fake-desk.ts';
import type { Handlers } from '../../shared/contract/index.ts';
import type { Page } from '../hosting/index.ts';
import { startBrowserHost, type BrowserHost } from './index.ts';

const page: Page = new Map([
  [
    '/index.html',
    { body: Buffer.from('<!doctype html><head><title>S</title></head>'), type: 'text/html; charset=utf-8' },
  ],
  ['/assets/a.js', { body: Buffer.from('1'), type: 'text/javascript; charset=utf-8' }],
]);

const open: BrowserHost[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.close()));
});

async function start(handlers: Partial<Handlers> = {}, maxBody?: number) {
  const desk = fakeDesk(handlers);
  const host = await startBrowserHost({ desk, page, port: 0, ...(maxBody === undefined ? {} : { maxBody }) });
  open.push(host);
  return { desk, host };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** node:http rather than fetch: it lets a test say any Host and Origin. */
function ask(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

async function enter(host: BrowserHost): Promise<Record<string, string>> {
  const answer = await ask(host.url);
  expect(answer.status).toBe(200);
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  return { cookie, origin: host.origin, 'content-type': 'application/json' };
}

const call = (host: BrowserHost, headers: Record<string, string>, body: unknown) =>
  ask(`${host.origin}/api/call`, { method: 'POST', headers, body: JSON.stringify(body) });

describe('the page', () => {
  it('is served to the browser that redeemed the token, under a strict policy', async () => {
    const { host } = await start();
    const { cookie = '' } = await enter(host);
    const answer = await ask(`${host.origin}/`, { headers: { cookie } });
    expect(answer.status).toBe(200);
    expect(answer.headers['permissions-policy']).toMatch(/^camera=\(self\), microphone=\(\),/);
    const policy = answer.headers['content-security-policy'] as string;
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`script-src 'self';`);
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain(`connect-src 'self' ${host.origin.replace('http', 'ws')};`);
    expect(answer.text).toBe(page.get('/index.html')?.body.toString());
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('listens on the loopback address only', async () => {
    const { host } = await start();
    expect(host.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it.each([
    '/../package.json',
    '/assets/../../package.json',
    '/assets/%2e%2e/index.ts',
    '/etc/passwd.txt',
    '/a.js',
  ])('has nothing but its own files: %s', async (path) => {
    const { host } = await start();
    const { cookie = '' } = await enter(host);
    expect((await ask(host.origin + path, { headers: { cookie } })).status).toBe(404);
  });

  it('is refused in words without the token, with a wrong one, and with a used one', async () => {
    const { host } = await start();
    const without = await ask(`${host.origin}/`);
    expect(without.status).toBe(401);
    expect(without.text).toContain('Open the address with the token');
    const wrong = await ask(`${host.origin}/?token=guess`);
    expect(wrong.status).toBe(403);
    expect(wrong.text).toContain('it works once');
    const { cookie = '' } = await enter(host);
    const again = await ask(host.url);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect((await ask(host.url, { headers: { cookie } })).status).toBe(200);
  });

  it('is refused at any other host name', async () => {
    const { host } = await start();
    const { cookie = '' } = await enter(host);
    const answer = await ask(`${host.origin}/`, { headers: { cookie, host: 'rebound.example' } });
    expect(answer.status).toBe(403);
  });
});

describe('a call', () => {
  const names = { 'profiles.list': () => ({ profiles: [fakeProfile()] }) };

  it('is answered with an envelope', async () => {
    const { host } = await start(names);
    const answer = await call(host, await enter(host), { name: 'profiles.list', args: {} });
    expect(JSON.parse(answer.text)).toMatchObject({ ok: true, value: { profiles: [{ name: 'Sandbox' }] } });
    expect(answer.headers['content-type']).toContain('application/json');
  });

  it.each([
    ['no cookie', { cookie: '' }, 401],
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['another host', { host: 'evil.example' }, 403],
    ['a form’s content type', { 'content-type': 'text/plain' }, 415],
  ])('is refused with %s', async (_what, change, status) => {
    const { host } = await start(names);
    const answer = await call(host, { ...(await enter(host)), ...change }, { name: 'profiles.list' });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code: 'NOT_ALLOWED' } });
  });

  it('that is no JSON, or names nothing, is refused in words', async () => {
    const { host } = await start(names);
    const headers = await enter(host);
    const broken = await ask(`${host.origin}/api/call`, { method: 'POST', headers, body: '{"name":' });
    expect(broken.status).toBe(400);
    expect(JSON.parse(broken.text)).toMatchObject({ error: { message: 'The request is not JSON.' } });
    for (const body of [null, 7, {}, { name: { toString: 'x' } }]) {
      expect(JSON.parse((await call(host, headers, body)).text)).toMatchObject({
        error: { code: 'NOT_FOUND' },
      });
    }
  });

  it('that is too large is refused, announced or not', async () => {
    const { host } = await start(names, 1000);
    const headers = await enter(host);
    const body = JSON.stringify({ name: 'profiles.list', args: { x: 'y'.repeat(2000) } });
    const announced = await ask(`${host.origin}/api/call`, { method: 'POST', headers, body });
    expect(announced.text).toContain('larger than');
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    const streamed = await ask(`${host.origin}/api/call`, { method: 'POST', headers: chunked, body });
    expect(streamed.text).toContain('larger than');
  });

  it('outlives a connection that is cut in the middle of a request', async () => {
    const { host } = await start(names);
    const headers = await enter(host);
    const socket = connect(Number(new URL(host.origin).port), '127.0.0.1');
    await once(socket, 'connect');
    const head = Object.entries({ host: new URL(host.origin).host, ...headers, 'content-length': '500' });
    socket.write(`POST /api/call HTTP/1.1\r\n${head.map(([k, v]) => `${k}: ${v}`).join('\r\n')}\r\n\r\n{"na`);
    socket.destroy();
    await once(socket, 'close');
    expect((await call(host, headers, { name: 'profiles.list' })).status).toBe(200);
  });
});

describe('the main network', () => {
  const main = fakeProfile({ id: 'm', network: 'liquidv1' });
  const opened: string[] = [];
  const handlers: Partial<Handlers> = {
    'profiles.list': () => ({ profiles: [main, fakeProfile()] }),
    'profiles.create': () => main,
    'profiles.open': ({ id }) => {
      opened.push(id);
      return fakeProfile({ id });
    },
  };

  it('is refused in a browser; the sandbox is not', async () => {
    const { host } = await start(handlers);
    const headers = await enter(host);
    const create = await call(host, headers, {
      name: 'profiles.create',
      args: { name: 'M', network: 'liquidv1' },
    });
    expect(JSON.parse(create.text)).toMatchObject({
      ok: false,
      error: { code: 'NOT_ALLOWED', field: 'network' },
    });
    const refused = await call(host, headers, { name: 'profiles.open', args: { id: 'm' } });
    expect(JSON.parse(refused.text)).toMatchObject({ ok: false, error: { code: 'NOT_ALLOWED' } });
    const sandbox = await call(host, headers, { name: 'profiles.open', args: { id: 'p1' } });
    expect(JSON.parse(sandbox.text)).toMatchObject({ ok: true });
    expect(opened).toEqual(['p1']);
  });
});

describe('events', () => {
  const socket = (host: BrowserHost, headers: Record<string, string>, path = '/api/events') =>
    new WebSocket(`${host.origin.replace('http', 'ws')}${path}`, { headers });

  it('reach the page', async () => {
    const { host, desk } = await start();
    const { cookie = '', origin = '' } = await enter(host);
    const client = socket(host, { cookie, origin });
    await once(client, 'open');
    const message = once(client, 'message');
    desk.tell({ name: 'operations.changed', data: { id: 'op1' } });
    const [data] = (await message) as [Buffer];
    expect(JSON.parse(data.toString())).toEqual({ name: 'operations.changed', data: { id: 'op1' } });
  });

  it('are counted, so that a page notices what it missed', async () => {
    const { host, desk } = await start();
    const { cookie = '', origin = '' } = await enter(host);
    const client = socket(host, { cookie, origin });
    const heard: { name: string; data: unknown }[] = [];
    client.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as (typeof heard)[number]));
    await once(client, 'open');
    for (const id of ['a', 'b', 'c']) desk.tell({ name: 'operations.changed', data: { id } });
    await expect
      .poll(() => heard.find(({ name }) => name === 'bridge.count'), { timeout: 15_000 })
      .toEqual({ name: 'bridge.count', data: { told: 3 } });
  });

  it.each([
    ['no cookie', { cookie: '' }, '/api/events'],
    ['another origin', { origin: 'http://evil.example' }, '/api/events'],
    ['no origin', { origin: '' }, '/api/events'],
    ['another path', {}, '/api/other'],
  ])('are not told with %s', async (_what, change, path) => {
    const { host } = await start();
    const headers: Record<string, string> = { ...(await enter(host)), ...change };
    const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const client = socket(host, kept, path);
    const [error] = (await once(client, 'error')) as [Error];
    expect(error.message).toMatch(/Unexpected server response: 40[134]/);
  });

  it('stop when the host closes, and the desk is no longer listened to', async () => {
    const { host, desk } = await start();
    const { cookie = '', origin = '' } = await enter(host);
    const client = socket(host, { cookie, origin });
    await once(client, 'open');
    expect(desk.listeners()).toBe(1);
    const closed = once(client, 'close');
    await host.close();
    await closed;
    expect(desk.listeners()).toBe(0);
  });
});

it('says in words that a port is taken', async () => {
  const { host } = await start();
  const port = Number(new URL(host.origin).port);
  await expect(startBrowserHost({ desk: fakeDesk(), page, port })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: `Port ${port} is taken by another program.`,
  });
});

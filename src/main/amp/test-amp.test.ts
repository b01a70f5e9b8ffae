import { afterEach, describe, expect, it } from 'vitest';
import {
  deadAddress,
  scriptedServer,
  type Reply,
  type ScriptedServer,
  type SeenRequest,
} from '../../../test/support/scripted-server.ts';
import { testAmp } from './test-amp.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function amp(answers: Record<string, Reply>) {
  const server = await scriptedServer(
    (request: SeenRequest) => answers[request.path] ?? { status: 404, json: { detail: 'Not found.' } },
  );
  servers.push(server);
  return { server, connection: { url: `${server.url}/api`, username: 'issuer', password: 'a secret word' } };
}

const good: Record<string, Reply> = {
  '/api/info': { json: { version: '0.1.13' } },
  '/api/user/obtain_token': { json: { token: 't' } },
  '/api/managers/me': { status: 403, json: { detail: 'You do not have permission to perform this action.' } },
  '/api/assets': { json: [] },
};

const verdicts = (steps: { step: string; verdict: string }[]) =>
  steps.map((one) => `${one.step}: ${one.verdict}`);

describe('testAmp', () => {
  it('knows the issuer', async () => {
    const { connection } = await amp(good);
    const steps = await testAmp(connection, 'sandbox');
    expect(verdicts(steps)).toEqual(['amp: good', 'amp-login: good', 'amp-role: good']);
    expect(steps[0]?.message).toContain('0.1.13');
    expect(steps[2]?.message).toContain('issuer');
  });

  it('knows a manager, who cannot distribute', async () => {
    const { connection } = await amp({
      ...good,
      '/api/managers/me': { json: { id: 1, username: 'm', is_locked: false, assets: ['a'] } },
    });
    const steps = await testAmp(connection, 'sandbox');
    expect(steps[2]).toMatchObject({ step: 'amp-role', verdict: 'attention' });
    expect(steps[2]?.message).toContain('manager');
  });

  it.each<[string, Record<string, Reply>, string[]]>([
    [
      'a wrong password',
      { '/api/user/obtain_token': { status: 400, json: { detail: 'no' } } },
      ['amp: good', 'amp-login: wrong'],
    ],
    [
      'an address without /api',
      { '/api/info': { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' } },
      ['amp: wrong'],
    ],
    ['AMP down', { '/api/info': { status: 503 } }, ['amp: wrong']],
    [
      'a login page that is not there',
      { '/api/user/obtain_token': { status: 404, json: { detail: 'Not found.' } } },
      ['amp: good', 'amp-login: wrong'],
    ],
    [
      'no right to see assets',
      { '/api/assets': { status: 403, json: { detail: 'You do not have permission.' } } },
      ['amp: good', 'amp-login: good', 'amp-role: wrong'],
    ],
  ])('says at which step it fails: %s', async (_name, change, expected) => {
    const { connection } = await amp({ ...good, ...change });
    const steps = await testAmp(connection, 'sandbox');
    expect(verdicts(steps)).toEqual(expected);
    expect(steps.at(-1)?.next).not.toBe('');
    expect(JSON.stringify(steps)).not.toContain('a secret word');
  });

  it('nothing there, or no address', async () => {
    const login = { username: 'u', password: 'p' };
    expect(verdicts(await testAmp({ ...login, url: `${await deadAddress()}/api` }, 'sandbox'))).toEqual([
      'amp: wrong',
    ]);
    expect(verdicts(await testAmp({ ...login, url: 'nonsense' }, 'sandbox'))).toEqual(['amp: wrong']);
  });

  it.each([
    ['https://amp.blockstream.com/api', 'liquidtestnet'],
    ['https://amp-test.blockstream.com/api', 'liquidv1'],
  ] as const)('%s for %s is refused before a password is sent', async (url, network) => {
    let asked = 0;
    const steps = await testAmp({ url, username: 'u', password: 'p' }, network, {
      fetch: () => {
        asked++;
        return Promise.reject(new Error('must not happen'));
      },
    });
    expect(verdicts(steps)).toEqual(['amp: wrong']);
    expect(asked).toBe(0);
  });

  it('only reads, apart from the login', async () => {
    const { server, connection } = await amp(good);
    await testAmp(connection, 'sandbox');
    expect(new Set(server.seen.map((request) => `${request.method} ${request.path}`))).toEqual(
      new Set(['GET /api/info', 'POST /api/user/obtain_token', 'GET /api/managers/me', 'GET /api/assets']),
    );
  });
});

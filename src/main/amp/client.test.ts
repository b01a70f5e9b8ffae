import { afterEach, describe, expect, it } from 'vitest';
import {
  deadAddress,
  scriptedServer,
  type Reply,
  type ScriptedServer,
  type SeenRequest,
} from '../../../test/support/scripted-server.ts';
import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import { amount } from '../../shared/money.ts';
import { createAmpClient } from './client.ts';
import type { AmpClientOptions } from './http.ts';

const PASSWORD = 'correct horse battery staple';
const UUID = '35bec770-03cc-47e7-aa64-cc9a943b71fd';
const DUUID = 'b5d1f0c2-7a55-4c0e-9d6e-4a1f5b0e8f11';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** An AMP that hands out tokens t1, t2, … and answers the rest as the test says. */
async function amp(
  answer: (request: SeenRequest, index: number) => Reply | Promise<Reply>,
  options: Partial<AmpClientOptions> & { stored?: string } = {},
) {
  let logins = 0;
  const requests: SeenRequest[] = [];
  const server = await scriptedServer((request) => {
    if (request.path === '/api/user/obtain_token') return { json: { token: `t${++logins}` } };
    requests.push(request);
    return answer(request, requests.length - 1);
  });
  servers.push(server);
  const kept: { token: string | null } = { token: options.stored ?? null };
  const client = createAmpClient({
    url: `${server.url}/api`,
    credentials: () => Promise.resolve({ username: 'issuer', password: PASSWORD }),
    tokenStore: {
      load: () => Promise.resolve(kept.token),
      save: (token) => {
        kept.token = token;
        return Promise.resolve();
      },
      clear: () => {
        kept.token = null;
        return Promise.resolve();
      },
    },
    ...options,
  });
  return { client, requests, kept, logins: () => logins, server };
}

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error = await work.then(
    (value) => {
      throw new Error(`did not fail but gave ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof SluiceError)) throw error;
  expect(`${error.message} ${error.next}`).not.toContain(PASSWORD);
  expect(error.next).not.toBe('');
  return error;
}

const user = { id: 44, GAID: null, is_company: false, name: 'Ada', categories: [], creator: 23 };

describe('the token', () => {
  it('is obtained on first use, kept, and sent as AMP wants it', async () => {
    const { client, requests, kept, logins, server } = await amp(() => ({ json: [user] }));
    await client.registeredUsers.list();
    await client.registeredUsers.list();
    expect(logins()).toBe(1);
    expect(kept.token).toBe('t1');
    expect(requests.map((request) => request.headers.authorization)).toEqual(['token t1', 'token t1']);
    const login = server.seen.find((request) => request.path.endsWith('obtain_token'));
    expect(JSON.parse(login?.body ?? '')).toEqual({ username: 'issuer', password: PASSWORD });
    expect(login?.headers.authorization).toBeUndefined();
  });

  it('that is stored is used without a login', async () => {
    const { client, requests, logins } = await amp(() => ({ json: [] }), { stored: 'old' });
    await client.registeredUsers.list();
    expect(logins()).toBe(0);
    expect(requests[0]?.headers.authorization).toBe('token old');
  });

  it.each([
    [401, { detail: 'Invalid token.' }],
    [401, {}],
    [403, { detail: 'Invalid token.' }],
    [403, { detail: 'Authentication credentials were not provided.' }],
  ])('that expired (%i %j) is renewed once and the call repeated, changes too', async (status, body) => {
    const { client, requests, kept, logins } = await amp(
      (request) =>
        request.headers.authorization === 'token old' ? { status, json: body } : { status: 201, json: user },
      { stored: 'old' },
    );
    expect((await client.registeredUsers.add({ name: 'Ada', isCompany: false })).id).toBe(44);
    expect(requests.map((request) => request.headers.authorization)).toEqual(['token old', 'token t1']);
    expect(logins()).toBe(1);
    expect(kept.token).toBe('t1');
  });

  it('is renewed once for calls refused together', async () => {
    const { client, logins } = await amp(
      (request) =>
        request.headers.authorization === 'token old'
          ? { status: 401, json: { detail: 'Invalid token.' } }
          : { json: [user] },
      { stored: 'old' },
    );
    await Promise.all(Array.from({ length: 12 }, () => client.registeredUsers.list()));
    expect(logins()).toBe(1);
  });

  it('refused again after the renewal is the end', async () => {
    const { client, requests } = await amp(() => ({
      status: 401,
      json: { detail: 'User inactive or deleted.' },
    }));
    expect((await failure(client.registeredUsers.list())).code).toBe('AMP_UNAUTHORIZED');
    expect(requests).toHaveLength(2);
  });

  it('is not renewed for a missing right', async () => {
    const { client, requests, logins } = await amp(() => ({
      status: 403,
      json: { detail: 'You do not have permission to perform this action.' },
    }));
    const error = await failure(client.managers.list());
    expect(error.code).toBe('AMP_FORBIDDEN');
    expect(error.message).toContain('You do not have permission');
    expect(isAmbiguous(error)).toBe(false);
    expect([requests.length, logins()]).toEqual([1, 1]);
  });

  it('cannot be had with a wrong password, and neither word nor cause shows it', async () => {
    const server = await scriptedServer((request) => ({
      status: 400,
      json: { non_field_errors: [`Unable to log in with ${request.body}`] },
    }));
    servers.push(server);
    const client = createAmpClient({
      url: `${server.url}/api/`,
      credentials: () => Promise.resolve({ username: 'issuer', password: PASSWORD }),
      tokenStore: {
        load: () => Promise.resolve(null),
        save: () => Promise.resolve(),
        clear: () => Promise.resolve(),
      },
    });
    const error = await failure(client.registeredUsers.list());
    expect(error.code).toBe('AMP_UNAUTHORIZED');
    expect(error.message).toContain('“issuer”');
    expect(JSON.stringify([error, String(error.cause), error.stack])).not.toContain(PASSWORD);
  });

  it('changes with the password and with refresh-token', async () => {
    const { client, kept, requests } = await amp((request) =>
      request.path.endsWith('change-password')
        ? { json: { username: 'issuer', password: 'new secret', token: 'after-change' } }
        : { json: { token: 'after-refresh' } },
    );
    await client.account.changePassword('new secret');
    expect(kept.token).toBe('after-change');
    await client.account.refreshToken();
    expect(kept.token).toBe('after-refresh');
    expect(requests.map((request) => `${request.method} ${request.path}`)).toEqual([
      'POST /api/user/change-password',
      'GET /api/user/refresh-token',
    ]);
    expect(requests[1]?.headers.authorization).toBe('token after-change');
  });

  it('of a closed vault is that error, not one of AMP', async () => {
    const locked = new SluiceError('VAULT_LOCKED', 'The vault is closed.', { next: 'Open it.' });
    const { client, requests } = await amp(() => ({ json: [] }), {
      tokenStore: {
        load: () => Promise.reject(locked),
        save: () => Promise.resolve(),
        clear: () => Promise.resolve(),
      },
    });
    expect(await failure(client.registeredUsers.list())).toBe(locked);
    expect(requests).toHaveLength(0);
  });

  it('is not needed for info', async () => {
    const { client, logins } = await amp(() => ({ json: { version: '0.1.13', notes: '' } }));
    expect(await client.info()).toEqual({ version: '0.1.13', notes: null });
    expect(logins()).toBe(0);
  });
});

describe('when AMP does not answer as it should', () => {
  const html = {
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<html><body>Maintenance</body></html>',
  };
  const cases: [string, Reply, string, RegExp, boolean][] = [
    ['a web page under 200', html, 'AMP_ANSWER_INVALID', /web page/, true],
    ['a web page under 502', { status: 502, ...html }, 'AMP_UNAVAILABLE', /trouble \(HTTP 502\)/, true],
    ['a web page under 404', { status: 404, ...html }, 'AMP_ANSWER_INVALID', /web page/, true],
    ['a web page under 403', { status: 403, ...html }, 'AMP_FORBIDDEN', /in front of AMP/, false],
    ['an internal error', { status: 500, json: { detail: 'oops' } }, 'AMP_UNAVAILABLE', /oops/, true],
    [
      'too many requests',
      { status: 429, headers: { 'retry-after': '30' } },
      'AMP_UNAVAILABLE',
      /30 seconds/,
      true,
    ],
    ['half a document', { body: '[{"id":1' }, 'AMP_ANSWER_INVALID', /breaks off/, true],
    ['nothing where something should be', { body: '' }, 'AMP_ANSWER_INVALID', /breaks off/, true],
    ['something else', { json: { hello: 1 } }, 'AMP_ANSWER_INVALID', /lacks/, true],
    ['a refusal, shape 1', { status: 400, json: { detail: 'No.' } }, 'AMP_REFUSED', /refused: No\./, false],
    [
      'a refusal, shape 2',
      { status: 400, json: { Error: 'The asset is already registered.' } },
      'AMP_REFUSED',
      /refused: The asset is already registered\./,
      false,
    ],
    [
      'a refusal, shape 3',
      { status: 400, json: { GAID: ['Already used.', 'Sorry.'], name: 'too long' } },
      'AMP_REFUSED',
      /GAID: Already used\. Sorry\.; name: too long/,
      false,
    ],
    ['a refusal without words', { status: 400 }, 'AMP_REFUSED', /HTTP 400/, false],
    ['an error inside 200', { json: { error: 'invalid GAID' } }, 'AMP_REFUSED', /invalid GAID/, false],
    ['not found', { status: 404, json: { detail: 'Not found.' } }, 'AMP_NOT_FOUND', /Not found/, false],
  ];

  it.each(cases)('%s', async (_name, reply, code, message, ambiguous) => {
    const { client } = await amp(() => reply);
    const error = await failure(client.categories.add({ name: 'a', description: 'b' }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/\.\./);
    expect(isAmbiguous(error)).toBe(ambiguous);
  });

  it('a web page is never the silent success of a call whose answer is ignored', async () => {
    const { client } = await amp(() => html);
    const confirm = client.distributions.confirm(UUID, DUUID, {
      tx_data: { txid: 'x', details: [] },
      change_data: [],
    });
    expect((await failure(confirm)).code).toBe('AMP_ANSWER_INVALID');
    const inside = await amp(() => ({ json: { Error: 'wrong blinders' } }));
    expect((await failure(inside.client.distributions.cancel(UUID, DUUID))).message).toContain(
      'wrong blinders',
    );
  });

  it('nothing listens', async () => {
    const { client } = await amp(() => ({}), { url: `${await deadAddress()}/api`, stored: 't' });
    expect((await failure(client.registeredUsers.list())).code).toBe('AMP_UNREACHABLE');
  });

  it('silence', async () => {
    const { client } = await amp(() => 'silence', { timeouts: { read: 60, change: 60 } });
    expect((await failure(client.registeredUsers.list())).code).toBe('AMP_TIMEOUT');
    expect((await failure(client.registeredUsers.remove(1))).code).toBe('AMP_TIMEOUT');
  });

  it('an answer beyond the limit', async () => {
    const { client } = await amp(() => ({ body: `["${'x'.repeat(5000)}"]` }), { maxBytes: 1000 });
    expect((await failure(client.registeredUsers.gaids(1))).message).toContain('larger');
  });

  it('an interruption', async () => {
    const stop = new AbortController();
    const { client } = await amp(() => 'silence', { signal: stop.signal, stored: 't' });
    const work = client.registeredUsers.list();
    setTimeout(() => stop.abort(), 20);
    expect((await failure(work)).code).toBe('CANCELLED');
  });

  it('a password or token that AMP repeats is taken out', async () => {
    const { client } = await amp((request) => ({
      status: 400,
      json: { detail: `${request.headers.authorization} of ${PASSWORD} is odd` },
    }));
    const error = await failure(client.registeredUsers.list());
    expect(error.message).toBe('AMP refused: token ••• of ••• is odd');
  });

  it('an id that would lead elsewhere is refused here', async () => {
    const { client, requests } = await amp(() => ({ json: {} }));
    for (const bad of ['', '.', '..'])
      expect((await failure(client.assets.get(bad))).code).toBe('INVALID_ARGUMENT');
    expect(requests).toHaveLength(0);
    await failure(client.assets.get('../users'));
    expect(requests[0]?.path).toBe('/api/assets/..%2Fusers');
  });
});

describe('redirects', () => {
  it('are followed by reads within the host, and nowhere else', async () => {
    const { client, requests } = await amp((request) =>
      request.path === '/api/categories'
        ? { status: 301, headers: { location: '/api/categories/' } }
        : { json: [{ id: 1, name: 'kyc' }] },
    );
    expect(await client.categories.list()).toHaveLength(1);
    expect(requests).toHaveLength(2);
  });

  it('to another host never get the token', async () => {
    const foreign = await scriptedServer(() => ({ json: [] }));
    servers.push(foreign);
    const { client } = await amp(() => ({
      status: 302,
      headers: { location: `${foreign.url}/api/categories` },
    }));
    expect((await failure(client.categories.list())).code).toBe('AMP_ANSWER_INVALID');
    expect(foreign.seen).toHaveLength(0);
  });

  it('in a circle end', async () => {
    const { client, requests } = await amp(() => ({ status: 302, headers: { location: '/api/categories' } }));
    await failure(client.categories.list());
    expect(requests.length).toBeLessThan(6);
  });

  it.each(['POST', 'PUT', 'DELETE', 'GET!'])('are never followed by %s', async (method) => {
    const { client, requests } = await amp(() => ({ status: 307, headers: { location: '/api/elsewhere' } }));
    const work = {
      POST: () => client.registeredUsers.add({ name: 'a', isCompany: false }),
      PUT: () => client.assets.lock(UUID),
      DELETE: () => client.registeredUsers.remove(1),
      'GET!': () => client.distributions.create(UUID),
    }[method];
    expect((await failure(work?.() ?? Promise.resolve())).code).toBe('AMP_ANSWER_INVALID');
    expect(requests).toHaveLength(1);
  });
});

describe('repeating', () => {
  it.each(['hang-up', 'cut-off'] as const)('a read once after %s', async (reply) => {
    const { client, requests } = await amp((_request, index) => (index === 0 ? reply : { json: [user] }));
    expect(await client.registeredUsers.list()).toHaveLength(1);
    expect(requests).toHaveLength(2);
  });

  it('a read not twice', async () => {
    const { client, requests } = await amp(() => 'hang-up');
    expect((await failure(client.registeredUsers.list())).code).toBe('AMP_UNREACHABLE');
    expect(requests).toHaveLength(2);
  });

  type Client = ReturnType<typeof createAmpClient>;
  const changes: [string, (client: Client) => Promise<unknown>][] = [
    ['register', (client) => client.assets.register(UUID)],
    ['register-authorized', (client) => client.assets.registerAuthorized(UUID)],
    ['distributions/create/', (client) => client.distributions.create(UUID)],
    ['gaids/…/address', (client) => client.gaids.newAddress('GA1')],
    ['refresh-token', (client) => client.account.refreshToken()],
    [
      'assignments/create',
      (client) => client.assignments.create(UUID, { registeredUser: 1, amount: amount(1n), ready: true }),
    ],
    [
      'confirm',
      (client) =>
        client.distributions.confirm(UUID, DUUID, { tx_data: { txid: 'x', details: [] }, change_data: [] }),
    ],
    ['cancel', (client) => client.distributions.cancel(UUID, DUUID)],
    ['delete', (client) => client.registeredUsers.remove(1)],
    ['lock', (client) => client.assets.lock(UUID)],
  ];
  it.each(changes)('%s never, whatever happens to the connection', async (_name, run) => {
    for (const reply of ['hang-up', 'cut-off'] as const) {
      const { client, requests } = await amp(() => reply);
      expect(isAmbiguous(await failure(run(client)))).toBe(true);
      expect(requests).toHaveLength(1);
    }
    const { client, requests } = await amp(() => ({ status: 503 }));
    expect(isAmbiguous(await failure(run(client)))).toBe(true);
    expect(requests).toHaveLength(1);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import {
  deadAddress,
  scriptedServer,
  type Reply,
  type ScriptedServer,
  type SeenRequest,
} from '../../../test/support/scripted-server.ts';
import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import { createCall, type ElementsOptions } from './call.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const PASSWORD = 'correct horse battery staple';

async function node(
  answer: (request: SeenRequest, index: number) => Reply | Promise<Reply>,
  options: ElementsOptions = {},
) {
  const server = await scriptedServer(answer);
  servers.push(server);
  return {
    server,
    call: createCall({ url: server.url, username: 'user', password: PASSWORD, wallet: '' }, options),
  };
}

const idOf = (request: SeenRequest) => (JSON.parse(request.body) as { id: unknown }).id;
const result = (request: SeenRequest, text: string): Reply => ({
  body: `{"result":${text},"error":null,"id":${JSON.stringify(idOf(request))}}`,
});

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error = await work.then(
    (value) => {
      throw new Error(`did not fail but gave ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof SluiceError)) throw error;
  expect(`${error.message} ${error.next} ${JSON.stringify(error)}`).not.toContain(PASSWORD);
  return error;
}

describe('a call to the node', () => {
  it('is a POST of the legacy form with an id, credentials and its own connection', async () => {
    const { server, call } = await node((request) => result(request, '1'));
    await call('getblockhash', [0]);
    await call('getblockhash', [1]);
    const [first, second] = server.seen.map((request) => JSON.parse(request.body) as Record<string, unknown>);
    expect(first).toEqual({ id: expect.any(String) as string, method: 'getblockhash', params: [0] });
    expect(second?.id).not.toBe(first?.id);
    expect(server.seen[0]?.method).toBe('POST');
    expect(server.seen[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from(`user:${PASSWORD}`).toString('base64')}`,
    );
    expect(server.seen[0]?.headers.connection).toBe('close');
  });

  it('names the wallet in the path, encoded', async () => {
    const { server, call } = await node((request) => result(request, '{}'));
    await call('getwalletinfo', [], { wallet: 'trésor/a b' });
    await call('getwalletinfo', [], { wallet: '' });
    expect(server.seen.map((request) => request.path)).toEqual(['/wallet/tr%C3%A9sor%2Fa%20b', '/wallet/']);
  });

  it('takes credentials and wallet out of an address as the old script wants it', async () => {
    const server = await scriptedServer((request) => result(request, '1'));
    servers.push(server);
    const url = server.url.replace('http://', 'http://bob:s%3Aecret@') + '/wallet/old';
    await createCall({ url, username: '', password: '', wallet: '' })('getblockhash');
    expect(server.seen[0]?.path).toBe('/');
    expect(server.seen[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('bob:s:ecret').toString('base64')}`,
    );
  });

  it('keeps the digits of fractions', async () => {
    const { call } = await node((request) => result(request, '{"a":21000000.00000001,"b":1e-08,"c":5}'));
    expect(await call('getwalletinfo')).toEqual({ a: '21000000.00000001', b: '1e-08', c: 5 });
  });

  it.each([200, 404, 500])('understands an RPC error under HTTP %i', async (status) => {
    const { call } = await node((request) => ({
      status,
      json: { result: null, error: { code: -28, message: 'Loading block index…' }, id: idOf(request) },
    }));
    const error = await failure(call('getblockchaininfo'));
    expect(error.code).toBe('NODE_WARMING_UP');
    expect(error.message).toContain('Loading block index…');
  });

  it.each(['sendmany', 'sendtoaddress', 'issueasset', 'reissueasset', 'destroyamount', 'send'])(
    'never sends %s',
    async (method) => {
      const { server, call } = await node((request) => result(request, '""'));
      expect((await failure(call(method))).code).toBe('NOT_ALLOWED');
      expect(server.seen).toHaveLength(0);
    },
  );

  it('sends at most six requests at once', async () => {
    let open = 0;
    let most = 0;
    const { call } = await node(async (request) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 5));
      open--;
      return result(request, '1');
    });
    await Promise.all(Array.from({ length: 30 }, () => call('getblockhash')));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6);
  });
});

describe('when the node does not answer as it should', () => {
  const cases: [string, Reply, string, RegExp][] = [
    ['wrong password', { status: 401 }, 'NODE_UNAUTHORIZED', /user name or password/],
    ['address not allowed', { status: 403 }, 'NODE_REFUSED', /from this machine/],
    ['work queue full', { status: 503, body: 'Work queue depth exceeded' }, 'NODE_BUSY', /more requests/],
    [
      'shutting down',
      {
        status: 503,
        headers: { 'content-type': 'text/html' },
        body: '<HTML><TITLE>503 Service Unavailable</TITLE></HTML>',
      },
      'NODE_UNREACHABLE',
      /shutting down/,
    ],
    ['a proxy in between', { status: 502, body: 'Bad gateway' }, 'NODE_UNREACHABLE', /answers 502/],
    [
      'a web page',
      { headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>hello' },
      'NODE_ANSWER_INVALID',
      /web page/,
    ],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://example.com/' } },
      'NODE_ANSWER_INVALID',
      /points elsewhere/,
    ],
    ['half a JSON document', { body: '{"result":{"chain":"liq' }, 'NODE_ANSWER_INVALID', /breaks off/],
    ['an empty success (2.0 without id)', { status: 204 }, 'NODE_ANSWER_INVALID', /empty answer/],
    ['JSON that is no RPC answer', { json: [1, 2] }, 'NODE_ANSWER_INVALID', /JSON/],
    [
      'the answer to another question',
      { json: { result: 1, error: null, id: 'other' } },
      'NODE_ANSWER_INVALID',
      /belong/,
    ],
    ['hanging up', 'hang-up', 'NODE_UNREACHABLE', /closed the connection|broke off/],
    ['breaking off', 'cut-off', 'NODE_UNREACHABLE', /broke off/],
  ];

  it.each(cases)('%s', async (_name, reply, code, message) => {
    const { call } = await node(() => reply);
    const error = await failure(call('getblockchaininfo'));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.next).not.toBe('');
  });

  it('nothing listens', async () => {
    const url = await deadAddress();
    const error = await failure(
      createCall({ url, username: 'u', password: PASSWORD, wallet: '' })('getblockchaininfo'),
    );
    expect(error.code).toBe('NODE_UNREACHABLE');
    expect(error.message).toContain(url);
  });

  it('silence becomes NODE_TIMEOUT, whose outcome is unknown', async () => {
    const { call } = await node(() => 'silence', { timeouts: { quick: 50, heavy: 50 } });
    for (const method of ['getblockchaininfo', 'sendrawtransaction']) {
      const error = await failure(call(method));
      expect(error.code).toBe('NODE_TIMEOUT');
      expect(isAmbiguous(error)).toBe(true);
    }
  });

  it('an answer beyond the limit is not read', async () => {
    const { call } = await node((request) => result(request, `"${'x'.repeat(10_000)}"`), { maxBytes: 5_000 });
    expect((await failure(call('getblockchaininfo'))).code).toBe('NODE_ANSWER_INVALID');
  });

  it('an interrupted call ends with CANCELLED', async () => {
    const stop = new AbortController();
    const { call } = await node(() => 'silence', { signal: stop.signal });
    const work = call('getblockchaininfo');
    setTimeout(() => stop.abort(), 20);
    expect((await failure(work)).code).toBe('CANCELLED');
    expect((await failure(call('getblockchaininfo'))).code).toBe('CANCELLED');
    const other = await node((request) => result(request, '1'));
    expect((await failure(other.call('getblockhash', [], { signal: stop.signal }))).code).toBe('CANCELLED');
  });

  it('addresses that are none are refused in words', () => {
    for (const url of ['nonsense', 'ftp://x', '']) {
      expect(() => createCall({ url, username: '', password: '', wallet: '' })).toThrow(SluiceError);
    }
  });
});

describe('repeating', () => {
  it.each(['hang-up', 'cut-off'] as const)('a read is sent once more after %s', async (reply) => {
    const { server, call } = await node((request, index) => (index === 0 ? reply : result(request, '7')));
    expect(await call('getblockhash', [0])).toBe(7);
    expect(server.seen).toHaveLength(2);
  });

  it('a read is not sent a third time', async () => {
    const { server, call } = await node(() => 'hang-up');
    await failure(call('getblockchaininfo'));
    expect(server.seen).toHaveLength(2);
  });

  it.each(['sendrawtransaction', 'walletprocesspsbt', 'lockunspent', 'createwallet', 'anything-unknown'])(
    '%s is sent exactly once',
    async (method) => {
      const { server, call } = await node(() => 'hang-up');
      expect(isAmbiguous(await failure(call(method)))).toBe(true);
      expect(server.seen).toHaveLength(1);
    },
  );

  it('a refusal is never repeated', async () => {
    const { server, call } = await node(() => ({ status: 503, body: 'Work queue depth exceeded' }));
    await failure(call('getblockchaininfo'));
    expect(server.seen).toHaveLength(1);
  });
});

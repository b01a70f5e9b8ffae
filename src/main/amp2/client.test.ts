import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  deadAddress,
  scriptedServer,
  type Reply,
  type ScriptedServer,
  type SeenRequest,
} from '../../../test/support/scripted-server.ts';
import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import { createAmp2Client, type Amp2ClientOptions } from './client.ts';

const PSET = 'cHNldP8BAgQCAAAAAQMEAAAAAA==';
const COSIGNED = 'cHNldP8BAgQCAAAAAQMEAAAAAAA=';
const DESCRIPTOR = 'ct(elip151,elwsh(multi(2,a,b)))#abcdefgh';
const WID = '4b2f-fca3-1d2e-0a8b-0d58-3ef5-9375-12cd';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A client whose waits take no time but are noted, and the server that it speaks with. */
async function amp2(
  answer: (request: SeenRequest, index: number) => Reply | Promise<Reply>,
  options: Partial<Omit<Amp2ClientOptions, 'endpoint'>> & { api?: 'direct' | 'proxy'; path?: string } = {},
) {
  const server = await scriptedServer(answer);
  servers.push(server);
  const waits: number[] = [];
  const { api = 'direct', path = '', ...rest } = options;
  const client = createAmp2Client({
    endpoint: { url: server.url + path, api },
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 0.5,
    ...rest,
  });
  return { client, server, waits };
}

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error = await work.then(
    (value) => {
      throw new Error(`did not fail but gave ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof SluiceError)) throw error;
  expect(error.next).not.toBe('');
  expect(error.message).not.toMatch(/\.\.|: \./);
  return error;
}

describe('a registration', () => {
  it.each([
    ['direct', '', '/wallets/register'],
    ['direct', '/', '/wallets/register'],
    ['direct', '//', '/wallets/register'],
    ['direct', '/amp2//', '/amp2/wallets/register'],
    ['proxy', '', '/proxy/register'],
    ['proxy', '/venue/', '/venue/proxy/register'],
  ] as const)('by the %s interface under “%s” goes to %s', async (api, path, expected) => {
    const { client, server } = await amp2(() => ({ json: { wid: WID, created: true } }), { api, path });
    expect(await client.register(DESCRIPTOR)).toBe(WID);
    const [request] = server.seen;
    expect(`${request?.method} ${request?.path}`).toBe(`POST ${expected}`);
    expect(JSON.parse(request?.body ?? '')).toEqual({ descriptor: DESCRIPTOR });
    expect(request?.headers['content-type']).toBe('application/json');
  });

  it('of the same keys with other blinding keys is a conflict, in words', async () => {
    const { client, server } = await amp2(() => ({ status: 403, json: { error: 'already registered' } }));
    const error = await failure(client.register(DESCRIPTOR));
    expect(error.code).toBe('CONFLICT');
    expect(error.message).toContain('other blinding keys: already registered.');
    expect(error.next).toContain('registered first');
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['of the server', 400, { error: 'not a 2-of-2' }, 'not a 2-of-2'],
    ['of the proxy', 422, { error: 'validation_error', message: 'unknown server key' }, 'unknown server key'],
    ['of a framework', 422, { detail: 'descriptor: too short' }, 'too short'],
    ['without words', 400, undefined, 'does not accept the descriptor.'],
  ])('that is refused as invalid %s says so', async (_name, status, json, words) => {
    const { client, server } = await amp2(() => ({ status, json }));
    const error = await failure(client.register(DESCRIPTOR));
    expect(error.code).toBe('DESCRIPTOR_INVALID');
    expect(error.message).toContain(words);
    expect(server.seen).toHaveLength(1);
  });

  it('is tried again when AMP2 was in trouble, for it changes nothing twice', async () => {
    const { client, server } = await amp2((_request, index) =>
      index < 2 ? { status: 503 } : { json: { wid: WID } },
    );
    expect(await client.register(DESCRIPTOR)).toBe(WID);
    expect(server.seen).toHaveLength(3);
  });

  it.each([[{}], [{ wid: 7 }], [{ wid: '' }], [{ wid: 'a b' }], [[]], ['text'], [null]])(
    'answered by %j is not one',
    async (json) => {
      const { client } = await amp2(() => ({ json }));
      expect((await failure(client.register(DESCRIPTOR))).code).toBe('COSIGNER_ANSWER_INVALID');
    },
  );
});

describe('a cosignature', () => {
  it.each([
    ['direct', '/wallets/sign'],
    ['proxy', '/proxy/cosign'],
  ] as const)('by the %s interface', async (api, path) => {
    const { client, server } = await amp2(() => ({ json: { pset: COSIGNED } }), { api });
    expect(await client.cosign(PSET)).toBe(COSIGNED);
    expect(server.seen.map((request) => request.path)).toEqual([path]);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ pset: PSET });
  });

  const rows: [string, object, RegExp, RegExp][] = [
    [
      'recipient not in the group',
      {
        error: 'restriction_violation',
        message: "Recipient wallet wid=abc123 is not in restriction group 'allowed_holders'",
      },
      /not among those whom the issuer allows \(“Recipient wallet wid=abc123/,
      /Ask the issuer to put the recipient/,
    ],
    [
      'recipient not registered',
      { error: 'wallet_not_found', message: 'Recipient wallet not registered' },
      /the recipient is not registered/,
      /has to register/,
    ],
    [
      'sender not found',
      { error: 'wallet_not_found', message: 'Sender wallet not found' },
      /does not know this wallet/,
      /Register the wallet/,
    ],
    [
      'recipient unknown, by its sentence alone',
      { error: 'recipient is not registered' },
      /the recipient is not registered/,
      /has to register/,
    ],
    [
      'over the limit',
      { error: 'restriction_violation', message: 'amount 500 exceeds the transfer limit 100' },
      /over the issuer’s limit/,
      /smaller amount/,
    ],
    [
      'asset locked',
      { error: 'asset_locked', message: 'Bonds' },
      /the asset is locked \(“Bonds”\)/,
      /unlock/,
    ],
    ['asset locked, in words', { error: 'the asset is locked' }, /the asset is locked/, /unlock/],
    [
      'coin locked',
      { error: 'utxo_locked', message: 'ab:0' },
      /a coin of this payment is locked/,
      /without it/,
    ],
    [
      'coin locked, in words',
      { error: 'restriction_violation', message: 'UTXO ab:0 is locked' },
      /a coin of this payment is locked/,
      /without it/,
    ],
    [
      'sender not registered',
      { error: 'sender_not_registered', message: 'x' },
      /does not know this wallet/,
      /Register the wallet/,
    ],
    ['coin spent', { error: 'input ab:0 is already spent' }, /not there any more/, /Scan/],
    ['unreadable', { error: 'invalid_pset', message: 'cannot parse' }, /cannot read/, /anew/],
    [
      'an unexplained rule',
      { error: 'restriction_violation', message: 'no' },
      /rules forbid this payment \(“no”\)/,
      /which rule/,
    ],
    ['anything else', { error: 'teapot', message: 'short and stout' }, /short and stout/, /Ask the issuer/],
  ];
  it.each(rows)('refused because of %s says what to do', async (_name, json, message, next) => {
    for (const [status, api] of [
      [400, 'direct'],
      [403, 'proxy'],
      [422, 'proxy'],
      [200, 'proxy'],
    ] as const) {
      const { client, server, waits } = await amp2(() => ({ status, json }), { api });
      const error = await failure(client.cosign(PSET));
      expect(error.code).toBe('COSIGNER_REFUSED');
      expect(error.message).toMatch(message);
      expect(error.next).toMatch(next);
      expect(isAmbiguous(error)).toBe(false);
      expect([server.seen.length, waits.length]).toEqual([1, 0]);
    }
  });

  it('is asked for again after 5xx, each time after a longer wait', async () => {
    const { client, server, waits } = await amp2((_request, index) =>
      index < 3 ? { status: 500 + index } : { json: { pset: COSIGNED } },
    );
    expect(await client.cosign(PSET)).toBe(COSIGNED);
    expect(server.seen).toHaveLength(4);
    expect(waits).toEqual([375, 750, 1500]);
  });

  it('is asked for four times at most', async () => {
    for (const [reply, code] of [
      [{ status: 503, json: { error: 'maintenance' } }, 'COSIGNER_UNAVAILABLE'],
      ['hang-up', 'COSIGNER_UNREACHABLE'],
      ['cut-off', 'COSIGNER_UNREACHABLE'],
    ] as const) {
      const { client, server } = await amp2(() => reply);
      const error = await failure(client.cosign(PSET));
      expect(error.code).toBe(code);
      expect(isAmbiguous(error)).toBe(true);
      expect(server.seen).toHaveLength(4);
    }
  });

  it('is waited for a while, and then asked for again', async () => {
    const { client, server } = await amp2(
      (_request, index) => (index === 0 ? 'silence' : { json: { pset: COSIGNED } }),
      { deadlines: { cosign: 400 } },
    );
    expect(await client.cosign(PSET)).toBe(COSIGNED);
    expect(server.seen).toHaveLength(2);
    const silent = await amp2(() => 'silence', { deadlines: { cosign: 40 } });
    expect((await failure(silent.client.cosign(PSET))).code).toBe('COSIGNER_TIMEOUT');
  });

  it.each([400, 401, 403, 404, 409, 422, 429])('is never asked for again after %i', async (status) => {
    const { client, server } = await amp2(() => ({ status, json: { error: 'no' } }));
    await failure(client.cosign(PSET));
    expect(server.seen).toHaveLength(1);
  });

  it('can be given up, while it is waited for and between two tries', async () => {
    const stop = new AbortController();
    const silent = await amp2(() => {
      stop.abort();
      return 'silence';
    });
    expect((await failure(silent.client.cosign(PSET, stop.signal))).code).toBe('CANCELLED');
    expect(silent.server.seen).toHaveLength(1);

    const later = new AbortController();
    const server = await scriptedServer(() => ({ status: 503 }));
    servers.push(server);
    const client = createAmp2Client({
      endpoint: { url: server.url, api: 'direct' },
      random: () => {
        setImmediate(() => later.abort());
        return 1e6;
      },
    });
    expect((await failure(client.cosign(PSET, later.signal))).code).toBe('CANCELLED');
    expect(server.seen).toHaveLength(1);
  });

  const html = { headers: { 'content-type': 'text/html' }, body: '<html><h1>Sign in</h1></html>' };
  const cases: [string, Reply, string, RegExp][] = [
    ['a web page', html, 'COSIGNER_ANSWER_INVALID', /web page answers \(HTTP 200\)/],
    ['a web page under 404', { status: 404, ...html }, 'COSIGNER_ANSWER_INVALID', /web page/],
    ['a web page under 502', { status: 502, ...html }, 'COSIGNER_UNAVAILABLE', /HTTP 502\)\.$/],
    [
      'a redirect',
      { status: 301, headers: { location: 'http://127.0.0.1:1/' } },
      'COSIGNER_ANSWER_INVALID',
      /elsewhere/,
    ],
    ['a wish for a login', { status: 401, json: {} }, 'COSIGNER_UNAUTHORIZED', /login/],
    ['too many requests', { status: 429 }, 'COSIGNER_UNAVAILABLE', /fewer/],
    ['half an answer', { body: '{"pset":"cHN' }, 'COSIGNER_ANSWER_INVALID', /cannot be understood/],
    ['nothing', { body: '' }, 'COSIGNER_ANSWER_INVALID', /cannot be understood/],
    ['something else', { json: { hello: 1 } }, 'COSIGNER_ANSWER_INVALID', /cannot be understood/],
    ['no base64', { json: { pset: '<script>' } }, 'COSIGNER_ANSWER_INVALID', /cannot be understood/],
  ];
  it.each(cases)('answered by %s', async (_name, reply, code, message) => {
    const { client } = await amp2(() => reply);
    const error = await failure(client.cosign(PSET));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  it('larger than is read, or asked for where nobody is', async () => {
    const { client, server } = await amp2(() => ({ json: { pset: 'A'.repeat(17 * 1024 * 1024) } }));
    expect((await failure(client.cosign(PSET))).message).toContain('larger');
    expect(server.seen).toHaveLength(1);
    const nobody = createAmp2Client({
      endpoint: { url: await deadAddress(), api: 'direct' },
      sleep: () => Promise.resolve(),
    });
    expect((await failure(nobody.cosign(PSET))).code).toBe('COSIGNER_UNREACHABLE');
  });

  it('refused in words of any kind shows one clean line of them', async () => {
    let reply: Reply = {};
    const { client } = await amp2(() => reply);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async (text) => {
        reply = {
          status: 400,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ error: 'x', message: `it is ${text}` }),
        };
        const error = await failure(client.cosign(PSET)).catch((fault: unknown) => {
          // Dots of the server's own are its business.
          if (text.includes('.')) return null;
          throw fault;
        });
        if (error === null) return;
        expect(error.code).toBe('COSIGNER_REFUSED');
        expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(error.message.length).toBeLessThan(450);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the test of the connection', () => {
  it.each<[string, Reply, boolean]>([
    ['AMP2 that refuses nothing much', { status: 400, json: { error: 'empty descriptor' } }, true],
    ['a proxy', { status: 422, json: { error: 'validation_error', message: 'x' } }, true],
    ['trouble', { status: 503 }, false],
    ['a web page', { body: '<html></html>', headers: { 'content-type': 'text/html' } }, false],
    ['another server', { status: 404, json: { error: 'no such path' } }, false],
    ['a login', { status: 401, json: {} }, false],
    ['a redirect', { status: 302, headers: { location: '/login' } }, false],
    ['a broken connection', 'hang-up', false],
    ['silence', 'silence', false],
  ])('with %s', async (_name, reply, ok) => {
    const { client, server } = await amp2(() => reply, { deadlines: { ping: 200 } });
    const verdict = await client.ping();
    expect(verdict.ok).toBe(ok);
    expect(verdict.message).toMatch(/AMP2|web page/);
    expect(server.seen).toHaveLength(1);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ descriptor: '' });
  });
});

describe('an address of AMP2', () => {
  it('that is none is refused, and a password in it never shown', async () => {
    for (const url of ['', 'amp2', 'file:///etc/passwd', 'ws://127.0.0.1']) {
      expect(() => createAmp2Client({ endpoint: { url, api: 'direct' } })).toThrow(SluiceError);
    }
    const dead = (await deadAddress()).replace('http://', 'http://user:hunter2@');
    const client = createAmp2Client({
      endpoint: { url: dead, api: 'direct' },
      sleep: () => Promise.resolve(),
    });
    const error = await failure(client.cosign(PSET));
    expect(JSON.stringify([error.toShape(), error.stack])).not.toContain('hunter2');
  });
});

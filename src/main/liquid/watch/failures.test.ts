import type http from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { esploraDouble } from '../../../../test/support/esplora-double.ts';
import type { Behaviour, EsploraDouble } from '../../../../test/support/esplora-double.ts';
import { KeptUpdates, totalOf, watchedKit } from '../../../../test/support/watched-wallet.ts';
import type { WatchedKit } from '../../../../test/support/watched-wallet.ts';
import { createLiquid, createWatch } from '../index.ts';
import type { ChainSource, ScanResult, Watch } from '../index.ts';

const WORDS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

const liquid = createLiquid({ workers: 1 });
let kit: WatchedKit;
let paid: string;
let server: EsploraDouble;
let watch: Watch;
let kept: KeptUpdates;

beforeAll(async () => {
  // The same for all: what one server did must not be felt by the next.
  watch = createWatch({ threads: 1, requestDeadline: 1_500, busyLimit: 1, maxBytes: 100_000 });
  kit = await watchedKit(liquid, WORDS);
  paid = await kit.payment([{ chain: 0, index: 0, value: 1_000n }]);
}, 60_000);
afterAll(() => Promise.all([liquid.close(), watch.close()]));
beforeEach(async () => {
  server = await esploraDouble();
  kept = new KeptUpdates();
});
afterEach(() => server.close());

const esplora = (url = server.url): ChainSource => ({ kind: 'esplora', url });
const scan = (source = esplora(), options: Parameters<Watch['scan']>[3] = {}): Promise<ScanResult> =>
  watch.scan(kit.wallet, kept.get, source, options);

/** The next look, at a server that has come to its senses, finds what there is. */
async function expectUsable(): Promise<void> {
  server.behaviour = () => false;
  server.add(paid);
  const { view } = await scan();
  expect(totalOf(view?.coins ?? [])).toBe(1_000n);
}

const say =
  (status: number, body: string | Buffer, type = 'text/plain'): Behaviour =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
    return true;
  };
/** From the third request on, when the scan is under way. */
const later =
  (then: Behaviour): Behaviour =>
  (request, response, count) =>
    count > 2 && then(request, response, count);
const at =
  (path: RegExp, then: Behaviour): Behaviour =>
  (request, response, count) =>
    path.test(request.url ?? '') && then(request, response, count);
const hangUp = (request: http.IncomingMessage): boolean => {
  request.socket.destroy();
  return true;
};
const cutShort: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('[');
  setImmediate(() => response.destroy());
  return true;
};
const endless: Behaviour = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = () => {
    while (response.write(' '.repeat(10_000)));
  };
  response.on('drain', more);
  more();
  return true;
};
const HTML = '<!doctype html><html><body>Sign in to the hotel network</body></html>';
const other = '02000000000000000000';

describe.each<[string, Behaviour, string, RegExp]>([
  ['is silent', () => true, 'CHAIN_TIMEOUT', /did not answer within 2 seconds/],
  ['falls silent', later(() => true), 'CHAIN_TIMEOUT', /did not answer/],
  ['closes the connection', hangUp, 'CHAIN_UNREACHABLE', /closed the connection/],
  ['closes it in the middle', later(hangUp), 'CHAIN_UNREACHABLE', /closed the connection/],
  ['breaks off an answer', cutShort, 'CHAIN_UNREACHABLE', /before its answer was complete/],
  ['answers 503 for ever', say(503, 'busy'), 'CHAIN_BUSY', /turned the desk away 2 times in a row/],
  ['answers 429 from then on', later(say(429, '')), 'CHAIN_BUSY', /too much to do/],
  ['answers 401', say(401, 'who are you'), 'CHAIN_ANSWER_INVALID', /\/blocks.*HTTP 401/],
  [
    'answers 401 for histories',
    at(/address/, say(401, 'who are you')),
    'CHAIN_ANSWER_INVALID',
    /\/address.*HTTP 401/,
  ],
  ['answers 404', say(404, 'no'), 'CHAIN_ANSWER_INVALID', /HTTP 404/],
  ['answers 502', say(502, 'no'), 'CHAIN_UNREACHABLE', /fault of its own \(HTTP 502\)/],
  ['points elsewhere', say(302, ''), 'CHAIN_ANSWER_INVALID', /points elsewhere/],
  ['answers without end', endless, 'CHAIN_ANSWER_INVALID', /more than 97 KiB/],
  ['answers with a page', say(200, HTML, 'text/html'), 'CHAIN_ANSWER_INVALID', /a web page answers/],
  [
    'answers with a page that it calls JSON',
    say(200, HTML, 'application/json'),
    'CHAIN_ANSWER_INVALID',
    /web page/,
  ],
  [
    'answers with garbage',
    at(/address/, say(200, '\0\xff{', 'application/json')),
    'CHAIN_ANSWER_INVALID',
    /something else than its transactions/,
  ],
  [
    'answers with other JSON',
    at(/address/, say(200, '{"error":"x"}', 'application/json')),
    'CHAIN_ANSWER_INVALID',
    /something else/,
  ],
  ['has no tip', at(/tip/, say(200, 'soon')), 'CHAIN_ANSWER_INVALID', /no block hash/],
  ['has no header', at(/header/, say(200, 'zz')), 'CHAIN_ANSWER_INVALID', /no block header/],
  ['has another header', at(/header/, say(200, '00'.repeat(100))), 'CHAIN_ANSWER_INVALID', /no block header/],
])('a server that %s', (_what, behaviour, code, words) => {
  it('is blamed in words, and the next look works', async () => {
    server.behaviour = behaviour;
    const error: unknown = await scan().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) as string });
    // Nothing of the wallet is in the message.
    expect(String(error)).not.toMatch(/slip77|tpub|el1|ert1/);
    await expectUsable();
  });
});

describe('a server', () => {
  it('that turns the desk away once is asked again', async () => {
    let turned = 0;
    server.behaviour = (request, response, count) =>
      count > 2 && (turned += 1) === 1 && say(429, '')(request, response, count);
    expect((await scan()).view?.tip?.height).toBe(0);
    expect(turned).toBeGreaterThan(1);
  });

  it('that is not there is named', async () => {
    const url = server.url;
    await server.close();
    await expect(scan(esplora(url))).rejects.toMatchObject({
      code: 'CHAIN_UNREACHABLE',
      message: `Nothing answers at ${new URL(url).host}.`,
    });
    server = await esploraDouble();
    await expectUsable();
  });

  it('that gives another transaction than the one asked for is not believed', async () => {
    server.add(paid);
    server.behaviour = at(/raw$/, say(200, Buffer.from(`${other}00`, 'hex')));
    await expect(scan()).rejects.toMatchObject({
      code: 'CHAIN_ANSWER_INVALID',
      message: expect.stringMatching(/sent another transaction|damaged transaction/) as string,
    });
    await expectUsable();
  });

  it('is left alone when the look is given up', async () => {
    const control = new AbortController();
    server.behaviour = later(() => {
      control.abort();
      return true;
    });
    await expect(scan(esplora(), { signal: control.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expectUsable();
  });
});

describe('a thread', () => {
  it('that dies over one wallet takes up the next call in a new one', async () => {
    server.behaviour = later(() => true);
    const broken = createWatch({
      threads: 1,
      url: new URL('../../../../test/support/dying-watch-thread.ts', import.meta.url),
    });
    await expect(broken.view(kit.wallet, kept.get)).rejects.toMatchObject({ code: 'LIQUID_UNAVAILABLE' });
    await expect(broken.view(kit.wallet, kept.get)).rejects.toMatchObject({ code: 'LIQUID_UNAVAILABLE' });
    await broken.close();
    await expectUsable();
  });

  it('that is late is thrown away; what else it did fails, and the next call works', async () => {
    await watch.close();
    watch = createWatch({ threads: 1, requestDeadline: 60_000, scanDeadline: 2_000 });
    server.behaviour = later(() => true);
    const late = expect(scan()).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
    const beside = { ...kit.wallet, id: 'beside' };
    const second = expect(watch.scan(beside, kept.get, esplora(), { toIndex: 100 })).rejects.toMatchObject({
      code: 'LIQUID_UNAVAILABLE',
    });
    await Promise.all([late, second]);
    await watch.close();
    watch = createWatch({ threads: 1 });
    await expectUsable();
  });

  it('goes on showing wallets while a server keeps a scan waiting', async () => {
    server.behaviour = later(() => true);
    const waiting = expect(scan()).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
    expect(await watch.view(kit.wallet, kept.get)).toMatchObject({ coins: [] });
    expect(await watch.view({ ...kit.wallet, id: 'beside' }, kept.get)).toMatchObject({ coins: [] });
    await waiting;
  });

  it('says that the store’s updates do not fit, without words of the wallet', async () => {
    kept.list.push(new Uint8Array([1, 2, 3]));
    await expect(watch.view(kit.wallet, kept.get)).rejects.toMatchObject({
      code: 'LIQUID_UNAVAILABLE',
      message: expect.stringMatching(/does not fit together/) as string,
    });
    kept.list.pop();
    await expectUsable();
  });
});

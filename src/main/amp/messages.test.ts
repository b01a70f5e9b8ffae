import { afterEach, describe, expect, it } from 'vitest';
import { documentedMessage, type Message } from '../../../test/support/message-table.ts';
import {
  deadAddress,
  scriptedServer,
  type Reply,
  type ScriptedServer,
  type SeenRequest,
} from '../../../test/support/scripted-server.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createAmpClient } from './client.ts';

const UUID = '35bec770-03cc-47e7-aa64-cc9a943b71fd';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const client = (url: string, timeout = 60_000) =>
  createAmpClient({
    url: `${url}/api`,
    credentials: () => Promise.resolve({ username: 'issuer@acme.example', password: 'secret' }),
    tokenStore: {
      load: () => Promise.resolve('kept'),
      save: () => Promise.resolve(),
      clear: () => Promise.resolve(),
    },
    timeouts: { read: timeout, change: timeout },
  });

async function answering(answer: (request: SeenRequest) => Reply, timeout?: number) {
  const server = await scriptedServer(answer);
  servers.push(server);
  return client(server.url, timeout);
}

const HTML = { headers: { 'content-type': 'text/html' }, body: '<html><h1>Maintenance</h1></html>' };
const list = async (reply: Reply) => (await answering(() => reply)).registeredUsers.list();
const isLogin = (request: SeenRequest) => request.path.endsWith('obtain_token');
const expired = { status: 401, json: { detail: 'Invalid token.' } };

const SITUATIONS: Record<string, () => Promise<unknown>> = {
  'AMP down': async () => client(await deadAddress()).registeredUsers.list(),
  'AMP in trouble': () => list({ status: 503, ...HTML }),
  'AMP answering HTML': () => list(HTML),
  'AMP answering half a document': () => list({ body: '[{"id":4' }),
  'AMP silent': async () => (await answering(() => 'silence', 50)).registeredUsers.list(),
  'connection to AMP lost during a change': async () =>
    (await answering(() => 'hang-up')).distributions.create(UUID),
  'wrong AMP password': async () =>
    (
      await answering((request) => (isLogin(request) ? { status: 400, json: {} } : expired))
    ).registeredUsers.list(),
  'token expired and refused again': async () =>
    (
      await answering((request) => (isLogin(request) ? { json: { token: 'new' } } : expired))
    ).registeredUsers.list(),
  'AMP account without the right': () =>
    list({ status: 403, json: { detail: 'You do not have permission to perform this action.' } }),
  'AMP refuses': () => list({ status: 400, json: { GAID: ['Investor with that GAID already created.'] } }),
  'AMP asks to slow down': () => list({ status: 429, headers: { 'retry-after': '30' } }),
  'distribution from another AMP': async () => {
    const json = {
      command: 'distribute',
      min_supported_client_script_version: 2,
      base_url: 'https://amp-test.blockstream.com/api/{}',
      asset_uuid: UUID,
      asset_id: 'ab'.repeat(32),
      distribution_uuid: 'b5d1f0c2-7a55-4c0e-9d6e-4a1f5b0e8f11',
      map_address_amount: { a: 1 },
      map_address_asset: { a: 'ab'.repeat(32) },
    };
    await (await answering(() => ({ json }))).distributions.create(UUID);
  },
};

describe('the table of messages: AMP', () => {
  it.each(Object.keys(SITUATIONS))('%s', async (situation) => {
    const outcome = await SITUATIONS[situation]?.().then(
      () => ({ code: 'none', message: 'nothing failed', next: '' }),
      (error: unknown) => (error instanceof SluiceError ? error.toShape() : error),
    );
    const shown = JSON.parse(
      JSON.stringify(outcome)
        .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://amp.blockstream.com')
        .replaceAll(/127\.0\.0\.1:\d+/g, 'amp.blockstream.com'),
    ) as Message;
    expect(documentedMessage(situation)).toEqual({
      code: shown.code,
      message: shown.message,
      next: shown.next,
    });
  });

  it('token expired: nothing is shown, a new one is fetched', async () => {
    const amp = await answering((request) => {
      if (isLogin(request)) return { json: { token: 'new' } };
      return request.headers.authorization === 'token new' ? { json: [] } : expired;
    });
    expect(await amp.registeredUsers.list()).toEqual([]);
    expect(documentedMessage('token expired')).toEqual({
      code: '–',
      message: 'Nothing: the desk logs in again and repeats the call once.',
      next: 'Nothing.',
    });
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import {
  scriptedServer,
  type Reply,
  type ScriptedServer,
  type SeenRequest,
} from '../../../test/support/scripted-server.ts';
import { amount } from '../../shared/money.ts';
import { createAmpClient, type AmpClient } from './client.ts';

const UUID = '35bec770-03cc-47e7-aa64-cc9a943b71fd';
const DUUID = 'b5d1f0c2-7a55-4c0e-9d6e-4a1f5b0e8f11';
const ASSET = 'ab'.repeat(32);
const TXID = 'cd'.repeat(32);

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function amp(
  answer: (request: SeenRequest) => Reply,
): Promise<{ client: AmpClient; server: ScriptedServer }> {
  const server = await scriptedServer(answer);
  servers.push(server);
  const client = createAmpClient({
    url: `${server.url}/api`,
    credentials: () => Promise.resolve({ username: 'u', password: 'p' }),
    tokenStore: {
      load: () => Promise.resolve('t'),
      save: () => Promise.resolve(),
      clear: () => Promise.resolve(),
    },
  });
  return { client, server };
}

const user = { id: 44, GAID: 'GA3Fkn', is_company: true, name: 'Ada', categories: [12], creator: 23 };
const category = {
  id: 12,
  name: 'kyc',
  description: 'd',
  investors: [44],
  registered_users: [44],
  assets: [UUID],
};
const asset = {
  name: 'ACME',
  asset_uuid: UUID,
  issuer: 23,
  asset_id: ASSET,
  reissuance_token_id: null,
  requirements: [12],
  ticker: 'ACM',
  precision: 2,
  domain: 'acme.example',
  pubkey: `02${'11'.repeat(32)}`,
  is_registered: false,
  is_authorized: true,
  is_locked: false,
  issuer_authorization_endpoint: '',
  investors_restricted: true,
  transfer_restricted: true,
};
const assignment = {
  id: 7,
  registered_user: 44,
  investor: 44,
  amount: 250,
  receiving_address: null,
  distribution_uuid: null,
  ready_for_distribution: true,
  vesting_datetime: null,
  vesting_timestamp: null,
  has_vested: true,
  is_distributed: false,
  creator: 23,
  GAID: 'GA3Fkn',
};
const manager = { id: 5, username: 'm', is_locked: true, assets: [UUID] };
const coinOrder = (command: string, url: string, coins: string) => ({
  command,
  min_supported_client_script_version: 2,
  base_url: `${url}/api/{}`,
  asset_uuid: UUID,
  asset_id: ASSET,
  amount: 0.0001,
  [coins]: [{ txid: TXID, vout: 1 }],
});

type Row = [
  string,
  (client: AmpClient) => Promise<unknown>,
  { body?: unknown; reply?: (url: string) => Reply }?,
];

/** Every endpoint: what is sent, and that its ordinary answer is understood. */
const ROWS: Row[] = [
  ['GET /api/info', (c) => c.info(), { reply: () => ({ json: { version: '0.1.13' } }) }],
  ['GET /api/changelog', (c) => c.account.changelog(), { reply: () => ({ json: { '0.1.0': 'text' } }) }],
  ['GET /api/registered_users', (c) => c.registeredUsers.list(), { reply: () => ({ json: [user] }) }],
  ['GET /api/registered_users/44', (c) => c.registeredUsers.get(44), { reply: () => ({ json: user }) }],
  [
    'POST /api/registered_users/add',
    (c) => c.registeredUsers.add({ name: 'Ada', isCompany: true, gaid: 'GA3Fkn' }),
    { body: { name: 'Ada', is_company: true, GAID: 'GA3Fkn' }, reply: () => ({ status: 201, json: user }) },
  ],
  [
    'PUT /api/registered_users/44/edit',
    (c) => c.registeredUsers.rename(44, 'Eve'),
    { body: { name: 'Eve' }, reply: () => ({ json: user }) },
  ],
  [
    'DELETE /api/registered_users/44/delete',
    (c) => c.registeredUsers.remove(44),
    { reply: () => ({ status: 204 }) },
  ],
  [
    'GET /api/registered_users/44/summary',
    (c) => c.registeredUsers.summary(44),
    { reply: () => ({ json: [] }) },
  ],
  [
    'GET /api/registered_users/44/gaids',
    (c) => c.registeredUsers.gaids(44),
    { reply: () => ({ json: ['GA1'] }) },
  ],
  ['POST /api/registered_users/44/gaids/add', (c) => c.registeredUsers.addGaid(44, 'GA1'), { body: 'GA1' }],
  [
    'POST /api/registered_users/44/gaids/set-default',
    (c) => c.registeredUsers.setDefaultGaid(44, 'GA1'),
    { body: 'GA1', reply: () => ({ json: user }) },
  ],
  ['GET /api/categories', (c) => c.categories.list(), { reply: () => ({ json: [category] }) }],
  ['GET /api/categories/12', (c) => c.categories.get(12), { reply: () => ({ json: category }) }],
  [
    'POST /api/categories/add',
    (c) => c.categories.add({ name: 'kyc', description: 'd' }),
    { body: { name: 'kyc', description: 'd' }, reply: () => ({ status: 201, json: category }) },
  ],
  [
    'PUT /api/categories/12/edit',
    (c) => c.categories.edit(12, { name: 'kyc', description: 'd' }),
    { body: { name: 'kyc', description: 'd' }, reply: () => ({ json: category }) },
  ],
  ['DELETE /api/categories/12/delete', (c) => c.categories.remove(12), { reply: () => ({ status: 204 }) }],
  [
    'PUT /api/categories/12/registered_users/44/add',
    (c) => c.categories.addUser(12, 44),
    { reply: () => ({ json: category }) },
  ],
  [
    'PUT /api/categories/12/registered_users/44/remove',
    (c) => c.categories.removeUser(12, 44),
    { reply: () => ({ json: category }) },
  ],
  [
    `PUT /api/categories/12/assets/${UUID}/add`,
    (c) => c.categories.addAsset(12, UUID),
    { reply: () => ({ json: category }) },
  ],
  [
    `PUT /api/categories/12/assets/${UUID}/remove`,
    (c) => c.categories.removeAsset(12, UUID),
    { reply: () => ({ json: category }) },
  ],
  [
    'GET /api/gaids/GA1/validate',
    (c) => c.gaids.validate('GA1'),
    { reply: () => ({ json: { is_valid: true } }) },
  ],
  [
    'GET /api/gaids/GA1/address',
    (c) => c.gaids.newAddress('GA1'),
    { reply: () => ({ json: { address: 'lq1', error: '' } }) },
  ],
  [
    'GET /api/gaids/GA1/registered_user',
    (c) => c.gaids.registeredUser('GA1'),
    { reply: () => ({ json: user }) },
  ],
  ['GET /api/gaids/GA1/balance', (c) => c.gaids.balance('GA1'), { reply: () => ({ json: [] }) }],
  [
    `GET /api/gaids/GA1/balance/${UUID}`,
    (c) => c.gaids.assetBalance('GA1', UUID),
    { reply: () => ({ json: { asset_uuid: UUID, asset_id: ASSET, balance: 1 } }) },
  ],
  ['GET /api/managers', (c) => c.managers.list(), { reply: () => ({ json: [manager] }) }],
  ['GET /api/managers/5', (c) => c.managers.get(5), { reply: () => ({ json: manager }) }],
  ['GET /api/managers/me', (c) => c.managers.me(), { reply: () => ({ json: manager }) }],
  [
    'POST /api/managers/create',
    (c) => c.managers.create({ username: 'm', password: 'x' }),
    { body: { username: 'm', password: 'x' }, reply: () => ({ json: manager }) },
  ],
  ['PUT /api/managers/5/lock', (c) => c.managers.lock(5)],
  ['PUT /api/managers/5/unlock', (c) => c.managers.unlock(5)],
  [`PUT /api/managers/5/assets/${UUID}/add`, (c) => c.managers.addAsset(5, UUID)],
  [`PUT /api/managers/5/assets/${UUID}/remove`, (c) => c.managers.removeAsset(5, UUID)],
  [
    'POST /api/managers/5/change-password',
    (c) => c.managers.changePassword(5, 'x'),
    { body: { password: 'x' } },
  ],
  ['GET /api/assets', (c) => c.assets.list(), { reply: () => ({ json: [asset] }) }],
  [`GET /api/assets/${UUID}`, (c) => c.assets.get(UUID), { reply: () => ({ json: asset }) }],
  [
    'POST /api/assets/issue',
    (c) =>
      c.assets.issue({
        name: 'ACME shares',
        amount: amount(2_100_000_000_000_000n),
        destinationAddress: `lq1${'q'.repeat(30)}`,
        domain: 'acme.example',
        ticker: 'ACM',
        pubkey: `02${'11'.repeat(32)}`,
        precision: 2,
        isConfidential: true,
        transferRestricted: true,
        reissuance: { tokens: amount(1n), address: `lq1${'p'.repeat(30)}` },
      }),
    {
      body: {
        name: 'ACME shares',
        amount: 2_100_000_000_000_000,
        destination_address: `lq1${'q'.repeat(30)}`,
        domain: 'acme.example',
        ticker: 'ACM',
        pubkey: `02${'11'.repeat(32)}`,
        precision: 2,
        is_confidential: true,
        transfer_restricted: true,
        is_reissuable: true,
        reissuance_amount: 1,
        reissuance_address: `lq1${'p'.repeat(30)}`,
      },
      reply: () => ({
        status: 201,
        json: { ...asset, txid: TXID, vin: 0, asset_vout: 1, reissuance_vout: null },
      }),
    },
  ],
  [
    `PUT /api/assets/${UUID}/edit`,
    (c) => c.assets.setAuthorizationEndpoint(UUID, 'https://a.example'),
    { body: { issuer_authorization_endpoint: 'https://a.example' }, reply: () => ({ json: asset }) },
  ],
  [`DELETE /api/assets/${UUID}/delete`, (c) => c.assets.remove(UUID), { reply: () => ({ status: 204 }) }],
  [`GET /api/assets/${UUID}/register`, (c) => c.assets.register(UUID), { reply: () => ({ json: asset }) }],
  [
    `GET /api/assets/${UUID}/register-authorized`,
    (c) => c.assets.registerAuthorized(UUID),
    { reply: () => ({ json: asset }) },
  ],
  [`PUT /api/assets/${UUID}/lock`, (c) => c.assets.lock(UUID), { reply: () => ({ json: asset }) }],
  [`PUT /api/assets/${UUID}/unlock`, (c) => c.assets.unlock(UUID), { reply: () => ({ json: asset }) }],
  [
    `GET /api/assets/${UUID}/summary`,
    (c) => c.assets.summary(UUID),
    { reply: () => ({ json: { asset_id: ASSET, issued: 5 } }) },
  ],
  [
    `GET /api/assets/${UUID}/balance`,
    (c) => c.assets.balance(UUID),
    { reply: () => ({ json: { confirmed_balance: [], lost_outputs: [] } }) },
  ],
  [
    `GET /api/assets/${UUID}/lost-outputs`,
    (c) => c.assets.lostOutputs(UUID),
    { reply: () => ({ json: { lost_outputs: [{ txid: TXID, vout: 1 }] } }) },
  ],
  [`GET /api/assets/${UUID}/ownerships`, (c) => c.assets.ownerships(UUID), { reply: () => ({ json: [] }) }],
  [
    `GET /api/assets/${UUID}/ownerships?height=2000`,
    (c) => c.assets.ownerships(UUID, 2000),
    { reply: () => ({ json: [] }) },
  ],
  [
    `GET /api/assets/${UUID}/activities?start=1&count=50&sortorder=desc`,
    (c) => c.assets.activities(UUID, { start: 1, count: 50, order: 'desc' }),
    { reply: () => ({ json: [] }) },
  ],
  [`GET /api/assets/${UUID}/txs`, (c) => c.assets.transactions(UUID), { reply: () => ({ json: [] }) }],
  [
    `GET /api/assets/${UUID}/txs?start=-10&count=10&sortorder=asc&height_start=5`,
    (c) => c.assets.transactions(UUID, { start: -10, count: 10, order: 'asc', heightStart: 5 }),
    { reply: () => ({ json: [] }) },
  ],
  [
    `GET /api/assets/${UUID}/txs/${TXID}`,
    (c) => c.assets.transaction(UUID, TXID),
    { reply: () => ({ json: { txid: TXID } }) },
  ],
  [`GET /api/assets/${UUID}/utxos`, (c) => c.assets.utxos(UUID), { reply: () => ({ json: [] }) }],
  [
    `POST /api/assets/${UUID}/utxos/blacklist`,
    (c) => c.assets.blacklist(UUID, [{ txid: TXID, vout: 1 }]),
    { body: [{ txid: TXID, vout: 1 }], reply: () => ({ json: [] }) },
  ],
  [
    `POST /api/assets/${UUID}/utxos/whitelist`,
    (c) => c.assets.whitelist(UUID, [{ txid: TXID, vout: 1 }]),
    { body: [{ txid: TXID, vout: 1 }] },
  ],
  [
    `GET /api/assets/${UUID}/treasury-addresses`,
    (c) => c.assets.treasuryAddresses(UUID),
    { reply: () => ({ json: ['lq1'] }) },
  ],
  [
    `POST /api/assets/${UUID}/treasury-addresses/add`,
    (c) => c.assets.addTreasuryAddresses(UUID, ['lq1']),
    { body: ['lq1'] },
  ],
  [
    `DELETE /api/assets/${UUID}/treasury-addresses/delete`,
    (c) => c.assets.removeTreasuryAddresses(UUID, ['lq1']),
    { body: ['lq1'], reply: () => ({ status: 204 }) },
  ],
  [`GET /api/assets/${UUID}/memo`, (c) => c.assets.memo(UUID), { reply: () => ({ body: '"hello"' }) }],
  [`POST /api/assets/${UUID}/memo/set`, (c) => c.assets.setMemo(UUID, 'hello'), { body: 'hello' }],
  [
    `POST /api/assets/${UUID}/update-blinders`,
    (c) => c.assets.updateBlinders(UUID, { txid: TXID, vout: 1, assetBlinder: 'aa', amountBlinder: 'bb' }),
    { body: { txid: TXID, vout: 1, asset_blinder: 'aa', amount_blinder: 'bb' } },
  ],
  [
    `POST /api/assets/${UUID}/reissue-request`,
    (c) => c.assets.reissueRequest(UUID, amount(10_000n)),
    {
      body: { amount_to_reissue: 10_000 },
      reply: (url) => ({ json: coinOrder('reissue', url, 'reissuance_utxos') }),
    },
  ],
  [
    `POST /api/assets/${UUID}/reissue-confirm`,
    (c) =>
      c.assets.reissueConfirm(UUID, {
        details: [],
        reissuance_output: { txid: TXID, vin: 0 },
        listissuances: [{ assetamount: '0.00010000', vin: 0 }],
      }),
    {
      body: {
        details: [],
        reissuance_output: { txid: TXID, vin: 0 },
        listissuances: [{ assetamount: 0.0001, vin: 0 }],
      },
      reply: () => ({ json: { txid: TXID, vin: 0, reissuance_amount: 10_000 } }),
    },
  ],
  [`GET /api/assets/${UUID}/reissuances`, (c) => c.assets.reissuances(UUID), { reply: () => ({ json: [] }) }],
  [
    `POST /api/assets/${UUID}/burn-request`,
    (c) => c.assets.burnRequest(UUID, amount(10_000n)),
    { body: { amount: 10_000 }, reply: (url) => ({ json: coinOrder('burn', url, 'utxos') }) },
  ],
  [
    `POST /api/assets/${UUID}/burn-confirm`,
    (c) => c.assets.burnConfirm(UUID, { tx_data: { txid: TXID }, change_data: [] }),
    { body: { tx_data: { txid: TXID }, change_data: [] } },
  ],
  [
    `GET /api/assets/${UUID}/assignments`,
    (c) => c.assignments.list(UUID),
    { reply: () => ({ json: [assignment] }) },
  ],
  [
    `GET /api/assets/${UUID}/assignments?distributed=false`,
    (c) => c.assignments.list(UUID, { distributed: false }),
    { reply: () => ({ json: [] }) },
  ],
  [
    `GET /api/assets/${UUID}/assignments/7`,
    (c) => c.assignments.get(UUID, 7),
    { reply: () => ({ json: assignment }) },
  ],
  [
    `POST /api/assets/${UUID}/assignments/create`,
    (c) => c.assignments.create(UUID, { registeredUser: 44, amount: amount(250n), ready: true }),
    {
      body: {
        assignments: [
          { registered_user: 44, amount: 250, ready_for_distribution: true, vesting_timestamp: null },
        ],
      },
      reply: () => ({ json: [assignment] }),
    },
  ],
  [
    `PUT /api/assets/${UUID}/assignments/7/lock`,
    (c) => c.assignments.lock(UUID, 7),
    { reply: () => ({ json: assignment }) },
  ],
  [
    `PUT /api/assets/${UUID}/assignments/7/unlock`,
    (c) => c.assignments.unlock(UUID, 7),
    { reply: () => ({ json: assignment }) },
  ],
  [
    `DELETE /api/assets/${UUID}/assignments/7/delete`,
    (c) => c.assignments.remove(UUID, 7),
    { reply: () => ({ status: 204 }) },
  ],
  [
    `GET /api/assets/${UUID}/distributions/create/`,
    (c) => c.distributions.create(UUID),
    { reply: () => ({ json: { detail: 'nothing ready' } }) },
  ],
  [
    `POST /api/assets/${UUID}/distributions/${DUUID}/confirm`,
    (c) =>
      c.distributions.confirm(UUID, DUUID, {
        tx_data: {
          txid: TXID,
          details: [{ amount: '-12.50000000', fee: '0.00000377', vout: 1, address: '12.5' }],
        },
        change_data: [{ amount: '0.00000001', confirmations: 2 }],
      }),
    {
      body: {
        tx_data: { txid: TXID, details: [{ amount: -12.5, fee: 0.00000377, vout: 1, address: '12.5' }] },
        change_data: [{ amount: 1e-8, confirmations: 2 }],
      },
    },
  ],
  [`DELETE /api/assets/${UUID}/distributions/${DUUID}/cancel`, (c) => c.distributions.cancel(UUID, DUUID)],
  [
    `GET /api/assets/${UUID}/distributions`,
    (c) => c.distributions.list(UUID),
    { reply: () => ({ json: [] }) },
  ],
  [
    `GET /api/assets/${UUID}/distributions/${DUUID}`,
    (c) => c.distributions.get(UUID, DUUID),
    { reply: () => ({ status: 404, json: { detail: 'Not found.' } }) },
  ],
];

describe('every endpoint of the issuer API', () => {
  it.each(ROWS)('%s', async (line, run, expected = {}) => {
    let url = '';
    const { client, server } = await amp(() => expected.reply?.(url) ?? {});
    url = server.url;
    await run(client);
    expect(server.seen.map((request) => `${request.method} ${request.path}`)).toEqual([line]);
    const sent = server.seen[0];
    expect(sent?.body === '' ? undefined : (JSON.parse(sent?.body ?? '') as unknown)).toEqual(expected.body);
    expect(sent?.headers['content-type']).toBe(expected.body === undefined ? undefined : 'application/json');
  });

  it('sends report figures digit for digit', async () => {
    const { client, server } = await amp(() => ({}));
    await client.distributions.confirm(UUID, DUUID, {
      tx_data: { txid: TXID, details: [{ amount: '-21000000.00000001' }] },
      change_data: [{ amount: '0.10000000' }],
    });
    expect(server.seen[0]?.body).toContain('{"amount":-21000000.00000001}');
    expect(server.seen[0]?.body).toContain('{"amount":0.10000000}');
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import {
  scriptedServer,
  type Reply,
  type ScriptedServer,
  type SeenRequest,
} from '../../../test/support/scripted-server.ts';
import { SluiceError } from '../../shared/errors.ts';
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
describe('oddities of the answers', () => {
  const one = async <T>(json: unknown, run: (client: AmpClient) => Promise<T>): Promise<T> =>
    run((await amp(() => ({ json }))).client);

  it('old field names are understood, new ones win', async () => {
    expect(
      await one({ ...category, registered_users: undefined }, (c) => c.categories.get(12)),
    ).toMatchObject({ registeredUsers: [44] });
    expect(
      await one({ ...category, investors: [1], registered_users: [2] }, (c) => c.categories.get(12)),
    ).toMatchObject({ registeredUsers: [2] });
    expect(
      await one({ ...assignment, registered_user: undefined }, (c) => c.assignments.get(UUID, 7)),
    ).toMatchObject({ registeredUser: 44 });
    const old = { ...asset, transfer_restricted: undefined, investors_restricted: false };
    expect((await one(old, (c) => c.assets.get(UUID))).transferRestricted).toBe(false);
    const summary = { asset_id: ASSET, issued: 1, investors: 3, active_investors: 2 };
    expect(await one(summary, (c) => c.assets.summary(UUID))).toMatchObject({
      registeredUsers: 3,
      activeRegisteredUsers: 2,
    });
  });

  it('numbers may be text, and large ones keep their digits', async () => {
    const text = { ...assignment, id: '7', registered_user: '44', amount: '2100000000000000' };
    expect(await one(text, (c) => c.assignments.get(UUID, 7))).toMatchObject({
      id: 7,
      registeredUser: 44,
      amount: 2_100_000_000_000_000n,
    });
    const { client } = await amp(() => ({
      body: `[{"owner":"ISSUER","GAID":"","amount":90071992547409931}]`,
    }));
    expect(await client.assets.ownerships(UUID)).toEqual([
      { owner: 'ISSUER', gaid: null, amount: 90_071_992_547_409_931n },
    ]);
  });

  it('an owner is a user, the issuer, or nobody that AMP knows', async () => {
    const rows = [44, '45', 'ISSUER', null, undefined].map((owner) => ({ owner, GAID: 'GA1', amount: 1 }));
    expect((await one(rows, (c) => c.assets.ownerships(UUID))).map((row) => row.owner)).toEqual([
      44,
      45,
      'ISSUER',
      null,
      null,
    ]);
  });

  it('reissuances come minimal and rich', async () => {
    const rows = [
      { txid: TXID, vin: 0, reissuance_amount: 5 },
      {
        txid: TXID,
        vout: 1,
        destination_address: 'lq1',
        reissuance_amount: '6',
        confirmed_in_block: 'ff',
        created: 'now',
      },
    ];
    expect(
      (await one(rows, (c) => c.assets.reissuances(UUID))).map((row) => [row.vin, row.vout, row.amount]),
    ).toEqual([
      [0, null, 5n],
      [null, 1, 6n],
    ]);
  });

  it('a holder’s summary comes as a list or as one', async () => {
    const entry = {
      asset_uuid: UUID,
      asset_id: ASSET,
      assignments: [],
      assignments_sum: 1,
      distributions_sum: 2,
      balance: 3,
    };
    const expected = [{ assetUuid: UUID, assetId: ASSET, assigned: 1n, distributed: 2n, balance: 3n }];
    expect(await one([entry], (c) => c.registeredUsers.summary(44))).toEqual(expected);
    expect(await one(entry, (c) => c.registeredUsers.summary(44))).toEqual(expected);
  });

  it('the owner of a GAID comes as a user, as an id, or as 404', async () => {
    expect(await one(user, (c) => c.gaids.registeredUser('GA1'))).toBe(44);
    expect(await one(44, (c) => c.gaids.registeredUser('GA1'))).toBe(44);
    expect(await one(null, (c) => c.gaids.registeredUser('GA1'))).toBeNull();
    const { client } = await amp(() => ({ status: 404, json: { detail: 'Not found.' } }));
    expect(await client.gaids.registeredUser('GA1')).toBeNull();
  });

  it('an error beside the result of a GAID question', async () => {
    expect(await one({ is_valid: false, error: 'invalid GAID' }, (c) => c.gaids.validate('x'))).toEqual({
      valid: false,
      error: 'invalid GAID',
    });
    await expect(
      one({ address: '', error: 'unknown' }, (c) => c.gaids.newAddress('x')),
    ).rejects.toMatchObject({ code: 'AMP_REFUSED' });
  });

  it('an empty answer where an object should be is read again', async () => {
    const { client, server } = await amp((request) =>
      request.method === 'PUT' ? {} : { json: { ...asset, is_locked: true } },
    );
    expect((await client.assets.lock(UUID)).isLocked).toBe(true);
    expect(server.seen.map((request) => request.method)).toEqual(['PUT', 'GET']);
  });

  it('an assignment is created singly, and two in the answer are not shrugged off', async () => {
    await expect(
      one([assignment, assignment], (c) =>
        c.assignments.create(UUID, { registeredUser: 44, amount: amount(1n), ready: true }),
      ),
    ).rejects.toMatchObject({ code: 'AMP_ANSWER_INVALID' });
    await expect(
      one([], (c) => c.assignments.create(UUID, { registeredUser: 44, amount: amount(1n), ready: true })),
    ).rejects.toMatchObject({ code: 'AMP_ANSWER_INVALID' });
    const { client, server } = await amp(() => ({ json: [assignment] }));
    for (const wrong of [0n, -1n, 2_100_000_000_000_001n]) {
      await expect(
        client.assignments.create(UUID, { registeredUser: 44, amount: amount(wrong), ready: true }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    expect(server.seen).toHaveLength(0);
  });

  it('lost outputs must be said: an answer without them is not "none"', async () => {
    await expect(one({ confirmed_balance: [] }, (c) => c.assets.balance(UUID))).rejects.toMatchObject({
      code: 'AMP_ANSWER_INVALID',
    });
    expect(await one({ lost_outputs: [{ txid: TXID, vout: '3' }] }, (c) => c.assets.balance(UUID))).toEqual({
      confirmed: [],
      lostOutputs: [{ txid: TXID, vout: 3 }],
      reissuanceLostOutputs: [],
    });
  });

  it('a distribution as AMP shows it', async () => {
    const json = {
      distribution_uuid: DUUID,
      distribution_status: 'CONFIRMED',
      transactions: [
        {
          txid: TXID,
          transaction_status: 'CONFIRMED',
          included_blockheight: 5,
          confirmed_datetime: '2025-10-22T20:45:13.879485Z',
          assignments: [{ registered_user: 44, amount: 250, vout: 2 }],
        },
      ],
    };
    expect(await one(json, (c) => c.distributions.get(UUID, DUUID))).toEqual({
      distributionUuid: DUUID,
      status: 'CONFIRMED',
      transactions: [
        {
          txid: TXID,
          status: 'CONFIRMED',
          height: 5,
          assignments: [{ registeredUser: 44, amount: 250n, vout: 2 }],
        },
      ],
    });
    const html404 = await amp(() => ({
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '<h1>404',
    }));
    await expect(html404.client.distributions.get(UUID, DUUID)).rejects.toBeInstanceOf(SluiceError);
  });

  it('an activity of an issuance has no holder', async () => {
    const rows = [
      {
        type: 'issuance',
        datetime: '2025-11-23T01:25:22Z',
        description: 'x',
        txid: TXID,
        vout: 0,
        blockheight: 3,
        investor: null,
        GAID: null,
        amount: 5,
        registered_user: null,
      },
      {
        type: 'distribution',
        txid: TXID,
        vout: 2,
        blockheight: 4,
        investor: 2137,
        GAID: 'GA1',
        amount: 10_000_000_000_000,
      },
    ];
    const read = await one(rows, (c) => c.assets.activities(UUID, { start: 1, count: 10, order: 'asc' }));
    expect(read.map((row) => [row.type, row.registeredUser, row.gaid, row.amount])).toEqual([
      ['issuance', null, null, 5n],
      ['distribution', 2137, 'GA1', 10_000_000_000_000n],
    ]);
  });

  it('outputs write the GAID in lower case', async () => {
    const rows = [
      {
        txid: TXID,
        vout: 1,
        asset: ASSET,
        amount: 5,
        registered_user: null,
        investor: null,
        gaid: 'GA1',
        blacklisted: true,
      },
    ];
    expect(await one(rows, (c) => c.assets.utxos(UUID))).toMatchObject([
      { gaid: 'GA1', blacklisted: true, registeredUser: null },
    ]);
  });

  it('an issuance is checked before it is sent, field by field', async () => {
    const { client, server } = await amp(() => ({}));
    const good = {
      name: 'ACME shares',
      amount: amount(1n),
      destinationAddress: `lq1${'q'.repeat(30)}`,
      domain: 'acme.example',
      ticker: 'ACM',
      pubkey: `02${'11'.repeat(32)}`,
      precision: 2,
      isConfidential: true,
      transferRestricted: true,
    };
    const wrong: [object, string][] = [
      [{ name: 'abc' }, 'name'],
      [{ name: 'Ünïcode name' }, 'name'],
      [{ amount: amount(0n) }, 'amount'],
      [{ domain: 'www.acme.example' }, 'domain'],
      [{ domain: 'https://acme.example' }, 'domain'],
      [{ ticker: 'TOOLONG' }, 'ticker'],
      [{ pubkey: '04' }, 'pubkey'],
      [{ precision: 9 }, 'precision'],
      [{ reissuance: { tokens: amount(1n), address: good.destinationAddress } }, 'reissuance.address'],
    ];
    for (const [change, field] of wrong) {
      await expect(client.assets.issue({ ...good, ...change })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        field,
      });
    }
    expect(server.seen).toHaveLength(0);
  });
});

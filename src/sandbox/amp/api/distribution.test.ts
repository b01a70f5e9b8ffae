import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfirmScript } from '../../testing/script.ts';
import type { ScriptFile } from '../../testing/script.ts';
import {
  assign,
  authorizedAsset,
  confirm,
  issueRequest,
  openScene,
  pay,
  pendingDistribution,
  registered,
} from '../../testing/scene.ts';
import type { ConfirmBody, IssuedAsset, Scene } from '../../testing/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

afterAll(async () => {
  await scene.sandbox.close();
});

const distributionsPath = (asset: IssuedAsset) => `/assets/${asset.asset_uuid}/distributions`;

describe('assignments', () => {
  let asset: IssuedAsset;

  beforeAll(async () => {
    asset = await authorizedAsset(scene, { amount: 1_000 });
  });

  it('need two confirmations of the issuance', async () => {
    const { amp, wallet, control } = scene;
    const fresh = await amp.must<IssuedAsset>('POST', '/assets/issue', await issueRequest(wallet));
    const user = await registered(scene);
    for (let confirmations = 0; confirmations < 2; confirmations++) {
      const refused = await assign(scene, fresh, user, 1);
      expect(refused.status).toBe(400);
      expect(refused.text).toContain('Insufficient confirmed funds');
      await control.mine(1);
    }
    expect((await assign(scene, fresh, user, 1)).status).toBe(200);
  });

  it('come one at a time, as a list, with old and new names', async () => {
    const user = await registered(scene);
    const answer = await assign(scene, asset, user, 5);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual([
      expect.objectContaining({
        registered_user: user,
        investor: user,
        amount: 5,
        ready_for_distribution: true,
        is_distributed: false,
        distribution_uuid: null,
        receiving_address: null,
        has_vested: true,
      }),
    ]);
    const path = `/assets/${asset.asset_uuid}/assignments`;
    const entry = { registered_user: user, amount: 1 };
    for (const assignments of [[], [entry, entry], undefined]) {
      expect((await scene.amp.call('POST', `${path}/create`, { assignments })).status).toBe(400);
    }
    for (const amount of [0, -1, 1.5, '1', 2_100_000_000_000_001, null]) {
      const wrong = await scene.amp.call('POST', `${path}/create`, { assignments: [{ ...entry, amount }] });
      expect(wrong.status, String(amount)).toBe(400);
    }
    const [{ id }] = answer.json as [{ id: number }];
    expect((await scene.amp.call('DELETE', `${path}/${id}/delete`)).status).toBe(204);
    expect((await scene.amp.call('GET', `${path}/${id}`)).status).toBe(404);
  });

  it('cannot exceed what the treasury has left, assigned amounts counted', async () => {
    const user = await registered(scene);
    const path = `/assets/${asset.asset_uuid}/assignments`;
    const [{ id }] = (await assign(scene, asset, user, 900)).json as [{ id: number }];
    const refused = await assign(scene, asset, user, 101);
    expect(refused.status).toBe(400);
    expect(refused.json).toHaveProperty('amount');
    expect((await assign(scene, asset, user, 100, false)).status).toBe(200);
    expect(await scene.amp.must('GET', `/assets/${asset.asset_uuid}/summary`)).toMatchObject({
      assigned: 1_000,
    });
    await scene.amp.must('DELETE', `${path}/${id}/delete`);
    expect((await assign(scene, asset, user, 900, false)).status).toBe(200);
  });

  it('are for users who meet all requirements of the asset', async () => {
    const { amp } = scene;
    const restricted = await authorizedAsset(scene);
    const user = await registered(scene);
    const categories: number[] = [];
    for (const name of ['One', 'Two']) {
      const { id } = await amp.must<{ id: number }>('POST', '/categories/add', { name });
      await amp.must('PUT', `/categories/${id}/assets/${restricted.asset_uuid}/add`);
      categories.push(id);
    }
    for (const category of categories) {
      const refused = await assign(scene, restricted, user, 1);
      expect(refused.status).toBe(400);
      expect(refused.text).toContain('requirements');
      await amp.must('PUT', `/categories/${category}/registered_users/${user}/add`);
    }
    expect((await assign(scene, restricted, user, 1)).status).toBe(200);
    await amp.must('PUT', `/categories/${categories[0]}/registered_users/${user}/remove`);
    const nothing = await amp.must<object>('GET', `${distributionsPath(restricted)}/create/`);
    expect(nothing).not.toHaveProperty('distribution_uuid');
  });

  it('are ready only with a GAID, and lock and unlock says which', async () => {
    const { amp } = scene;
    const own = await authorizedAsset(scene);
    const path = `/assets/${own.asset_uuid}/assignments`;
    const { id: user } = await amp.must<{ id: number }>('POST', '/registered_users/add', { name: 'No GAID' });
    expect((await assign(scene, own, user, 1)).json).toHaveProperty('ready_for_distribution');
    const [{ id }] = (await assign(scene, own, user, 1, false)).json as [{ id: number }];
    expect((await amp.call('PUT', `${path}/${id}/unlock`)).status).toBe(400);
    await amp.must('POST', `/registered_users/${user}/gaids/add`, scene.sandbox.gaids.at(-1));
    expect(await amp.must('PUT', `${path}/${id}/unlock`)).toMatchObject({ ready_for_distribution: true });
    expect(await amp.must('PUT', `${path}/${id}/lock`)).toMatchObject({ ready_for_distribution: false });
    expect(await amp.must<object>('GET', `${distributionsPath(own)}/create/`)).not.toHaveProperty(
      'distribution_uuid',
    );
  });
});

describe('making a distribution', () => {
  it('needs an authorized asset that is not locked', async () => {
    const { amp, wallet, control } = scene;
    const asset = await amp.must<IssuedAsset>('POST', '/assets/issue', await issueRequest(wallet));
    await control.mine(2);
    const path = `/assets/${asset.asset_uuid}`;
    await assign(scene, asset, await registered(scene), 1);
    const refused = await amp.call('GET', `${path}/distributions/create/`);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('authorized');
    expect((await amp.call('GET', `${path}/register-authorized`)).status).toBe(400);
    await control.mine(1);
    expect(await amp.must('GET', `${path}/register-authorized`)).toMatchObject({ is_authorized: true });
    await amp.must('PUT', `${path}/lock`);
    expect((await amp.call('GET', `${path}/distributions/create/`)).status).toBe(400);
    await amp.must('PUT', `${path}/unlock`);
    expect(await amp.must('GET', `${path}/distributions/create/`)).toHaveProperty('distribution_uuid');
  });

  it('says nothing of failure when nothing is eligible', async () => {
    const asset = await authorizedAsset(scene);
    const answer = await scene.amp.call('GET', `${distributionsPath(asset)}/create/`);
    expect(answer.status).toBe(200);
    expect(answer.json).not.toHaveProperty('distribution_uuid');
    expect(answer.json).toHaveProperty('error');
  });

  it('sends a path without its slash on to the one with', async () => {
    const asset = await authorizedAsset(scene);
    expect((await scene.amp.call('GET', `${distributionsPath(asset)}/create`)).status).toBe(301);
  });

  it('takes a hundred at most and leaves out what has not vested', async () => {
    const { amp, control } = scene;
    const asset = await authorizedAsset(scene);
    const { firstId } = await control.must<{ firstId: number }>('POST', '/world/holders', {
      count: 103,
      categories: [],
    });
    for (let i = 0; i < 103; i++) {
      const vesting_timestamp = i === 0 ? 4_000_000_000 : i === 1 ? 1_000_000_000 : null;
      await amp.must('POST', `/assets/${asset.asset_uuid}/assignments/create`, {
        assignments: [
          { registered_user: firstId + i, amount: 1, ready_for_distribution: true, vesting_timestamp },
        ],
      });
    }
    const first = await amp.must<ScriptFile>('GET', `${distributionsPath(asset)}/create/`);
    expect(Object.keys(first.map_address_amount ?? {})).toHaveLength(100);
    const second = await amp.must<ScriptFile>('GET', `${distributionsPath(asset)}/create/`);
    expect(Object.keys(second.map_address_amount ?? {})).toHaveLength(2);
    expect(second.distribution_uuid).not.toBe(first.distribution_uuid);
  });

  it('gives every assignment a fresh address in the file that the script reads', async () => {
    const asset = await authorizedAsset(scene);
    const file = await pendingDistribution(scene, asset, [3, 250_00]);
    expect(file).toMatchObject({
      command: 'distribute',
      min_supported_client_script_version: 2,
      base_url: `${scene.sandbox.amp.url}/{}`,
      asset_uuid: asset.asset_uuid,
      asset_id: asset.asset_id,
    });
    expect(Object.values(file.map_address_amount ?? {})).toEqual([0.000_000_03, 0.000_25]);
    expect(new Set(Object.values(file.map_address_asset ?? {}))).toEqual(new Set([asset.asset_id]));
    const pending = await scene.amp.must<
      { receiving_address: string; distribution_uuid: string; id: number }[]
    >('GET', `/assets/${asset.asset_uuid}/assignments?distributed=false`);
    expect(pending.map((one) => one.receiving_address)).toEqual(Object.keys(file.map_address_amount ?? {}));
    expect(pending.every((one) => one.distribution_uuid === file.distribution_uuid)).toBe(true);
    // What is pending can be neither unlocked nor deleted, and is not shown as a distribution.
    const path = `/assets/${asset.asset_uuid}/assignments/${pending[0]?.id}`;
    expect((await scene.amp.call('PUT', `${path}/unlock`)).status).toBe(400);
    expect((await scene.amp.call('DELETE', `${path}/delete`)).status).toBe(400);
    expect(await scene.amp.must('GET', distributionsPath(asset))).toEqual([]);
    expect(
      (await scene.amp.call('GET', `${distributionsPath(asset)}/${file.distribution_uuid}`)).status,
    ).toBe(404);
  });

  it('is refused beside a pending one when the sandbox is told so', async () => {
    const asset = await authorizedAsset(scene);
    await scene.control.must('POST', '/options', { refuseSecondOpenDistribution: true });
    const first = await pendingDistribution(scene, asset, [1]);
    await assign(scene, asset, await registered(scene), 1);
    const refused = await scene.amp.call('GET', `${distributionsPath(asset)}/create/`);
    await scene.control.must('POST', '/options', { refuseSecondOpenDistribution: false });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('pending');
    expect(first).toHaveProperty('distribution_uuid');
  });
});

describe('cancelling a distribution', () => {
  it('answers 200 without a body and makes its assignments ready again', async () => {
    const { amp } = scene;
    const asset = await authorizedAsset(scene);
    const file = await pendingDistribution(scene, asset, [7]);
    const path = `${distributionsPath(asset)}/${file.distribution_uuid}/cancel`;
    expect(await amp.call('DELETE', path)).toMatchObject({ status: 200, text: '' });
    expect((await amp.call('DELETE', path)).status).toBe(404);
    const [assignment] = await amp.must<object[]>('GET', `/assets/${asset.asset_uuid}/assignments`);
    expect(assignment).toMatchObject({
      ready_for_distribution: true,
      distribution_uuid: null,
      receiving_address: null,
    });
    const again = await amp.must<ScriptFile>('GET', `${distributionsPath(asset)}/create/`);
    expect(again.distribution_uuid).not.toBe(file.distribution_uuid);
    expect(Object.keys(again.map_address_amount ?? {})).not.toEqual(
      Object.keys(file.map_address_amount ?? {}),
    );
  });

  it('is refused once a transaction pays it, confirmed or not', async () => {
    const asset = await authorizedAsset(scene);
    const file = await pendingDistribution(scene, asset, [7]);
    const path = `${distributionsPath(asset)}/${file.distribution_uuid}/cancel`;
    await pay(scene, file, 0);
    const refused = await scene.amp.call('DELETE', path);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('broadcast');
    await scene.control.mine(1);
    expect((await scene.amp.call('DELETE', path)).status).toBe(400);
  });
});

describe('reporting a distribution', () => {
  let asset: IssuedAsset;
  let file: ScriptFile;
  let other: ScriptFile;
  let good: ConfirmBody;
  let foreign: string;

  beforeAll(async () => {
    asset = await authorizedAsset(scene);
    foreign = asset.txid;
    file = await pendingDistribution(scene, asset, [10, 2_500, 1]);
    other = await pendingDistribution(scene, asset, [10]);
    const { body } = await pay(scene, file, 1);
    const early = await body();
    const refused = await confirm(scene, file, early);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('1 confirmations');
    await scene.control.mine(1);
    good = await body();
  });

  /** A deep copy of the right report with something changed. */
  function changed(change: (body: ConfirmBody) => void): ConfirmBody {
    const body = structuredClone(good);
    change(body);
    return body;
  }

  const detail = (body: ConfirmBody, index = 0): Record<string, unknown> => {
    const found = body.tx_data.details.filter((one) => one['asset'] === asset.asset_id)[index];
    if (!found) throw new Error('no such detail');
    return found;
  };
  const change = (body: ConfirmBody): Record<string, unknown> => {
    const [found] = body.change_data;
    if (!found) throw new Error('no change');
    return found;
  };
  const ZEROS = '0'.repeat(64);

  const wrong: [string, (body: ConfirmBody) => void][] = [
    ['zero amount blinder', (body) => (detail(body)['amountblinder'] = ZEROS)],
    ['zero asset blinder', (body) => (detail(body)['assetblinder'] = ZEROS)],
    [
      'both blinders zero, as a node answers for what it did not blind',
      (body) => {
        for (const entry of body.tx_data.details) {
          entry['amountblinder'] = ZEROS;
          entry['assetblinder'] = ZEROS;
        }
      },
    ],
    [
      'amount and asset blinder swapped',
      (body) => {
        const entry = detail(body);
        [entry['amountblinder'], entry['assetblinder']] = [entry['assetblinder'], entry['amountblinder']];
      },
    ],
    [
      'blinders of two recipients swapped',
      (body) => {
        const [a, b] = [detail(body, 0), detail(body, 1)];
        [a['amountblinder'], b['amountblinder']] = [b['amountblinder'], a['amountblinder']];
        [a['assetblinder'], b['assetblinder']] = [b['assetblinder'], a['assetblinder']];
      },
    ],
    ['missing amount blinder', (body) => delete detail(body)['amountblinder']],
    ['missing asset blinder', (body) => delete detail(body)['assetblinder']],
    ['a blinder that is no number of the curve', (body) => (detail(body)['amountblinder'] = 'f'.repeat(64))],
    ['a blinder that is no hex', (body) => (detail(body)['assetblinder'] = 'blinder')],
    ['another amount', (body) => (detail(body)['amount'] = -0.5)],
    ['no amount', (body) => delete detail(body)['amount']],
    ['another asset', (body) => (detail(body)['asset'] = '11'.repeat(32))],
    [
      'a recipient left out',
      (body) => body.tx_data.details.splice(body.tx_data.details.indexOf(detail(body)), 1),
    ],
    ['no details', (body) => (body.tx_data.details = [])],
    ['an output that does not exist', (body) => (detail(body)['vout'] = 99)],
    ['missing change', (body) => (body.change_data = [])],
    ['change with zero blinders', (body) => (change(body)['amountblinder'] = ZEROS)],
    ['change of another amount', (body) => (change(body)['amount'] = 0.001)],
    ['change of another transaction', (body) => (change(body)['txid'] = foreign)],
    ['the same change twice', (body) => body.change_data.push({ ...change(body) })],
    [
      'change that was paid to a holder',
      (body) => body.change_data.push({ ...detail(body), txid: body.tx_data.txid }),
    ],
    ['an unknown transaction', (body) => (body.tx_data.txid = '12'.repeat(32))],
    ['a foreign transaction', (body) => (body.tx_data.txid = foreign)],
    ['no transaction', (body) => delete (body.tx_data as Partial<ConfirmBody['tx_data']>).txid],
  ];

  it.each(wrong)('refuses %s', async (_, spoil) => {
    const answer = await confirm(scene, file, changed(spoil));
    expect(answer.status, answer.text).toBe(400);
    expect(Object.keys(answer.json as object)[0]).toMatch(/^(?:tx_data|change_data)$/);
    expect(
      (await scene.amp.call('GET', `${distributionsPath(asset)}/${file.distribution_uuid}`)).status,
    ).toBe(404);
  });

  it('refuses the report for another distribution and for none', async () => {
    expect((await confirm(scene, other, good)).status).toBe(400);
    const nowhere = { ...file, distribution_uuid: '00000000-0000-4000-8000-000000000000' };
    expect((await confirm(scene, nowhere, good)).status).toBe(404);
    for (const body of [{}, [], 'text', { tx_data: [] }, { tx_data: good.tx_data }]) {
      expect((await confirm(scene, file, body)).status, JSON.stringify(body).slice(0, 60)).toBe(400);
    }
  });

  it('is not lost while it waits for its report', async () => {
    const balance = await scene.amp.must<{ lost_outputs: unknown[] }>(
      'GET',
      `/assets/${asset.asset_uuid}/balance`,
    );
    expect(balance.lost_outputs).toEqual([]);
  });

  it('takes the right one with an empty 200, amounts as text or numbers, and only once', async () => {
    const asText = changed((body) => {
      for (const entry of [...body.tx_data.details, ...body.change_data]) {
        entry['amount'] = (entry['amount'] as number).toFixed(8);
      }
    });
    expect(await confirm(scene, file, asText)).toMatchObject({ status: 200, text: '' });
    expect((await confirm(scene, file, good)).status).toBe(400);
    expect((await confirm(scene, other, good)).status).toBe(400);
    const path = `${distributionsPath(asset)}/${file.distribution_uuid}`;
    expect((await scene.amp.call('DELETE', `${path}/cancel`)).status).toBe(400);
    expect(await scene.amp.must('GET', path)).toMatchObject({
      distribution_uuid: file.distribution_uuid,
      distribution_status: 'CONFIRMED',
      transactions: [{ txid: good.tx_data.txid, transaction_status: 'CONFIRMED' }],
    });
    const done = await scene.amp.must<{ is_distributed: boolean; amount: number }[]>(
      'GET',
      `/assets/${asset.asset_uuid}/assignments?distributed=true`,
    );
    expect(done.map((one) => one.amount)).toEqual([10, 2_500, 1]);
    expect(await scene.amp.must('GET', `/assets/${asset.asset_uuid}/summary`)).toMatchObject({
      issued: 100_000,
      assigned: 10,
      distributed: 2_511,
      active_registered_users: 3,
    });
  });

  it('knows the change of a distribution only once that distribution is reported', async () => {
    const own = await authorizedAsset(scene);
    const first = await pendingDistribution(scene, own, [100]);
    const second = await pendingDistribution(scene, own, [200]);
    const paidFirst = await pay(scene, first, 1);
    const firstBody = await paidFirst.body();
    const paidSecond = await pay(scene, second, 2);
    const secondBody = await paidSecond.body();
    const early = await confirm(scene, second, secondBody);
    expect(early.status).toBe(400);
    expect(early.text).toContain('not known');
    expect((await confirm(scene, first, firstBody)).status).toBe(200);
    expect((await confirm(scene, second, secondBody)).status).toBe(200);
  });
});

describe('the old way', () => {
  it('distributes with the wallet and the confirming script; books, wallet and chain agree', async () => {
    const { amp, sandbox, wallet, control } = scene;
    const asset = await authorizedAsset(scene, { precision: 2, is_confidential: true });
    const file = await pendingDistribution(scene, asset, [1, 99_999 - 4_321, 4_000]);
    const script = await ConfirmScript.start(sandbox, wallet, control, file, 'distribute');
    const { answer, txid } = await script.distribute(file);
    expect(answer).toMatchObject({ status: 200, text: '' });

    const owned = await amp.must<{ owner: number | string; amount: number; GAID: string | null }[]>(
      'GET',
      `/assets/${asset.asset_uuid}/ownerships`,
    );
    const truth = await control.must<{
      assets: Record<string, { treasury: string; holders: Record<string, string>; burned: string }>;
      unreadable: unknown[];
    }>('GET', '/truth');
    const real = truth.assets[asset.asset_id];
    expect(truth.unreadable).toEqual([]);
    expect(real?.treasury).toBe(owned.find((one) => one.owner === 'ISSUER')?.amount.toString());
    expect(real?.holders).toEqual(
      Object.fromEntries(
        owned.filter((one) => one.GAID !== null).map((one) => [one.GAID, one.amount.toString()]),
      ),
    );
    expect(real?.treasury).toBe('321');
    const balance = await wallet.call<Record<string, number>>('getbalance');
    expect(Math.round((balance[asset.asset_id] ?? 0) * 1e8)).toBe(321);

    const activities = await amp.must<{ type: string; txid: string; blockheight: number }[]>(
      'GET',
      `/assets/${asset.asset_uuid}/activities`,
    );
    expect(activities.map((one) => one.type)).toEqual([
      'issuance',
      'distribution',
      'distribution',
      'distribution',
    ]);
    const newest = await amp.must<{ txid: string }[]>(
      'GET',
      `/assets/${asset.asset_uuid}/activities?sortorder=desc&count=1`,
    );
    expect(newest).toMatchObject([{ txid }]);
    const last = activities.at(-1)?.blockheight ?? 0;
    expect(await amp.must('GET', `/assets/${asset.asset_uuid}/ownerships?height=${last - 1}`)).toEqual([
      { owner: 'ISSUER', amount: 100_000, GAID: null },
    ]);
    const [issuance] = await amp.must<{ is_issuance: boolean }[]>('GET', `/assets/${asset.asset_uuid}/txs`);
    expect(issuance?.is_issuance).toBe(true);
  });

  it('finishes from a transaction that was sent before', async () => {
    const { sandbox, wallet, control } = scene;
    const asset = await authorizedAsset(scene);
    const file = await pendingDistribution(scene, asset, [42]);
    const { txid } = await pay(scene, file, 2);
    const script = await ConfirmScript.start(sandbox, wallet, control, file, 'distribute');
    expect((await script.distribute(file, txid)).answer.status).toBe(200);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfirmScript } from '../../testing/script.ts';
import type { ScriptFile } from '../../testing/script.ts';
import {
  PUBKEY,
  assign,
  authorizedAsset,
  issueRequest,
  openScene,
  pay,
  pendingDistribution,
  registered,
} from '../../testing/scene.ts';
import type { IssuedAsset, Scene } from '../../testing/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

afterAll(async () => {
  await scene.sandbox.close();
});

interface Balance {
  lost_outputs: { txid: string; vout: number }[];
  reissuance_lost_outputs: { txid: string; vout: number }[];
}

describe('issuing', () => {
  it('refuses what the documents refuse', async () => {
    const { amp, wallet } = scene;
    const good = await issueRequest(wallet);
    const plain = (await wallet.call<{ unconfidential: string }>('validateaddress', good.destination_address))
      .unconfidential;
    const refused: [string, Record<string, unknown>][] = [
      ['name', { name: 'Four' }],
      ['name', { name: 'Übergrün' }],
      ['amount', { amount: 0 }],
      ['amount', { amount: 2_100_000_000_000_001 }],
      ['ticker', { ticker: 'AB' }],
      ['ticker', { ticker: 'TOOLONG' }],
      ['ticker', { ticker: 'A_B' }],
      ['domain', { domain: 'www.issuer.example' }],
      ['domain', { domain: 'https://issuer.example' }],
      ['pubkey', { pubkey: PUBKEY.slice(2) }],
      ['precision', { precision: 9 }],
      ['destination_address', { destination_address: 'nowhere' }],
      ['destination_address', { destination_address: plain, is_confidential: true }],
      ['reissuance_amount', { reissuance_amount: 0 }],
      ['reissuance_address', { reissuance_address: '' }],
      ['reissuance_address', { reissuance_address: good.destination_address }],
    ];
    for (const [field, change] of refused) {
      const answer = await amp.call('POST', '/assets/issue', { ...good, ...change });
      expect(answer.status, JSON.stringify(change)).toBe(400);
      expect(answer.json).toHaveProperty(field);
    }
  });

  it.each([false, true])('sends asset and token to the treasury (confidential: %s)', async (confidential) => {
    const { amp, wallet, control } = scene;
    const answer = await amp.call('POST', '/assets/issue', {
      ...(await issueRequest(wallet)),
      amount: 1_234_500_000_000,
      is_confidential: confidential,
      reissuance_amount: 3,
    });
    expect(answer.status, answer.text).toBe(201);
    const asset = answer.json as IssuedAsset;
    expect(asset).toMatchObject({ vin: 0, asset_vout: 0, reissuance_vout: 1, transfer_restricted: true });
    await control.mine(1);
    const coins = await wallet.call<Record<string, unknown>[]>('listunspent', 1, 9_999_999, [], true);
    const held = (id: string | null) => coins.filter((coin) => coin['asset'] === id);
    expect(held(asset.asset_id)).toMatchObject([
      { txid: asset.txid, amount: 12_345, assetblinder: asset.issuance_assetblinder },
    ]);
    expect(asset.issuance_assetblinder === '0'.repeat(64)).toBe(!confidential);
    expect(held(asset.reissuance_token_id)).toMatchObject([{ txid: asset.txid, amount: 0.000_000_03 }]);
    expect(await amp.must('GET', `/assets/${asset.asset_uuid}`)).toMatchObject({
      asset_id: asset.asset_id,
      reissuance_token_id: asset.reissuance_token_id,
      is_authorized: false,
      investors_restricted: true,
    });
  });

  it('issues as much as there can be', async () => {
    const { amp, wallet, control } = scene;
    const wanted = { ...(await issueRequest(wallet)), amount: 2_100_000_000_000_000 };
    const asset = await amp.must<IssuedAsset>('POST', '/assets/issue', wanted);
    await control.mine(1);
    const coins = await wallet.call<Record<string, unknown>[]>('listunspent', 1, 9_999_999, [], true);
    expect(coins.filter((coin) => coin['asset'] === asset.asset_id)).toMatchObject([{ amount: 21_000_000 }]);
  });

  it('registers with the registry once', async () => {
    const asset = await authorizedAsset(scene);
    const path = `/assets/${asset.asset_uuid}/register`;
    expect(await scene.amp.must('GET', path)).toMatchObject({ is_registered: true });
    expect(await scene.amp.call('GET', path)).toMatchObject({
      status: 400,
      json: { Error: 'The asset is already registered.' },
    });
  });

  it('takes an endpoint, a memo and treasury addresses, and hides a deleted asset', async () => {
    const { amp, wallet } = scene;
    const asset = await authorizedAsset(scene);
    const path = `/assets/${asset.asset_uuid}`;
    expect(
      await amp.must('PUT', `${path}/edit`, { issuer_authorization_endpoint: 'https://issuer.example/a' }),
    ).toMatchObject({ issuer_authorization_endpoint: 'https://issuer.example/a' });
    await amp.must('POST', `${path}/memo/set`, 'a memo');
    expect(await amp.must('GET', `${path}/memo`)).toBe('a memo');
    const address = await wallet.call<string>('getnewaddress');
    expect(await amp.call('POST', `${path}/treasury-addresses/add`, [address])).toMatchObject({
      status: 200,
      text: '',
    });
    expect((await amp.call('POST', `${path}/treasury-addresses/add`, [address])).text).toContain(
      'already been added',
    );
    expect((await amp.call('POST', `${path}/treasury-addresses/add`, ['x'])).text).toContain('Invalid value');
    expect(await amp.must('GET', `${path}/treasury-addresses`)).toEqual([address]);
    await amp.must('DELETE', `${path}/treasury-addresses/delete`, [address]);
    expect(await amp.must('GET', `${path}/treasury-addresses`)).toEqual([]);
    expect((await amp.call('DELETE', `${path}/delete`)).status).toBe(204);
    expect((await amp.call('GET', path)).status).toBe(404);
  });

  it('learns the blinders of an issuance that another server made', async () => {
    const { amp, wallet, control } = scene;
    await control.must('POST', '/options', { forgetIssuanceBlinders: true });
    const asset = await authorizedAsset(scene, { is_confidential: true });
    await control.must('POST', '/options', { forgetIssuanceBlinders: false });
    const path = `/assets/${asset.asset_uuid}`;
    const [coin] = (await wallet.call<Record<string, unknown>[]>('listunspent')).filter(
      (one) => one['asset'] === asset.asset_id,
    );
    const body = {
      txid: asset.txid,
      vout: coin?.['vout'],
      asset_blinder: coin?.['assetblinder'],
      amount_blinder: coin?.['amountblinder'],
    };
    const swapped = { ...body, asset_blinder: body.amount_blinder, amount_blinder: body.asset_blinder };
    expect((await amp.call('POST', `${path}/update-blinders`, swapped)).status).toBe(400);
    expect(await amp.call('POST', `${path}/update-blinders`, body)).toMatchObject({ status: 200, text: '' });
    expect((await amp.call('POST', `${path}/update-blinders`, body)).status).toBe(400);
    expect(await amp.must('GET', `${path}/txs/${asset.txid}`)).toMatchObject({
      outputs: [{ asset_blinder: body.asset_blinder }, {}],
    });
  });
});

describe('reissuing and burning with the confirming script', () => {
  it.each([false, true])('keeps the books right (confidential: %s)', async (confidential) => {
    const { amp, sandbox, wallet, control } = scene;
    const asset = await authorizedAsset(scene, { amount: 1_000, is_confidential: confidential });
    const path = `/assets/${asset.asset_uuid}`;
    const reissue = await amp.must<ScriptFile>('POST', `${path}/reissue-request`, { amount_to_reissue: 500 });
    expect(reissue).toMatchObject({ command: 'reissue', amount: 0.000_005 });
    const first = await ConfirmScript.start(sandbox, wallet, control, reissue, 'reissue');
    const reissued = await first.reissue(reissue);
    expect(reissued.answer).toMatchObject({
      status: 200,
      json: { txid: reissued.txid, reissuance_amount: 500 },
    });
    expect(await amp.must('GET', `${path}/reissuances`)).toMatchObject([
      { txid: reissued.txid, reissuance_amount: 500 },
    ]);

    const burn = await amp.must<ScriptFile>('POST', `${path}/burn-request`, { amount: 1_100 });
    const second = await ConfirmScript.start(sandbox, wallet, control, burn, 'burn');
    const burnt = await second.burn(burn);
    expect(burnt.answer, burnt.answer.text).toMatchObject({ status: 200, text: '' });
    expect(await amp.must('GET', `${path}/summary`)).toMatchObject({
      issued: 1_000,
      reissued: 500,
      burned: 1_100,
    });
    const balance = await amp.must<Balance>('GET', `${path}/balance`);
    expect(balance).toEqual({
      confirmed_balance: [{ owner: 'ISSUER', amount: 400, GAID: null }],
      lost_outputs: [],
      reissuance_lost_outputs: [],
    });
    const truth = await control.must<{ assets: Record<string, unknown> }>('GET', '/truth');
    expect(truth.assets[asset.asset_id]).toMatchObject({ treasury: '400', holders: {}, burned: '1100' });
    expect(truth.assets[asset.reissuance_token_id ?? '']).toMatchObject({ treasury: '1' });
  });

  it('refuses a reissuance whose amount or outputs are not what the chain has', async () => {
    const { amp, wallet, control } = scene;
    const asset = await authorizedAsset(scene);
    const path = `/assets/${asset.asset_uuid}/reissue-confirm`;
    const output = await wallet.call<{ txid: string; vin: number }>('reissueasset', asset.asset_id, 0.000_1);
    await control.mine(1);
    const report = async () => ({
      details: (await wallet.call<{ details: Record<string, unknown>[] }>('gettransaction', output.txid))
        .details,
      reissuance_output: output,
      listissuances: (await wallet.call<Record<string, unknown>[]>('listissuances')).filter(
        (one) => one['txid'] === output.txid,
      ),
    });
    expect((await amp.call('POST', path, await report())).text).toContain('1 confirmations');
    await control.mine(1);
    const good = await report();
    const wrong: unknown[] = [
      { ...good, listissuances: [] },
      { ...good, listissuances: good.listissuances.map((one) => ({ ...one, assetamount: 0.000_2 })) },
      { ...good, details: [] },
      { ...good, details: good.details.filter((one) => one['asset'] !== asset.asset_id) },
      { ...good, details: good.details.filter((one) => one['asset'] !== asset.reissuance_token_id) },
      { ...good, details: good.details.map((one) => ({ ...one, amountblinder: '0'.repeat(64) })) },
      { ...good, reissuance_output: { txid: asset.txid, vin: 0 } },
      { ...good, reissuance_output: { txid: output.txid, vin: 7 } },
    ];
    for (const body of wrong) expect((await amp.call('POST', path, body)).status).toBe(400);
    expect((await amp.call('POST', path, good)).status).toBe(200);
    expect((await amp.call('POST', path, good)).status).toBe(400);
  });

  it('refuses burns beyond the treasury, and reissuing what was made once and for all', async () => {
    const { amp, wallet } = scene;
    const asset = await authorizedAsset(scene, {
      is_reissuable: false,
      reissuance_address: '',
      reissuance_amount: 0,
    });
    const path = `/assets/${asset.asset_uuid}`;
    expect((await amp.call('POST', `${path}/burn-request`, { amount: 100_001 })).status).toBe(400);
    expect((await amp.call('POST', `${path}/reissue-request`, { amount_to_reissue: 1 })).status).toBe(400);
    // The wallet lists its coins in no particular order, and that of this asset is of a transaction that AMP made itself.
    const fees = (await wallet.call<{ txid: string; asset: string }[]>('listunspent', 2)).find(
      (coin) => coin.asset !== asset.asset_id && coin.txid !== asset.txid,
    );
    const report = { tx_data: { txid: fees?.txid }, change_data: [] };
    expect((await amp.call('POST', `${path}/burn-confirm`, report)).text).toContain('does not burn');
    const own = { ...report, tx_data: { txid: asset.txid } };
    expect((await amp.call('POST', `${path}/burn-confirm`, own)).text).toContain('already been reported');
  });
});

describe('outputs that AMP loses sight of', () => {
  it('are those of an unreported transaction with two confirmations', async () => {
    const { amp, wallet, control } = scene;
    const asset = await authorizedAsset(scene);
    const path = `/assets/${asset.asset_uuid}`;
    const away = await wallet.call<string>('getnewaddress');
    const txid = await wallet.call<string>(
      'sendmany',
      '',
      { [away]: 0.000_01 },
      0,
      '',
      [],
      false,
      1,
      'UNSET',
      {
        [away]: asset.asset_id,
      },
    );
    await control.mine(1);
    expect((await amp.must<Balance>('GET', `${path}/balance`)).lost_outputs).toEqual([]);
    await control.mine(1);
    const { lost_outputs: lost, reissuance_lost_outputs: tokens } = await amp.must<Balance>(
      'GET',
      `${path}/lost-outputs`,
    );
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.every((one) => one.txid === txid)).toBe(true);
    expect(tokens).toEqual([]);
  });

  it('are no longer lost when a reorganisation takes the transaction out of the chain', async () => {
    const { amp, wallet, control } = scene;
    const asset = await authorizedAsset(scene);
    const path = `/assets/${asset.asset_uuid}/lost-outputs`;
    const away = await wallet.call<string>('getnewaddress');
    await wallet.call<string>('sendmany', '', { [away]: 0.000_01 }, 0, '', [], false, 1, 'UNSET', {
      [away]: asset.asset_id,
    });
    await control.mine(2);
    expect((await amp.must<Balance>('GET', path)).lost_outputs).not.toEqual([]);
    await control.must('POST', '/reorg', { depth: 2 });
    expect((await amp.must<Balance>('GET', path)).lost_outputs).toEqual([]);
    await control.mine(2);
    expect((await amp.must<Balance>('GET', path)).lost_outputs).not.toEqual([]);
  });

  it('are those of a cancelled distribution no more and no less', async () => {
    const { amp } = scene;
    const asset = await authorizedAsset(scene);
    const file = await pendingDistribution(scene, asset, [5]);
    await amp.must('DELETE', `/assets/${asset.asset_uuid}/distributions/${file.distribution_uuid}/cancel`);
    await pay(scene, file, 2);
    const { lost_outputs: lost } = await amp.must<Balance>('GET', `/assets/${asset.asset_uuid}/balance`);
    expect(lost).not.toEqual([]);
  });
});

describe('locked outputs', () => {
  it('count in the summary and cannot be assigned', async () => {
    const { amp } = scene;
    const asset = await authorizedAsset(scene, { amount: 50 });
    const path = `/assets/${asset.asset_uuid}`;
    const [coin] = await amp.must<{ txid: string; vout: number; gaid: null }[]>('GET', `${path}/utxos`);
    expect(coin).toMatchObject({ asset: asset.asset_id, amount: 50, gaid: null, blacklisted: false });
    const outpoint = { txid: coin?.txid, vout: coin?.vout };
    expect(await amp.must('POST', `${path}/utxos/blacklist`, [outpoint])).toMatchObject([
      { blacklisted: true },
    ]);
    expect(await amp.must('GET', `${path}/summary`)).toMatchObject({ blacklisted: 50 });
    const user = await registered(scene);
    expect((await assign(scene, asset, user, 1)).status).toBe(400);
    expect(
      (await amp.call('POST', `${path}/utxos/blacklist`, [outpoint, { ...outpoint, vout: 77 }])).status,
    ).toBe(400);
    expect(await amp.must('POST', `${path}/utxos/whitelist`, [outpoint])).toMatchObject([
      { blacklisted: false },
    ]);
    expect((await assign(scene, asset, user, 1)).status).toBe(200);
  });
});

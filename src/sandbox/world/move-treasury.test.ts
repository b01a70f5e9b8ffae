import { afterAll, beforeAll, expect, it } from 'vitest';
import { Wallet } from '../testing/clients.ts';
import { authorizedAsset, confirm, openScene, pay, pendingDistribution } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

afterAll(async () => {
  await scene.sandbox.close();
});

it('moves asset, token and fees to another wallet, loses nothing, and goes on from there, to a third as well', async () => {
  const { amp, control, wallet, sandbox } = scene;
  const asset = await authorizedAsset(scene, { is_confidential: true });
  const name = `next-${asset.asset_uuid}`;
  await wallet.call('createwallet', name, false, false, '', false, true, true);
  const { txid } = await control.must<{ txid: string }>('POST', '/world/treasury', { wallet: name });
  expect(txid).toMatch(/^[0-9a-f]{64}$/);
  expect(await amp.must('GET', `/assets/${asset.asset_uuid}/balance`)).toEqual({
    confirmed_balance: [{ owner: 'ISSUER', amount: 100_000, GAID: null }],
    lost_outputs: [],
    reissuance_lost_outputs: [],
  });
  const { assets } = await control.must<{ assets: Record<string, { wallets: Record<string, string> }> }>(
    'GET',
    '/truth',
  );
  expect(assets[asset.asset_id]?.wallets).toEqual({ [name]: '100000' });
  expect(assets[asset.reissuance_token_id ?? '']?.wallets).toEqual({ [name]: '1' });

  const moved = { ...scene, wallet: new Wallet(sandbox, name) };
  const file = await pendingDistribution(moved, asset, [60_000]);
  const { body } = await pay(moved, file, 2);
  expect((await confirm(moved, file, await body())).status).toBe(200);

  const last = `last-${asset.asset_uuid}`;
  await wallet.call('createwallet', last, false, false, '', false, true, true);
  const again = await control.must<{ txid: string }>('POST', '/world/treasury', { wallet: last });
  expect(again.txid).toMatch(/^[0-9a-f]{64}$/);
  const truth = await control.must<{ assets: Record<string, { wallets: Record<string, string> }> }>(
    'GET',
    '/truth',
  );
  expect(truth.assets[asset.asset_id]?.wallets).toEqual({ [last]: '40000' });
  expect(truth.assets[asset.reissuance_token_id ?? '']?.wallets).toEqual({ [last]: '1' });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProofPool } from '../crypto/index.ts';
import { http } from '../testing/clients.ts';
import { openScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';
import { Venue, fromTreasury, transplant } from './testkit.ts';
import type { Form, Payment } from './testkit.ts';

let scene: Scene;
let pool: ProofPool;
let lbtc: string;
let bond: string;
let fund: string;
/** Two members of the bond's group, and one who is registered and no member. */
let alice: Venue;
let bob: Venue;
let carol: Venue;

const deed = (body: Record<string, unknown>): Promise<unknown> => scene.control.must('POST', '/amp2', body);
const must = async (venue: Venue): Promise<string> => {
  const answer = await venue.register();
  if (answer.status !== 200) throw new Error(answer.text);
  return (answer.json as { wid: string }).wid;
};
const pay = (to: Venue, asset: string, amount: bigint): Payment => ({ address: to.address(), asset, amount });

interface Seen {
  assets: { assetId: string; members: string[]; ownership: { wid: string | null; amount: string }[] }[];
}
const ownership = async (asset: string): Promise<Record<string, string>> => {
  const seen = await scene.control.must<Seen>('GET', '/amp2');
  const rows = seen.assets.find((one) => one.assetId === asset)?.ownership ?? [];
  return Object.fromEntries(rows.map((row) => [row.wid ?? 'rest', row.amount]));
};

beforeAll(async () => {
  scene = await openScene();
  pool = new ProofPool(2);
  const info = await scene.wallet.call<{ pegged_asset: string }>('getsidechaininfo');
  lbtc = info.pegged_asset;
  const [first, second] = scene.sandbox.amp2.assets;
  bond = first?.assetId ?? '';
  fund = second?.assetId ?? '';
  alice = new Venue(scene.sandbox, pool, { form: 'elip153' });
  bob = new Venue(scene.sandbox, pool, { form: 'slip77', userFirst: true });
  carol = new Venue(scene.sandbox, pool, { form: 'elip151' });
  for (const venue of [alice, bob, carol]) await must(venue);
  await deed({ action: 'admit', assetId: bond, wid: alice.wid });
  await deed({ action: 'admit', assetId: bond, wid: bob.wid });
  await fromTreasury(scene, [
    pay(alice, bond, 100_000n),
    pay(alice, fund, 40n),
    pay(alice, lbtc, 50_000n),
    pay(carol, lbtc, 20_000n),
  ]);
  await scene.control.mine(1);
}, 180_000);

afterAll(async () => {
  await scene.sandbox.close();
  await pool.close();
});

beforeEach(async () => {
  await scene.control.must('DELETE', '/fault');
});

describe('registration', () => {
  it.each<[Form, boolean]>([
    ['slip77', false],
    ['view', true],
    ['elip151', false],
    ['elip153', false],
    ['elip153', true],
  ])('takes %s (user first: %s) and answers the ELIP-152 id, each time', async (form, userFirst) => {
    const venue = new Venue(scene.sandbox, pool, { form, userFirst });
    expect(await must(venue)).toBe(venue.wid);
    expect(venue.wid).toMatch(/^(?:[0-9a-f]{4}-){7}[0-9a-f]{4}$/);
    expect((await venue.register('proxy')).json).toEqual({ wid: venue.wid });
  });

  it('refuses the same scripts with other blinding keys', async () => {
    const seed = new Uint8Array(32).fill(7);
    await must(new Venue(scene.sandbox, pool, { form: 'slip77', seed }));
    const other = new Venue(scene.sandbox, pool, { form: 'elip151', seed });
    expect(await other.register()).toMatchObject({
      status: 403,
      json: { error: 'This descriptor is registered with different blinding keys' },
    });
    expect((await other.register('proxy')).json).toMatchObject({ error: 'forbidden' });
  });

  it('says what is wrong with a descriptor', async () => {
    const { descriptor } = new Venue(scene.sandbox, pool);
    const stranger = new Venue(
      { ...scene.sandbox, amp2: { ...scene.sandbox.amp2, serverKey: SOMEBODY } },
      pool,
    );
    const cases: [string, RegExp][] = [
      ['', /not confidential/],
      [descriptor.replace('multi(2', 'sortedmulti(2'), /only elwsh\(multi/],
      [descriptor.replace('multi(2', 'multi(1'), /two keys expected/],
      [descriptor.replace('elwsh', 'wsh'), /only elwsh/],
      [descriptor.replaceAll('/<0;1>/*', '/0/*'), /must end in/],
      [`${descriptor}#qqqqqqqq`, /checksum/],
      [descriptor.replace(/slip77\(.*?\)/, 'slip77(00)'), /must be blinded/],
      [descriptor.replace(/slip77\(.*?\)/, 'f'.repeat(64)), /no private key/],
      [stranger.descriptor, /none of its keys/],
    ];
    for (const [text, why] of cases) {
      const answer = await alice.register('wallets', text);
      expect(answer.status).toBe(400);
      expect((answer.json as { error: string }).error).toMatch(why);
    }
    const proxied = await alice.register('proxy', 'nonsense');
    expect(proxied.json).toMatchObject({ error: 'invalid_descriptor' });
  });

  it('lives with doubled slashes, and tells its key', async () => {
    const { url, serverKey } = scene.sandbox.amp2;
    const answer = await http(`${url}//wallets/register`, {
      method: 'POST',
      body: JSON.stringify({ descriptor: alice.descriptor }),
    });
    expect(answer.json).toEqual({ wid: alice.wid });
    expect((await http(`${url}/info/xpub`)).json).toEqual({ keyorigin_xpub: serverKey });
    expect((await http(`${url}/wallets/unknown`, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

/** A key that is not the server's. */
const SOMEBODY =
  '[3d970d04/87h/1h/0h]tpubDC347GyKEGtyd4swZDaEmBTcNuqseyX7E3Yw58FoeV1njuBcUmBMr5vBeBh6eRsxKYHeCAEkKj8J2p2dBQQJwB8n33uyAPrdgwFxLFTCXRd';

describe('cosigning', () => {
  it('cosigns a transfer within the group, in either order, the same each time; the issuer sees it', async () => {
    const pset = await alice.build(lbtc, [pay(bob, bond, 30_000n)]);
    const first = await alice.cosign(pset);
    expect(first.status).toBe(200);
    expect((await alice.cosign(pset, 'wallets/sign')).json).toEqual(first.json);

    const cosigned = (first.json as { pset: string }).pset;
    const signedAfter = await alice.sign(cosigned);
    const signedBefore = await alice.cosign(await alice.sign(pset));
    expect(signedBefore.status).toBe(200);
    const sent = await alice.send((signedBefore.json as { pset: string }).pset);
    expect(sent.text).toMatch(/^[0-9a-f]{64}$/);
    // The other order makes the same transaction.
    expect((await alice.send(signedAfter)).text).toBe(sent.text);

    expect(await ownership(bond)).toMatchObject({ [alice.wid]: '100000' });
    await scene.control.mine(1);
    expect(await ownership(bond)).toEqual({ [alice.wid]: '70000', [bob.wid]: '30000', rest: '999900000' });
    const truth = await scene.control.must<{
      assets: Record<string, { holders: Record<string, string>; treasury: string }>;
    }>('GET', '/truth');
    expect(truth.assets[bond]).toMatchObject({
      holders: { [alice.wid]: '70000', [bob.wid]: '30000' },
      treasury: '999900000',
    });
  });

  it('refuses a recipient outside of the group, in the words of both forms', async () => {
    const message = `Recipient wallet wid=${carol.wid} is not in restriction group 'meridian-professional'`;
    const pset = await alice.build(lbtc, [pay(carol, bond, 1n)]);
    expect(await alice.cosign(pset)).toMatchObject({
      status: 403,
      json: { error: 'restriction_violation', message },
    });
    expect((await alice.cosign(pset, 'wallets/sign')).json).toEqual({ error: message });
    await deed({ action: 'admit', assetId: bond, wid: carol.wid });
    expect((await alice.cosign(pset)).status).toBe(200);
    await deed({ action: 'remove', assetId: bond, wid: carol.wid });
    expect((await alice.cosign(pset)).status).toBe(403);
  });

  it('refuses a recipient that is not registered, and a burn', async () => {
    const outside = await scene.wallet.call<string>('getnewaddress');
    const pset = await alice.build(lbtc, [{ address: outside, asset: bond, amount: 1n }]);
    expect((await alice.cosign(pset)).json).toMatchObject({ error: 'wallet_not_found' });
    const burn = await alice.build(lbtc, [{ address: '', asset: bond, amount: 1n }]);
    expect((await alice.cosign(burn)).json).toMatchObject({ error: 'restriction_violation' });
  });

  it('refuses more than the cap, a locked asset, a locked coin', async () => {
    const pset = await alice.build(lbtc, [pay(bob, bond, 600n), pay(bob, bond, 600n)]);
    await deed({ action: 'cap', assetId: bond, amount: '1199' });
    expect((await alice.cosign(pset)).json).toMatchObject({
      error: 'restriction_violation',
      message: 'Transfer amount 1200 of MB31 exceeds the limit of 1199 (base units)',
    });
    await deed({ action: 'cap', assetId: bond, amount: '1200' });
    expect((await alice.cosign(pset)).status).toBe(200);
    await deed({ action: 'cap', assetId: bond, amount: '0' });
    await deed({ action: 'lock', assetId: bond });
    expect((await alice.cosign(pset)).json).toMatchObject({ error: 'asset_locked' });
    await deed({ action: 'unlock', assetId: bond });
    const coin = (await alice.coins()).find((one) => one.asset === bond);
    const utxo = { assetId: bond, txid: coin?.txid, vout: coin?.vout };
    await deed({ action: 'lock-utxo', ...utxo });
    expect((await alice.cosign(pset)).json).toMatchObject({
      error: 'asset_locked',
      message: `UTXO ${coin?.txid}:${coin?.vout} is locked by the issuer`,
    });
    await deed({ action: 'unlock-utxo', ...utxo });
    expect((await alice.cosign(pset)).status).toBe(200);
  });

  it('lets plain assets go anywhere, also to somebody unknown', async () => {
    const outside = await scene.wallet.call<string>('getnewaddress');
    const pset = await carol.build(lbtc, [{ address: outside, asset: lbtc, amount: 5_000n }]);
    const answer = await carol.cosign(pset, 'wallets/sign');
    expect(answer.status).toBe(200);
    const sent = await carol.send(await carol.sign((answer.json as { pset: string }).pset));
    expect(sent.status).toBe(200);
    await scene.control.mine(1);
    // What was spent cannot be spent again.
    expect((await carol.cosign(pset)).json).toMatchObject({ error: 'invalid_utxo' });
  });

  it('refuses coins of wallets that are not registered', async () => {
    const dave = new Venue(scene.sandbox, pool);
    await fromTreasury(scene, [pay(dave, lbtc, 10_000n)]);
    await scene.control.mine(1);
    const pset = await dave.build(lbtc, [pay(bob, lbtc, 1_000n)]);
    expect((await dave.cosign(pset)).json).toMatchObject({ error: 'wallet_not_found' });
    // Registering later is enough: what came before is found.
    await must(dave);
    expect((await dave.cosign(pset)).status).toBe(200);
  });

  it('refuses what it cannot open or what does not add up', async () => {
    const outside = await scene.wallet.call<string>('getnewaddress');
    const payments = [{ address: outside, asset: lbtc, amount: 1_000n }];
    const hidden = await alice.build(lbtc, payments, { withoutProofs: true });
    expect((await alice.cosign(hidden)).json).toMatchObject({
      error: 'invalid_pset',
      message: 'Invalid PSET: output 0 carries no valid proof of its value and asset',
    });
    const lie = await alice.build(lbtc, payments, { lieAbout: outside });
    expect((await alice.cosign(lie)).json).toMatchObject({ error: 'invalid_pset' });
    const coins = await alice.coins();
    const coin = coins.find((one) => one.asset === lbtc);
    if (!coin) throw new Error('no coin');
    const twice = await alice.buildFrom([coin, coin], lbtc, []);
    expect((await alice.cosign(twice)).json).toMatchObject({ error: 'invalid_pset' });
    const invented = await alice.buildFrom([{ ...coin, txid: '11'.repeat(32) }], lbtc, []);
    expect((await alice.cosign(invented)).json).toMatchObject({ error: 'invalid_utxo' });
    for (const text of ['', 'cHNldP8=', 'nonsense!']) {
      expect(await alice.cosign(text)).toMatchObject({ status: 400, json: { error: 'invalid_pset' } });
    }
  });

  it('refuses a signature that does not hold', async () => {
    const one = await alice.sign(await alice.build(lbtc, [pay(bob, bond, 1n)]));
    const honest = await alice.build(lbtc, [pay(bob, bond, 2n)]);
    const mixed = transplant(one, honest);
    expect((await alice.cosign(mixed)).json).toMatchObject({
      error: 'invalid_pset',
      message: expect.stringContaining('does not hold') as string,
    });
  });

  it('finds what is paid far ahead: a hundred beyond the last used address', async () => {
    const eve = new Venue(scene.sandbox, pool, { form: 'view' });
    await must(eve);
    await deed({ action: 'admit', assetId: fund, wid: eve.wid });
    await fromTreasury(scene, [{ address: eve.address(99), asset: fund, amount: 3n }]);
    await scene.control.mine(1);
    await fromTreasury(scene, [{ address: eve.address(199), asset: fund, amount: 4n }]);
    await scene.control.mine(1);
    expect(await ownership(fund)).toMatchObject({ [eve.wid]: '7' });
  });
});

describe('the issuer’s side', () => {
  it('asks for the token', async () => {
    const { url } = scene.sandbox.amp2;
    expect((await http(`${url}/assets/`)).status).toBe(401);
    expect((await http(`${url}/assets/`, { headers: { authorization: 'Bearer no' } })).status).toBe(401);
  });

  it('lists assets and their outputs at wallets', async () => {
    const { url, issuerToken } = scene.sandbox.amp2;
    const headers = { authorization: `Bearer ${issuerToken}` };
    const list = (await http(`${url}/assets/`, { headers })).json as { asset_id: string }[];
    expect(list.map((asset) => asset.asset_id)).toEqual([bond, fund]);
    const one = await http(`${url}/assets/${bond}`, { headers });
    expect(one.json).toMatchObject({
      name: 'Meridian Bond 2031',
      locked: false,
      contract: { ticker: 'MB31', precision: 2 },
    });
    const txos = (await http(`${url}/assets/${bond}/txos`, { headers })).json as {
      wid: string;
      satoshi: number;
    }[];
    expect(txos.reduce((sum, txo) => sum + txo.satoshi, 0)).toBe(100_000);
    expect(new Set(txos.map((txo) => txo.wid))).toEqual(new Set([alice.wid, bob.wid]));
    expect((await http(`${url}/assets/${'0'.repeat(64)}`, { headers })).status).toBe(404);
  });

  it('refuses deeds that make no sense', async () => {
    const answer = await scene.control.send('POST', '/amp2', {
      action: 'admit',
      assetId: bond,
      wid: 'nobody',
    });
    expect(answer).toMatchObject({ status: 400 });
    expect((await scene.control.send('POST', '/amp2', { action: 'explode', assetId: bond })).status).toBe(
      400,
    );
  });
});

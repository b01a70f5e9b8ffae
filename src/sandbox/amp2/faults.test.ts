import { secp256k1 } from '@noble/curves/secp256k1.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProofPool, segwitSighash, txidOf } from '../crypto/index.ts';
import { IN, decodePset, keyed, psetTransaction } from '../elements/pset/index.ts';
import { openScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';
import { Venue, fromTreasury } from './testkit.ts';

let scene: Scene;
let pool: ProofPool;
let venue: Venue;
let pset: string;

const spoil = (fault: Record<string, unknown>) =>
  scene.control.must('POST', '/fault', { target: 'amp2', path: '/proxy/cosign', ...fault });

beforeAll(async () => {
  scene = await openScene();
  pool = new ProofPool(2);
  venue = new Venue(scene.sandbox, pool);
  await venue.register();
  const { pegged_asset: lbtc } = await scene.wallet.call<{ pegged_asset: string }>('getsidechaininfo');
  await fromTreasury(scene, [{ address: venue.address(), asset: lbtc, amount: 10_000n }]);
  await scene.control.mine(1);
  pset = await venue.build(lbtc, []);
}, 120_000);

afterAll(async () => {
  await scene.sandbox.close();
  await pool.close();
});

beforeEach(async () => {
  await scene.control.must('DELETE', '/fault');
});

const answered = async (): Promise<string> => ((await venue.cosign(pset)).json as { pset: string }).pset;

/** Whether the signatures of a PSET hold for its own transaction. */
async function signaturesHold(base64: string): Promise<boolean> {
  const signed = decodePset(base64);
  const tx = psetTransaction(signed);
  const [coin] = await venue.coins();
  if (!coin) throw new Error('no coin');
  const { witnessScript } = venue.wallet.at(coin.branch, coin.index);
  const found = signed.inputs.flatMap((fields) => keyed(fields, IN.PARTIAL_SIG));
  expect(found).toHaveLength(1);
  return found.every(([pubkey, bytes]) => {
    const hash = segwitSighash(tx, 0, witnessScript ?? new Uint8Array(), coin.spent.value, bytes.at(-1) ?? 0);
    return secp256k1.verify(bytes.subarray(0, -1), hash, pubkey, { prehash: false, format: 'der' });
  });
}

const txid = (base64: string): string => txidOf(psetTransaction(decodePset(base64)));

describe('faults of AMP2', () => {
  it('badsig: the transaction is ours, the signature does not hold', async () => {
    await spoil({ mode: 'badsig' });
    const bad = await answered();
    expect(txid(bad)).toBe(txid(pset));
    expect(await signaturesHold(bad)).toBe(false);
    expect(await signaturesHold(await answered())).toBe(true);
  });

  it('alter: another transaction, with a signature that holds for it', async () => {
    await spoil({ mode: 'alter' });
    const altered = await answered();
    expect(txid(altered)).not.toBe(txid(pset));
    expect(await signaturesHold(altered)).toBe(true);
  });

  it('wrongwid: somebody else’s id', async () => {
    await spoil({ mode: 'wrongwid', path: '/wallets/register' });
    const { wid } = (await venue.register()).json as { wid: string };
    expect(wid).toMatch(/^(?:[0-9a-f]{4}-){7}[0-9a-f]{4}$/);
    expect(wid).not.toBe(venue.wid);
    expect((await venue.register()).json).toEqual({ wid: venue.wid });
  });

  it('silent: never answered', async () => {
    await spoil({ mode: 'silent' });
    const body = JSON.stringify({ pset });
    const asked = fetch(`${scene.sandbox.amp2.url}/proxy/cosign`, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(300),
    });
    await expect(asked).rejects.toThrow(/timeout/);
    expect((await venue.cosign(pset)).status).toBe(200);
  });

  it('oversize: far more than anybody reads', async () => {
    await spoil({ mode: 'oversize' });
    expect((await venue.cosign(pset)).text.length).toBeGreaterThan(20_000_000);
  });

  it('drop, refuse, error, html, garble', async () => {
    for (const mode of ['drop', 'refuse']) {
      await spoil({ mode });
      await expect(venue.cosign(pset)).rejects.toThrow();
    }
    for (const status of [429, 500, 503]) {
      await spoil({ mode: 'error', status });
      expect((await venue.cosign(pset)).status).toBe(status);
    }
    await spoil({ mode: 'html' });
    expect(await venue.cosign(pset)).toMatchObject({ status: 502, json: undefined });
    await spoil({ mode: 'garble' });
    expect(await venue.cosign(pset)).toMatchObject({ status: 200, json: undefined });
  });

  it('says which faults there are', async () => {
    const answer = await scene.control.send('POST', '/fault', { target: 'moon', mode: 'drop' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('amp, elements, green, amp2, esplora');
  });
});

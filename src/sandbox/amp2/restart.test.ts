import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProofPool } from '../crypto/index.ts';
import { startSandbox } from '../index.ts';
import type { SandboxHandle } from '../index.ts';
import { Control, Wallet } from '../testing/clients.ts';
import { Venue, fromTreasury } from './testkit.ts';

let dir: string;
let pool: ProofPool;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sandbox-amp2-'));
  pool = new ProofPool(2);
});

afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await pool.close();
});

const start = (): Promise<SandboxHandle> => startSandbox({ stateDir: dir, world: 'empty' });

interface Seen {
  wallets: { wid: string }[];
  assets: {
    assetId: string;
    cap: string | null;
    locked: boolean;
    members: string[];
    ownership: { wid: string | null; amount: string }[];
  }[];
}
interface Truth {
  assets: Record<string, { wallets: Record<string, string>; holders: Record<string, string> }>;
}
const look = (sandbox: SandboxHandle): Promise<Seen> => new Control(sandbox).must<Seen>('GET', '/amp2');

describe('AMP2 over restarts', () => {
  it('keeps wallets, rules and holdings, follows a reorganisation, and comes to an older world', async () => {
    const first = await start();
    const control = new Control(first);
    const [bond] = first.amp2.assets;
    const assetId = bond?.assetId ?? '';
    const seed = new Uint8Array(32).fill(5);
    const venue = new Venue(first, pool, { form: 'elip153', seed });
    await venue.register();
    await control.must('POST', '/amp2', { action: 'admit', assetId, wid: venue.wid });
    await control.must('POST', '/amp2', { action: 'cap', assetId, amount: '5' });
    await fromTreasury({ wallet: new Wallet(first) }, [
      { address: venue.address(), asset: assetId, amount: 700n },
    ]);
    await control.mine(1);
    const held = { wid: venue.wid, amount: '700' };
    expect((await look(first)).assets[0]?.ownership).toContainEqual(held);
    await control.must('POST', '/reorg', { depth: 1 });
    expect((await look(first)).assets[0]?.ownership).toEqual([{ wid: null, amount: '1000000000' }]);
    await control.mine(1);
    await first.close();

    const second = await start();
    expect(second.amp2).toMatchObject({ serverKey: first.amp2.serverKey, assets: first.amp2.assets });
    const seen = await look(second);
    expect(seen.wallets.map((wallet) => wallet.wid)).toEqual([venue.wid]);
    expect(seen.assets[0]).toMatchObject({ cap: '5', locked: false, members: [venue.wid] });
    expect(seen.assets[0]?.ownership).toContainEqual(held);
    expect((await new Venue(second, pool, { form: 'elip153', seed }).register()).json).toEqual({
      wid: venue.wid,
    });
    // All of the treasury goes to another wallet, what AMP knows nothing of as well.
    await new Wallet(second).call('createwallet', 'elsewhere', false, false, '', false, true, true);
    await new Control(second).must('POST', '/world/treasury', { wallet: 'elsewhere' });
    const truth = await new Control(second).must<Truth>('GET', '/truth');
    expect(truth.assets[assetId]).toMatchObject({
      wallets: { elsewhere: '999999300' },
      holders: { [venue.wid]: '700' },
    });
    await second.close();

    for (const name of readdirSync(dir)) if (/^(?:amp2|esplora)\./.test(name)) rmSync(join(dir, name));
    const third = await start();
    expect(third.amp2.assets.map((asset) => asset.ticker)).toEqual(['MB31', 'HIFD']);
    expect(third.amp2.assets[0]?.assetId).not.toBe(assetId);
    const later = await new Control(third).must<Truth>('GET', '/truth');
    expect(later.assets[third.amp2.assets[0]?.assetId ?? '']).toMatchObject({
      wallets: { treasury: '1000000000' },
    });
    await third.close();
  }, 240_000);
});

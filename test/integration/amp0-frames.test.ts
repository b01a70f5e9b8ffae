import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createAmp0Client } from '../../src/main/amp0/index.ts';
import { blobFacts, openBlob } from '../../src/main/amp0/blob.ts';
import { blobKeys } from '../../src/main/amp0/keys.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { amp0OwnerKeys } from '../support/amp0-owner.ts';
import { lwkAmp0 } from '../support/lwk-amp0.ts';
import { custodyPayments, OWNER } from '../support/custody-pset.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { scriptedGreen, type ScriptedGreen } from '../support/scripted-green.ts';

// LWK blocks its thread for seconds at each login, and longer where cores are shared.
vi.setConfig({ testTimeout: 300_000 });

const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

const greens: ScriptedGreen[] = [];
afterEach(async () => {
  await Promise.all(greens.splice(0).map((green) => green.close()));
});

const seed = { mnemonic: OWNER };
const ALICE = { username: 'alice', password: 'correct horse battery' };

/** Green that wants no addresses, so that a watch-only login of LWK's ends with the login. */
async function green(): Promise<ScriptedGreen> {
  const server = await scriptedGreen({ wanted: 0 });
  greens.push(server);
  return server;
}

/** Frames with what is random taken out: sealed blobs, their MACs and the wrapped key. Requests count from 1. */
function comparable(frames: readonly string[]): string[] {
  let first: number | null = null;
  return frames.map((text) => {
    const frame = JSON.parse(text) as [number, number, object, string, unknown[]];
    if (frame[0] !== 48) return text;
    first ??= frame[1];
    frame[1] -= first;
    const args = frame[4];
    if (frame[3].endsWith('set_client_blob')) {
      args[0] = 'sealed';
      args[2] = 'mac';
      args[3] = String(args[3]).startsWith('AAAAAAAA') ? args[3] : 'mac';
    }
    if (frame[3].endsWith('sync_custom')) args[2] = String(args[2]).length;
    return JSON.stringify(frame);
  });
}

describe('the frames of AMP0', () => {
  it('are LWK’s, byte for byte but for what is random, from registration to a cosignature', async () => {
    const [theirs, ours] = [await green(), await green()];
    const http = await scriptedServer(({ body }) => ({
      json: { result: true, error: '', tx: (JSON.parse(body) as { tx: string }).tx },
    }));
    const lwk = lwkAmp0({ url: theirs.url, cosignUrl: http.url });
    try {
      const made = await lwk.create(OWNER, ALICE.username, ALICE.password);
      await lwk.watch(ALICE, made.ampIds[0] ?? '');

      const keys = await amp0OwnerKeys(liquid, seed, 'regtest');
      const client = createAmp0Client({
        endpoint: { url: ours.url, cosignUrl: http.url },
        network: 'regtest',
      });
      const connection = await client.connect();
      const challenge = await connection.challenge(keys.owner);
      const signature = await liquid.signAmp0Challenge(seed, 'regtest', challenge);
      const owner = await connection.login(keys.owner, signature);
      await owner.createAccount(owner.nextPointer, keys.accounts[0]?.xpub ?? '');
      await owner.createWatchOnly(ALICE);
      const watching = await client.connect();
      const session = await watching.watchOnly(ALICE);
      // LWK asks for an address to learn the last index.
      await session.fund(1);
      connection.close();
      watching.close();

      const split = (frames: readonly string[]) => {
        const second = frames.lastIndexOf(frames[0] ?? '');
        return [comparable(frames.slice(0, second)), comparable(frames.slice(second))];
      };
      expect(split(ours.frames)).toEqual(split(theirs.frames));
      expect(theirs.frames.length).toBeGreaterThan(11);

      // What is sealed in the last blob says the same.
      const { seal } = await blobKeys(keys.owner.blobPubkey);
      const [mine, lwks] = await Promise.all(
        [ours, theirs].map(async (server) => {
          const last = server.calls.filter((call) => call.procedure === 'login.set_client_blob').at(-1);
          return openBlob(String(last?.args[0]), seal);
        }),
      );
      expect(mine).toHaveLength(lwks?.length ?? 0);
      expect(blobFacts(mine ?? [])).toEqual(blobFacts(lwks ?? []));
      expect(mine?.[4]).toEqual(lwks?.[4]);
      expect((mine?.[5] as { username: string }).username).toBe(ALICE.username);
      expect(lwks?.[5]).toMatchObject(mine?.[5] as object);

      // And what is sent to be cosigned is the same.
      const { amp0 } = await custodyPayments(liquid);
      const signed = await liquid.signWithSeed(amp0.pset, { mnemonic: OWNER }, 'regtest');
      const form = await liquid.greenForm(signed, amp0.outputs);
      expect(await client.cosign(form)).toEqual({ tx: form.tx });
      expect(await lwk.cosign(signed, form.nonces)).toBe(form.tx);
      const [our, their] = http.seen;
      expect(their?.body).toBe(our?.body);
      expect([their?.method, their?.path]).toEqual([our?.method, our?.path]);
      expect(their?.headers['content-type']).toBe(our?.headers['content-type']);
    } finally {
      await lwk.close();
      await http.close();
    }
  });
});

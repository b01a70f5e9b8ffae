import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  draft,
  madeUpTreasury,
  requestFrom,
  SEEDS,
  type Treasury,
} from '../../../test/support/sign-request.ts';
import { DESK, testSigner, treasuryBundle } from '../../../test/support/test-signer.ts';
import type { JadeMultisig, Jades, JadeSession } from '../jade/index.ts';
import { createLiquid, type AccountKeys, type Seed } from '../liquid/index.ts';
import { attachedJade } from './attached-jade.ts';

const liquid = createLiquid();
afterAll(() => liquid.close());
const ACTOR = { actor: 'person' };
const PORT = '/dev/ttyACM0';
const no = () => Promise.reject(new Error('not asked for'));

let several: Treasury;
let keys: AccountKeys;
let seed: Seed;
beforeAll(async () => {
  const third = SEEDS[2];
  if (!third) throw new Error('no seed');
  seed = third;
  keys = await liquid.accountKeys(seed, 'regtest');
  several = await madeUpTreasury(liquid, 2, 3);
});

let registered: JadeMultisig[];
let closed: number;
beforeEach(() => {
  registered = [];
  closed = 0;
});

/** A Jade with the third key, by its face: what it does on the wire is tried where the client is. */
function jadesWith(tamper: (pset: string) => Promise<string> = (pset) => Promise.resolve(pset)): Jades {
  const accounts = new Map([
    ['2147483732/2147483649/2147483648', keys.single.xpub],
    ['2147483696/2147483649/2147483648/2147483650', keys.multi.xpub],
  ]);
  const session: JadeSession = {
    port: PORT,
    device: no,
    unlock: no,
    address: no,
    signLiquidTx: no,
    fingerprint: () => Promise.resolve(keys.fingerprint),
    xpub: (path) => Promise.resolve(accounts.get(path.join('/')) ?? ''),
    masterBlindingKey: () => Promise.resolve(keys.masterBlindingKey),
    multisigs: () => Promise.resolve(registered),
    registerMultisig: (multisig) => Promise.resolve(void registered.push(multisig)),
    async signPset(pset) {
      const given = await tamper(Buffer.from(pset).toString('base64'));
      return new Uint8Array(Buffer.from(await liquid.signWithSeed(given, seed, 'regtest'), 'base64'));
    },
    close: () => Promise.resolve(void (closed += 1)),
  };
  return {
    devices: () => Promise.resolve([]),
    open: () => Promise.resolve(session),
    release: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

const signerWith = (jades: Jades) =>
  testSigner(liquid, { jade: attachedJade({ jades, liquid, network: 'regtest' }) });

describe('a Jade at a signer', () => {
  it('gives its keys to a desk, and then signs for a treasury that names them', async () => {
    const signer = signerWith(jadesWith());
    await signer.service.sendKeys({ peerId: DESK.id, port: PORT }, ACTOR);
    expect(signer.sent[0]?.payload).toMatchObject({
      kind: 'jade',
      fingerprint: keys.fingerprint,
      single: { path: "84'/1'/0'", xpub: keys.single.xpub },
      multi: { path: "48'/1'/0'/2'", xpub: keys.multi.xpub },
    });
    await signer.receive('treasury', { ...treasuryBundle(several), name: 'The vault of 2026' });

    const request = await requestFrom(liquid, several, [await draft(liquid, several, 1)]);
    await signer.receive('sign-request', request);
    await signer.service.sign({ id: request.requestId, confirm: 'ALD', port: PORT }, ACTOR);
    expect(signer.sent[1]?.payload).toMatchObject({
      outcome: 'signed',
      fingerprint: keys.fingerprint,
      signatures: [{ signatures: [{ input: 0 }, { input: 1 }] }],
    });
    // It was taught the multisig under a name that it can keep, and its port was let go of each time.
    expect(registered).toMatchObject([{ name: 'The-vault-of-20', threshold: 2 }]);
    expect(closed).toBe(3);
  });

  it('that returns another transaction is not believed', async () => {
    const other = await requestFrom(liquid, several, [await draft(liquid, several, 1, 5)], 'other');
    const foreign = Buffer.from(other.transactions[0]?.pset ?? []).toString('base64');
    const signer = signerWith(jadesWith(() => Promise.resolve(foreign)));
    await signer.service.sendKeys({ peerId: DESK.id, port: PORT }, ACTOR);
    await signer.receive('treasury', treasuryBundle(several));
    const request = await requestFrom(liquid, several, [await draft(liquid, several, 1)]);
    await signer.receive('sign-request', request);
    await expect(
      signer.service.sign({ id: request.requestId, confirm: 'ALD', port: PORT }, ACTOR),
    ).rejects.toMatchObject({ code: 'JADE_ANSWER_INVALID' });
    expect(signer.signed()).toEqual([]);
  });

  it('whose key is none of the treasury’s does not sign', async () => {
    const single = await madeUpTreasury(liquid, 1, 1);
    const signer = signerWith(jadesWith());
    await signer.service.restoreKey({ mnemonic: SEEDS[0]?.mnemonic ?? '' }, ACTOR);
    await signer.receive('treasury', treasuryBundle(single));
    const request = await requestFrom(liquid, single, [await draft(liquid, single, 1)]);
    await signer.receive('sign-request', request);
    await expect(
      signer.service.sign({ id: request.requestId, confirm: 'ALD', port: PORT }, ACTOR),
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

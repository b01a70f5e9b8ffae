import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asPayment, madeUpWallet, type CustodyPayer } from '../../../test/support/custody-payer.ts';
import { digest } from '../../../test/support/made-up-pset.ts';
import { draft, requestFrom, SEEDS } from '../../../test/support/sign-request.ts';
import { asReceived, DESK, testSigner, type TestSigner } from '../../../test/support/test-signer.ts';
import { createLiquid } from '../liquid/index.ts';
import { keysPayload, signRequestPayload } from '../signing/index.ts';

const liquid = createLiquid();
afterAll(() => liquid.close());
const ACTOR = { actor: 'person' };
const KINDS = ['amp0', 'amp2', 'single'] as const;

async function signerOf(seed = SEEDS[0]): Promise<TestSigner> {
  const signer = testSigner(liquid);
  await signer.service.restoreKey({ mnemonic: '', ...seed }, ACTOR);
  return signer;
}

let wallets: Record<(typeof KINDS)[number], CustodyPayer>;
let signer: TestSigner;
beforeAll(async () => {
  const [amp0, amp2, single] = await Promise.all(KINDS.map((kind) => madeUpWallet(liquid, kind)));
  if (!amp0 || !amp2 || !single) throw new Error('no wallets');
  wallets = { amp0, amp2, single };
});
beforeEach(async () => {
  signer = await signerOf();
});

it('offers its keys for custody', async () => {
  await signer.service.sendKeys({ peerId: DESK.id }, ACTOR);
  const payload = keysPayload.parse(signer.sent[0]?.payload);
  const { amp2, amp0 } = await liquid.custodyKeys(SEEDS[0] ?? { mnemonic: '' }, 'regtest');
  expect(payload.custody).toEqual({ amp2, amp0 });
});

describe.each(KINDS)('a custody wallet: %s', (kind) => {
  it('with its own key is kept, and what it pays is signed', async () => {
    const { bundle, id } = wallets[kind];
    expect(await signer.receive('custody-wallet', bundle)).toContain('now signs for “Hot wallet”');
    expect(await signer.service.wallets({}, ACTOR)).toMatchObject({
      wallets: [{ id, kind, name: 'Hot wallet', from: DESK.name }],
    });
    const request = asPayment(
      await requestFrom(liquid, wallets[kind], [await draft(liquid, wallets[kind], 1)]),
    );
    await signer.receive('sign-request', asReceived(request));
    const { review } = await signer.service.request({ id: 'request-1' }, ACTOR);
    expect(review.checks.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    await expect(
      signer.service.sign({ id: 'request-1', confirm: 'ALD', port: '/dev/ttyACM0' }, ACTOR),
    ).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      message: expect.stringContaining('by the key of this signer'),
    });
    await signer.service.sign({ id: 'request-1', confirm: 'ALD' }, ACTOR);
    expect(signer.signed()).toHaveLength(2);
  });

  it('of somebody else is not', async () => {
    const other = await signerOf(SEEDS[2]);
    await expect(other.receive('custody-wallet', wallets[kind].bundle)).rejects.toMatchObject({
      code: 'BUNDLE_FOREIGN',
    });
    const none = testSigner(liquid);
    await expect(none.receive('custody-wallet', wallets[kind].bundle)).rejects.toMatchObject({
      code: 'BUNDLE_FOREIGN',
    });
  });

  it('is of one desk', async () => {
    const { bundle } = wallets[kind];
    await signer.receive('custody-wallet', bundle);
    const stranger = { ...DESK, id: 'desk-2', name: 'Back office' };
    await expect(signer.receive('custody-wallet', bundle, stranger)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('has its addresses found', async () => {
    await signer.receive('custody-wallet', wallets[kind].bundle);
    const { address } = await wallets[kind].place(0, 12);
    expect(await signer.service.findAddress({ address }, ACTOR)).toMatchObject({
      found: { treasury: 'Hot wallet', chain: 0, index: 12 },
    });
  });
});

describe('a custody wallet that lies', () => {
  it.each([
    ['about its network', { network: 'liquidtestnet' as const }, 'BUNDLE_FOREIGN'],
    ['about its kind', { kind: 'amp0' as const }, 'BUNDLE_INVALID'],
    ['with no descriptor at all', { descriptor: 'x'.repeat(60) }, 'DESCRIPTOR_INVALID'],
  ])('%s is refused', async (_what, lie, code) => {
    await expect(signer.receive('custody-wallet', { ...wallets.amp2.bundle, ...lie })).rejects.toMatchObject({
      code,
    });
    expect((await signer.service.wallets({}, ACTOR)).wallets).toEqual([]);
  });

  it('about the blinding key is refused', async () => {
    const { single, fingerprint } = await liquid.custodyKeys(SEEDS[0] ?? { mnemonic: '' }, 'regtest');
    const descriptor = await liquid.singleDescriptor(
      { fingerprint, ...single },
      digest('another blinding key'),
      'regtest',
    );
    await expect(
      signer.receive('custody-wallet', { ...wallets.single.bundle, descriptor }),
    ).rejects.toMatchObject({ code: 'BUNDLE_FOREIGN', message: expect.stringContaining('blinding key') });
  });

  it('is not asked for by another desk’s request', async () => {
    await signer.receive('custody-wallet', wallets.amp2.bundle);
    const request = asPayment(
      await requestFrom(liquid, wallets.amp0, [await draft(liquid, wallets.amp0, 1)]),
    );
    expect(signRequestPayload.safeParse(request).success).toBe(true);
    await expect(signer.receive('sign-request', asReceived(request))).rejects.toMatchObject({
      code: 'BUNDLE_FOREIGN',
    });
  });
});

it('keeps an AMP2 wallet of ELIP-153', async () => {
  const seed = SEEDS[0] ?? { mnemonic: '' };
  const server = await liquid.custodyKeys(SEEDS[1] ?? { mnemonic: '' }, 'regtest');
  const descriptor = await liquid.amp2Elip153(
    seed,
    'regtest',
    19,
    `[${server.fingerprint}/${server.amp2[0].path}]${server.amp2[0].xpub}`,
  );
  await signer.receive('custody-wallet', { ...wallets.amp2.bundle, descriptor });
  expect((await signer.service.wallets({}, ACTOR)).wallets).toMatchObject([{ kind: 'amp2' }]);
});

describe('a login at Green', () => {
  const asked = async (change: Record<string, unknown> = {}) => ({
    setupId: 'setup-1',
    network: 'regtest',
    name: 'Cold',
    fingerprint: (await liquid.custodyKeys(SEEDS[0] ?? { mnemonic: '' }, 'regtest')).fingerprint,
    challenge: 'abc123',
    ...change,
  });

  it('is answered with the signature of its own form, the same again', async () => {
    expect(await signer.receive('amp0-login', await asked())).toContain('A login moves nothing');
    expect((await signer.service.logins({}, ACTOR)).logins).toMatchObject([
      { id: 'setup-1', state: 'waiting', challenge: 'abc123', from: DESK.name },
    ]);
    await signer.service.answerLogin({ id: 'setup-1' }, ACTOR);
    await signer.service.answerLogin({ id: 'setup-1' }, ACTOR);
    const signature = await liquid.signAmp0Challenge(SEEDS[0] ?? { mnemonic: '' }, 'regtest', 'abc123');
    expect(signer.sent).toMatchObject([
      { kind: 'amp0-login-answer', payload: { setupId: 'setup-1', challenge: 'abc123', signature } },
    ]);
    expect((await signer.service.logins({}, ACTOR)).logins).toMatchObject([{ state: 'answered' }]);
  });

  it('is asked again with another challenge, and answered anew', async () => {
    await signer.receive('amp0-login', await asked());
    await signer.service.answerLogin({ id: 'setup-1' }, ACTOR);
    await signer.receive('amp0-login', await asked({ challenge: 'def456' }));
    expect((await signer.service.logins({}, ACTOR)).logins).toMatchObject([
      { state: 'waiting', challenge: 'def456' },
    ]);
    await signer.service.answerLogin({ id: 'setup-1' }, ACTOR);
    expect(signer.sent).toHaveLength(2);
  });

  it.each([
    ['of another key', { fingerprint: '00000000' }, 'BUNDLE_FOREIGN'],
    ['of another network', { network: 'liquidv1' }, 'BUNDLE_FOREIGN'],
    ['with a challenge that is none', { challenge: 'spend all of it' }, 'BUNDLE_INVALID'],
  ])('%s is refused', async (_what, change, code) => {
    await expect(signer.receive('amp0-login', await asked(change))).rejects.toMatchObject({ code });
  });

  it('is not answered too late', async () => {
    await signer.receive('amp0-login', await asked());
    signer.clock.now += 2 * 3_600_000;
    expect((await signer.service.logins({}, ACTOR)).logins).toMatchObject([{ state: 'expired' }]);
    await expect(signer.service.answerLogin({ id: 'setup-1' }, ACTOR)).rejects.toMatchObject({
      code: 'BUNDLE_EXPIRED',
    });
    expect(signer.sent).toEqual([]);
  });
});

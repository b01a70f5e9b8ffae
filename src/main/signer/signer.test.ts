import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  draft,
  madeUpTreasury,
  requestFrom,
  SEEDS,
  type Treasury,
} from '../../../test/support/sign-request.ts';
import { DESK, readySigner, testSigner, treasuryBundle } from '../../../test/support/test-signer.ts';
import { SECRET } from '../keychain/types.ts';
import { createLiquid } from '../liquid/index.ts';
import type { SignRequest } from '../signing/index.ts';
import { requestOf, requestText } from './request-text.ts';

const liquid = createLiquid();
afterAll(() => liquid.close());
const ACTOR = { actor: 'person' };
const SEED = SEEDS[0]?.mnemonic ?? '';

let single: Treasury;
let several: Treasury;
let request: SignRequest;
let severalRequest: SignRequest;
beforeAll(async () => {
  single = await madeUpTreasury(liquid, 1, 1);
  several = await madeUpTreasury(liquid, 2, 3);
  request = await requestFrom(liquid, single, [await draft(liquid, single, 2)]);
  severalRequest = await requestFrom(liquid, several, [await draft(liquid, several, 1)]);
});

const open: { store: { close(): void } }[] = [];
const kept = <S extends { store: { close(): void } }>(signer: S): S => (open.push(signer), signer);
const ready = async (treasury = single) => kept(await readySigner(liquid, treasury));
afterEach(() => {
  for (const { store } of open.splice(0)) store.close();
});

const auditTypes = (signer: ReturnType<typeof testSigner>) =>
  signer.store.auditList({ offset: 0, limit: 50 }).rows.map(({ type }) => type);

describe('a new key', () => {
  it('is kept once the words asked for were given again, and never before', async () => {
    const signer = kept(testSigner(liquid));
    const { id, words, ask } = await signer.service.newKey({ words: 24 }, ACTOR);
    expect(words).toHaveLength(24);
    expect(await signer.secrets.get(SECRET.signerSeed)).toBeNull();
    const answers = ask.map((position) => ({ position, word: words[position - 1] ?? '' }));
    const wrong = answers.map((answer, n) => (n === 0 ? { ...answer, word: 'zoo' } : answer));
    await expect(signer.service.confirmKey({ id, answers: wrong }, ACTOR)).rejects.toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    await expect(signer.service.confirmKey({ id, answers: [] }, ACTOR)).rejects.toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    expect(await signer.secrets.get(SECRET.signerSeed)).toBeNull();
    const key = await signer.service.confirmKey({ id, answers, passphrase: 'extra' }, ACTOR);
    expect(key).toMatchObject({ words: 24, hasPassphrase: true });
    expect(JSON.parse((await signer.secrets.get(SECRET.signerSeed)) ?? '')).toEqual({
      mnemonic: words.join(' '),
      passphrase: 'extra',
    });
    expect(JSON.stringify(signer.store.auditList({ offset: 0, limit: 9 }))).not.toContain(words.join(' '));
  });

  it('does not take the place of another', async () => {
    const signer = await ready();
    await expect(signer.service.newKey({ words: 12 }, ACTOR)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(signer.service.restoreKey({ mnemonic: SEED }, ACTOR)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is forgotten only by its fingerprint', async () => {
    const signer = await ready();
    await expect(signer.service.removeKey({ confirm: 'yes' }, ACTOR)).rejects.toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    await signer.service.removeKey({ confirm: '73c5da0a' }, ACTOR);
    expect((await signer.service.status({}, ACTOR)).key).toBeNull();
    expect(auditTypes(signer)[0]).toBe('signer.key-removed');
  });

  it('goes to a desk by its public half', async () => {
    const signer = await ready();
    await signer.service.sendKeys({ peerId: DESK.id }, ACTOR);
    expect(signer.sent).toMatchObject([
      { kind: 'keys', payload: { fingerprint: '73c5da0a', kind: 'signer', network: 'regtest' } },
    ]);
    expect(JSON.stringify(signer.sent)).not.toContain('abandon');
    expect((await signer.service.descriptor({}, ACTOR)).descriptor).toMatch(
      /^ct\(slip77\([0-9a-f]{64}\),elwpkh\(\[73c5da0a\/84'\/1'\/0'\]/,
    );
  });
});

describe('a treasury', () => {
  it('is taken in, and shown with what has to be compared', async () => {
    const signer = await ready(several);
    const { treasuries } = await signer.service.status({}, ACTOR);
    expect(treasuries).toMatchObject([{ id: several.id, threshold: 2, name: 'Vault' }]);
    expect(treasuries[0]?.fingerprint.replaceAll(' ', '')).toBe(several.id.slice(0, 32));
    // The blinding key opens every amount of the treasury: it is no text for a database.
    const dump = JSON.stringify(
      signer.store.db.prepare('SELECT * FROM signer_wallet').all(),
      (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v),
    );
    expect(dump).not.toContain(several.policy.masterBlindingKey);
  });

  it.each([
    ['that our key is not in', (t: ReturnType<typeof treasuryBundle>) => t.cosigners.splice(0, 1)],
    [
      'in which our key has another public key',
      (t: ReturnType<typeof treasuryBundle>) => {
        const [mine, other] = t.cosigners;
        if (mine && other) mine.xpub = other.xpub;
      },
    ],
    ['of another network', (t: ReturnType<typeof treasuryBundle>) => (t.network = 'liquidv1')],
  ])('%s is refused', async (_what, change) => {
    const signer = await ready(several);
    const bundle = treasuryBundle(several);
    change(bundle);
    await expect(signer.receive('treasury', bundle)).rejects.toMatchObject({ code: 'BUNDLE_FOREIGN' });
  });

  it('of one key has that key’s own blinding key', async () => {
    const signer = await ready();
    const bundle = { ...treasuryBundle(single), masterBlindingKey: '11'.repeat(32) };
    await expect(signer.receive('treasury', bundle)).rejects.toMatchObject({ code: 'BUNDLE_FOREIGN' });
  });
});

describe('an address', () => {
  it('of the treasury is found with its place, blinding key included', async () => {
    const signer = await ready(several);
    const { address, script } = await several.place(1, 140);
    expect((await signer.service.findAddress({ address }, ACTOR)).found).toEqual({
      treasury: 'Vault',
      chain: 1,
      index: 140,
      address,
    });
    const other = await several.place(0, 1);
    const swapped = await liquid.writeAddress(script, other.blindingPubkey, 'regtest');
    expect(await signer.service.findAddress({ address: swapped }, ACTOR)).toEqual({
      found: null,
      message: expect.stringContaining('blinded for somebody else'),
    });
  });

  it('of somebody else is not, nor is what is none', async () => {
    const signer = await ready();
    const { address } = await several.place(0, 0);
    expect((await signer.service.findAddress({ address }, ACTOR)).found).toBeNull();
    expect((await signer.service.findAddress({ address: 'lq1nonsense' }, ACTOR)).message).toContain(
      'no address of this network',
    );
  });
});

describe('a request', () => {
  it('is shown largest first, searched, and counted as waiting', async () => {
    const signer = await ready();
    await signer.receive('sign-request', request);
    const { id } = { id: request.requestId };
    const page = await signer.service.recipients({ id, offset: 0, limit: 10 }, ACTOR);
    expect(page.rows.map(({ holder }) => holder)).toEqual(['Holder 1', 'Holder 0']);
    const found = await signer.service.recipients({ id, search: 'ga0', offset: 0, limit: 10 }, ACTOR);
    expect(found).toMatchObject({ total: 1, rows: [{ holder: 'Holder 0', verified: true }] });
    expect((await signer.service.status({}, ACTOR)).waiting).toBe(1);
  });

  it('is signed once, and answered the same way again', async () => {
    const signer = await ready();
    await signer.receive('sign-request', request);
    const id = request.requestId;
    await expect(signer.service.sign({ id, confirm: 'BTC' }, ACTOR)).rejects.toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    const first = await signer.service.sign({ id, confirm: 'ALD' }, ACTOR);
    expect(await signer.service.sign({ id, confirm: 'ALD' }, ACTOR)).toEqual(first);
    expect(await signer.service.result({ id }, ACTOR)).toEqual(first);
    expect(first.fileName).toContain('pay-ALD-2-signed');
    expect(signer.sent).toHaveLength(1);
    const { review } = await signer.service.request({ id }, ACTOR);
    expect(signer.sent[0]?.payload).toMatchObject({
      outcome: 'signed',
      fingerprint: '73c5da0a',
      review: review.fingerprint,
      signatures: [{ batchId: 'batch-1', signatures: [{ input: 0 }, { input: 1 }] }],
    });
    expect(auditTypes(signer)[0]).toBe('request.signed');
    await expect(signer.service.refuse({ id, reason: 'late' }, ACTOR)).rejects.toMatchObject({
      code: 'OPERATION_STATE',
    });
  });

  it('of several keys gets this signer’s signatures and nobody else’s', async () => {
    const signer = await ready(several);
    const [transaction] = severalRequest.transactions;
    const other = SEEDS[1];
    if (!transaction || !other) throw new Error('not set up');
    // Another cosigner has signed before.
    const pset = await liquid.signWithSeed(
      Buffer.from(transaction.pset).toString('base64'),
      other,
      'regtest',
    );
    await signer.receive('sign-request', {
      ...severalRequest,
      transactions: [{ ...transaction, pset: new Uint8Array(Buffer.from(pset, 'base64')) }],
    });
    await signer.service.sign({ id: severalRequest.requestId, confirm: 'ALD' }, ACTOR);
    const payload = signer.sent[0]?.payload as unknown as {
      signatures: { signatures: { input: number; pubkey: string }[] }[];
    };
    const signed = await liquid.signaturesOf(pset);
    const theirs = new Set(signed.map(({ pubkey }) => pubkey));
    const ours = payload.signatures[0]?.signatures ?? [];
    expect(ours.map(({ input }) => input)).toEqual([0, 1]);
    expect(ours.some(({ pubkey }) => theirs.has(pubkey))).toBe(false);
  });

  it('is refused with a reason that goes back', async () => {
    const signer = await ready();
    await signer.receive('sign-request', request);
    await signer.service.refuse({ id: request.requestId, reason: 'Not approved' }, ACTOR);
    expect(signer.sent).toMatchObject([{ payload: { outcome: 'refused', reason: 'Not approved' } }]);
    await expect(signer.service.sign({ id: request.requestId, confirm: 'ALD' }, ACTOR)).rejects.toMatchObject(
      { code: 'OPERATION_STATE' },
    );
    expect(signer.signed()).toEqual([]);
  });

  it('is not signed after its time', async () => {
    const signer = await ready();
    await signer.receive('sign-request', request);
    signer.clock.now += 3_600_001;
    const { rows } = await signer.service.requests({ offset: 0, limit: 5 }, ACTOR);
    expect(rows).toMatchObject([{ state: 'expired' }]);
    await expect(signer.service.sign({ id: request.requestId, confirm: 'ALD' }, ACTOR)).rejects.toMatchObject(
      { code: 'BUNDLE_EXPIRED' },
    );
  });

  it('comes only from the desk that sent the treasury, and under its own number', async () => {
    const signer = await ready();
    await expect(
      signer.receive('sign-request', request, { ...DESK, id: 'desk-2', name: 'Back office' }),
    ).rejects.toMatchObject({ code: 'BUNDLE_FOREIGN' });
    await signer.receive('sign-request', request);
    expect(await signer.receive('sign-request', request)).toContain('came again');
    await expect(signer.receive('sign-request', { ...request, title: 'Pay June' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('for a batch that was signed as another payment is not signed', async () => {
    const signer = await ready();
    await signer.receive('sign-request', request);
    await signer.service.sign({ id: request.requestId, confirm: 'ALD' }, ACTOR);
    const again = await requestFrom(liquid, single, [await draft(liquid, single, 2, 20)], 'request-2');
    await signer.receive('sign-request', again);
    await expect(signer.service.sign({ id: 'request-2', confirm: 'ALD' }, ACTOR)).rejects.toMatchObject({
      code: 'REVIEW_FAILED',
      message: expect.stringContaining('Transaction 1 was signed here as'),
    });
  });

  it('is compared with the last distribution that was signed here', async () => {
    const signer = await ready();
    await signer.receive('sign-request', request);
    await signer.service.sign({ id: request.requestId, confirm: 'ALD' }, ACTOR);
    const next = await requestFrom(liquid, single, [await draft(liquid, single, 2, 1)], 'request-2');
    const [transaction] = next.transactions;
    await signer.receive('sign-request', {
      ...next,
      transactions: [{ ...transaction, batchId: 'batch-9' }],
    });
    const { review } = await signer.service.request({ id: 'request-2' }, ACTOR);
    expect(review.comparison).toMatchObject({
      text: '0.02 ALD more than last time; holders new to it: 1, paid then and not now: 1.',
      previousRecipients: 2,
      previousTotal: 2001n,
    });
  });

  it('cannot be signed by a key that the treasury does not have', async () => {
    const signer = await ready(several);
    await signer.receive('sign-request', severalRequest);
    await signer.service.removeKey({ confirm: '73c5da0a' }, ACTOR);
    await expect(
      signer.service.sign({ id: severalRequest.requestId, confirm: 'ALD' }, ACTOR),
    ).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    await signer.service.restoreKey({ mnemonic: SEED, passphrase: 'another wallet' }, ACTOR);
    await expect(
      signer.service.sign({ id: severalRequest.requestId, confirm: 'ALD' }, ACTOR),
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('that is changed on disk is not used', async () => {
    const signer = await ready();
    await signer.receive('sign-request', request);
    signer.store.db.exec(`UPDATE signer_request SET content = replace(content, 'Holder 0', 'Holder 7')`);
    await expect(signer.service.request({ id: request.requestId }, ACTOR)).rejects.toMatchObject({
      code: 'DATABASE_CORRUPT',
    });
  });

  it('keeps every figure and byte in its text', () => {
    expect(requestOf(requestText(request))).toEqual(request);
  });
});

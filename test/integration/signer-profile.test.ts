import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBundles, type Bundles, type Carried } from '../../src/main/bundles/index.ts';
import { openDesk, type Desk } from '../../src/main/desk/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { openStore } from '../../src/main/store/index.ts';
import type { SignRequest } from '../../src/main/signing/index.ts';
import { leaksInFolder } from '../support/canary.ts';
import { callsOf, type Call } from '../support/desk-calls.ts';
import { draft, madeUpTreasury, requestFrom, SEEDS, type Treasury } from '../support/sign-request.ts';
import { memorySecrets } from '../support/bundles.ts';
import { treasuryBundle } from '../support/test-signer.ts';

/** A whole signer on a data folder, and a desk's side of the bundles beside it. */
const liquid = createLiquid();
const SEED = SEEDS[0]?.mnemonic ?? '';
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-signer-'));
let signer: Desk;
let call: Call;
let desk: Bundles;
let treasury: Treasury;
let request: SignRequest;
let signerId: string;

beforeAll(async () => {
  vi.stubEnv('SLUICE_SECRETS', 'vault');
  vi.stubEnv('SLUICE_VAULT_PASSPHRASE', 'long enough');
  signer = await openDesk({ dataDir: folder, host: 'cli' });
  call = callsOf(signer);
  await call('secrets.createVault', { passphrase: 'long enough' });
  const { id } = await call('profiles.create', { name: 'Vault room', network: 'sandbox', role: 'signer' });
  treasury = await madeUpTreasury(liquid, 1, 1);
  request = await requestFrom(liquid, treasury, [await draft(liquid, treasury, 2)]);
  await call('profiles.open', { id });

  const clock = Date.now;
  desk = createBundles({
    store: openStore(':memory:'),
    secrets: memorySecrets(),
    profile: { name: 'Front office', role: 'desk', network: 'sandbox' },
    clock,
    emit: () => undefined,
  });
  const ACTOR = { actor: 'test' };
  const theirs = await desk.pairing.identity({}, ACTOR);
  const ours = await call('pairing.identity', {});
  await call('pairing.add', { card: theirs.card, words: theirs.words });
  signerId = (await desk.pairing.add({ card: ours.card, words: ours.words }, ACTOR)).id;
});
afterAll(async () => {
  await signer.close();
  await liquid.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function send(kind: 'treasury' | 'sign-request', payload: unknown): Promise<string> {
  const { content } = await desk.post.send({
    kind,
    to: signerId,
    payload: payload as Carried,
    subject: 'test',
    name: 'test',
    hours: 1,
  });
  return content;
}

describe('a signer’s profile', () => {
  it('is sealed off the network, and says what was tried', async () => {
    const before = (await call('signer.status', {})).stopped;
    const attempt = net.connect(9, '127.0.0.1');
    const error = await new Promise((resolve) => attempt.once('error', resolve));
    expect(error).toMatchObject({ code: 'NETWORK_SEALED' });
    await fetch('http://127.0.0.1:9/').catch(() => undefined);
    await fetch('http://127.0.0.1:9/').catch(() => undefined);
    const status = await call('signer.status', {});
    expect(status).toMatchObject({ sealed: true, stopped: before + 3 });
    const { rows } = await call('audit.list', { offset: 0, limit: 50 });
    const stopped = rows.filter(({ type }) => type === 'network.stopped').map(({ data }) => data);
    expect(stopped).toEqual([{ target: '127.0.0.1:9' }]);
  });

  it.each(['holders.list', 'operations.list', 'health.get', 'treasury.overview'] as const)(
    'does not do %s, and says where it is done',
    async (name) => {
      const args = name.endsWith('list') ? { offset: 0, limit: 10 } : {};
      await expect(call(name, args as never)).rejects.toMatchObject({
        code: 'NOT_ALLOWED',
        message: expect.stringContaining('This profile is a signer'),
        next: expect.stringContaining('at the desk'),
      });
    },
  );

  it('checks and signs what a desk sends it as files', async () => {
    await call('signer.restoreKey', { mnemonic: SEED });
    const taken = await call('bundles.receive', {
      content: await send('treasury', treasuryBundle(treasury)),
    });
    expect(taken).toMatchObject({ kind: 'treasury', goTo: { page: 'treasury' } });
    const bundle = await send('sign-request', request);

    // One byte of a bundle, anywhere, and it is not taken in. (Every byte is tried in the tests of the bundles.)
    const bytes = Buffer.from(bundle, 'base64');
    const step = Math.floor(bytes.length / 12);
    for (let at = 0; at < bytes.length; at += step) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x01;
      await expect(call('bundles.receive', { content: flipped.toString('base64') })).rejects.toMatchObject({
        code: expect.stringMatching(/^(BUNDLE_|PEER_)/),
      });
    }
    expect((await call('signer.requests', { offset: 0, limit: 5 })).total).toBe(0);

    expect(await call('bundles.receive', { content: bundle })).toMatchObject({
      kind: 'sign-request',
      goTo: { page: 'request', id: request.requestId },
    });
    await expect(call('bundles.receive', { content: bundle })).rejects.toMatchObject({
      code: 'BUNDLE_REPLAYED',
    });
    expect((await call('signer.requests', { offset: 0, limit: 5 })).total).toBe(1);

    const { review } = await call('signer.request', { id: request.requestId });
    expect(review.ok).toBe(true);
    const answer = await call('signer.sign', { id: request.requestId, confirm: 'ALD' });
    const got = new Promise<unknown>((resolve) => {
      desk.onBundle('sign-result', (payload) => {
        resolve(payload);
        return Promise.resolve(() => ({ sentence: 'Signed.', goTo: null }));
      });
    });
    await desk.bundles.receive({ content: answer.content }, { actor: 'test' });
    expect(await got).toMatchObject({
      outcome: 'signed',
      requestId: request.requestId,
      review: review.fingerprint,
    });
  });

  it('keeps neither words nor blinding key outside the store for secrets', () => {
    expect(
      leaksInFolder(folder, [
        { label: 'words', secret: SEED },
        { label: 'blinding key', secret: treasury.policy.masterBlindingKey },
      ]),
    ).toEqual([]);
  });

  it('leaves the network to a desk that is opened after it', async () => {
    await call('profiles.close', {});
    const server = net.createServer((socket) => socket.end('open'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const text = await new Promise((resolve, reject) => {
      net.connect(port, '127.0.0.1').on('data', resolve).on('error', reject);
    });
    expect(String(text)).toBe('open');
    await new Promise((resolve) => server.close(resolve));
  });
});

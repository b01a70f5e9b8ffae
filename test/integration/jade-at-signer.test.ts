import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachedJade } from '../../src/main/desk/attached-jade.ts';
import { answerPinRequests, createPinRelay } from '../../src/main/desk/pin-relay.ts';
import {
  createJades,
  createJadeService,
  createPinOracle,
  joinPorts,
  type Jades,
} from '../../src/main/jade/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { keysPayload } from '../../src/main/signing/index.ts';
import { createSigner } from '../../src/main/signer/index.ts';
import { simulatedJadePort } from '../../src/sandbox/index.ts';
import { openPost, pair, type TestPost } from '../support/bundles.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';

const ACTOR = { actor: 'test' };
const liquid = createLiquid({ workers: 1 });
let sandbox: TestSandbox;
let jades: Jades;
let desk: TestPost;
let signer: TestPost;
/** What the signer calls the desk. */
let deskId: string;
let jade: ReturnType<typeof createJadeService>;
let port: string;

beforeAll(async () => {
  sandbox = await testSandbox();
  const simulated = simulatedJadePort(sandbox.jade);
  port = simulated.path;
  const ports = joinPorts({ candidates: () => Promise.resolve([simulated]) });
  jades = createJades({ ports, network: 'localtest-liquid', antiExfil: liquid.antiExfil });
  desk = openPost('Front office', 'desk', { takes: ['keys'], network: 'regtest' });
  signer = openPost('Vault room', 'signer', { takes: [], network: 'regtest' });
  deskId = (await pair(desk, signer)).a.id;
  const relay = createPinRelay(signer);
  signer.onBundle('jade-pin-answer', relay.answer);
  const oracle = createPinOracle({ fetch: globalThis.fetch, allow: [sandbox.jade.oracle] });
  desk.onBundle('jade-pin-request', answerPinRequests(desk, oracle));
  jade = createJadeService({
    jades,
    ports,
    // A signer asks nobody.
    oracle: () => Promise.reject(new Error('The oracle was asked from the signer.')),
    relay: relay.relay,
    emit: () => undefined,
  });
}, 60_000);

afterAll(async () => {
  await jades.close();
  desk.store.close();
  signer.store.close();
  await liquid.close();
  await sandbox.close();
});

async function hands(script: Record<string, unknown>): Promise<void> {
  await sandbox.control('POST', '/jade', { action: 'script', ...script });
}

async function state(): Promise<string> {
  return ((await sandbox.control('GET', '/jade')) as { state: string }).state;
}

/** The request goes to the desk, the oracle's answer comes back. */
async function unlockThroughDesk(): Promise<void> {
  const asked = await jade.unlockOffline({ port, peerId: deskId }, ACTOR);
  await desk.bundles.receive({ content: asked.content }, ACTOR);
  const { rows } = await desk.bundles.list({ offset: 0, limit: 50 }, ACTOR);
  const answer = rows.find(({ kind }) => kind === 'jade-pin-answer');
  const { content } = await desk.bundles.file({ id: answer?.id ?? '' }, ACTOR);
  const taken = await signer.bundles.receive({ content }, ACTOR);
  expect(taken.sentence).toBe('The Jade has its answer; look at its screen.');
}

describe('a Jade at a signer without a network', () => {
  it('stays locked after a wrong PIN, and is unlocked by bundles to and from a desk', async () => {
    await hands({ answers: ['wrong-pin'] });
    await unlockThroughDesk();
    await expect
      .poll(async () => (await jade.devices({}, ACTOR)).devices[0]?.state, { timeout: 20_000 })
      .toBe('locked');
    await hands({ answers: ['pin'] });
    await unlockThroughDesk();
    await expect.poll(state, { timeout: 20_000 }).toBe('READY');
    // The device is ready a moment before the conversation with it has ended.
    await expect
      .poll(async () => (await jade.devices({}, ACTOR)).devices, { timeout: 20_000 })
      .toMatchObject([{ port, state: 'ready', simulated: true }]);
  });

  it('offers its keys to the desk', async () => {
    const { service } = createSigner({
      store: signer.store,
      secrets: signer.secrets,
      liquid,
      network: 'regtest',
      name: 'Vault room',
      post: signer.post,
      jade: attachedJade({ jades, liquid, network: 'regtest' }),
      seal: () => ({ sealed: true, stopped: 0 }),
      secretsKeptIn: () => Promise.resolve('memory'),
      feeCeiling: () => 100_000n,
      clock: Date.now,
      emit: () => undefined,
    });
    await hands({ afterwards: 'approve' });
    const sent = await service.sendKeys({ peerId: deskId, port }, ACTOR);
    await desk.bundles.receive({ content: sent.content }, ACTOR);
    const { devices } = await jade.devices({}, ACTOR);
    const keys = keysPayload.parse(desk.applied.at(-1)?.payload);
    expect(keys).toMatchObject({
      kind: 'jade',
      fingerprint: devices[0]?.fingerprint,
      single: { path: "84'/1'/0'" },
      multi: { path: "48'/1'/0'/2'" },
    });
    await hands({ answers: ['reject'] });
    await expect(service.sendKeys({ peerId: deskId, port }, ACTOR)).rejects.toMatchObject({
      code: 'JADE_DECLINED',
    });
  });
});

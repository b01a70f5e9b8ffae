import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createAmp0Client, type Amp0Client } from '../../src/main/amp0/index.ts';
import { createAmp2Client } from '../../src/main/amp2/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import { amp0OwnerKeys } from '../support/amp0-owner.ts';
import { refusal } from '../support/refusal.ts';
import { testSandbox, type TestSandbox } from '../support/test-sandbox.ts';
import { SEEDS } from '../support/treasury-pset.ts';

vi.setConfig({ testTimeout: 180_000 });

const liquid = createLiquid({ workers: 1 });
const mnemonic = SEEDS.legal;
let sandbox: TestSandbox;
let keys: Awaited<ReturnType<typeof amp0OwnerKeys>>;

beforeAll(async () => {
  sandbox = await testSandbox();
  keys = await amp0OwnerKeys(liquid, { mnemonic }, 'regtest');
  const owner = await logIn(green());
  await owner.createAccount(owner.nextPointer, keys.accounts[0]?.xpub ?? '');
}, 180_000);
afterEach(() => sandbox.control('DELETE', '/fault'));
afterAll(async () => {
  await sandbox.close();
  await liquid.close();
});

const spoil = (fault: Record<string, unknown>) => sandbox.control('POST', '/fault', fault);

/** The desk's client, more or less patient. */
const green = (call = 60_000): Amp0Client =>
  createAmp0Client({ endpoint: sandbox.green, network: 'regtest', deadlines: { call, cosign: call } });

async function logIn(client: Amp0Client) {
  const connection = await client.connect();
  const challenge = await connection.challenge(keys.owner);
  return connection.login(keys.owner, await liquid.signAmp0Challenge({ mnemonic }, 'regtest', challenge));
}

const MODES = [
  [{ mode: 'refuse' }, 'COSIGNER_UNREACHABLE'],
  [{ mode: 'drop' }, 'COSIGNER_UNREACHABLE'],
  [{ mode: 'silent' }, 'COSIGNER_TIMEOUT'],
  [{ mode: 'garble' }, 'COSIGNER_ANSWER_INVALID'],
  [{ mode: 'html' }, 'COSIGNER_ANSWER_INVALID'],
  [{ mode: 'oversize' }, 'COSIGNER_ANSWER_INVALID'],
  [{ mode: 'error', message: 'Not today' }, 'COSIGNER_REFUSED'],
] as const;

describe('an address from Green', () => {
  it.each(MODES)(
    'that is answered by %j fails in words, and the next is the next one',
    async (fault, code) => {
      const session = await logIn(green());
      const before = await session.lastIndex(1);
      await spoil({ target: 'green', method: 'vault.fund', ...fault });
      const patient = fault.mode === 'silent' ? await logIn(green(3_000)) : session;
      expect((await refusal(patient.fund(1))).code).toBe(code);
      const again = await logIn(green());
      const { index } = await again.fund(1);
      // What was carried out without an answer has cost an address, no more.
      expect(index - before).toBe(['drop', 'garble', 'oversize'].includes(fault.mode) ? 2 : 1);
    },
  );

  it('that is answered late or twice is taken once', async () => {
    const session = await logIn(green());
    const before = await session.lastIndex(1);
    await spoil({ target: 'green', method: 'vault.fund', mode: 'delay', ms: 200 });
    expect((await session.fund(1)).index).toBe(before + 1);
    await spoil({ target: 'green', method: 'vault.fund', mode: 'duplicate' });
    expect((await session.fund(1)).index).toBe(before + 3);
    expect(await session.lastIndex(1)).toBe(before + 3);
  });
});

describe('a connection to Green', () => {
  it.each([
    ['refuse', 'COSIGNER_UNREACHABLE'],
    ['silent', 'COSIGNER_TIMEOUT'],
    ['error', 'COSIGNER_UNAVAILABLE'],
  ] as const)('that meets with “%s” is none', async (mode, code) => {
    await spoil({ target: 'green', method: 'connect', mode });
    expect((await refusal(green(mode === 'silent' ? 1_000 : 60_000).connect())).code).toBe(code);
    expect((await green().connect()).open).toBe(true);
  });
});

describe('a registration at AMP2', () => {
  const client = (register = 60_000) =>
    createAmp2Client({
      endpoint: { url: sandbox.amp2.url, api: 'direct' },
      deadlines: { register },
      sleep: () => Promise.resolve(),
    });

  async function descriptor(): Promise<string> {
    const { fingerprint, amp2 } = await liquid.custodyKeys({ mnemonic }, 'regtest');
    const user = { fingerprint, ...amp2[0] };
    const server = sandbox.amp2.serverKey;
    return liquid.amp2Descriptor({ network: 'regtest', server, user, blinding: null });
  }

  it('gives the id that the desk works out itself, in both forms of the interface and every time', async () => {
    const ours = await descriptor();
    const { wid } = await liquid.readDescriptor(ours, 'regtest');
    expect(await client().register(ours)).toBe(wid);
    expect(await client().register(ours)).toBe(wid);
    const proxy = createAmp2Client({ endpoint: { url: `${sandbox.amp2.url}//`, api: 'proxy' } });
    expect(await proxy.register(ours)).toBe(wid);
    expect(await proxy.ping()).toMatchObject({ ok: true });
    expect(await client().ping()).toMatchObject({ ok: true });
  });

  it('is carried through trouble that passes, and given up in words when it lasts', async () => {
    const ours = await descriptor();
    const path = '/wallets/register';
    await spoil({ target: 'amp2', path, mode: 'error', status: 503, times: 2 });
    await client().register(ours);
    await spoil({ target: 'amp2', path, mode: 'drop', times: 3 });
    await client().register(ours);
    await spoil({ target: 'amp2', path, mode: 'error', status: 503, times: 0 });
    expect((await refusal(client().register(ours))).code).toBe('COSIGNER_UNAVAILABLE');
  });

  it.each([
    ['garble', 'COSIGNER_ANSWER_INVALID'],
    ['oversize', 'COSIGNER_ANSWER_INVALID'],
    ['silent', 'COSIGNER_TIMEOUT'],
    ['refuse', 'COSIGNER_UNREACHABLE'],
  ] as const)('that meets with “%s” fails in words', async (mode, code) => {
    const ours = await descriptor();
    await spoil({ target: 'amp2', path: '/wallets/register', mode, times: 0 });
    expect((await refusal(client(mode === 'silent' ? 500 : 60_000).register(ours))).code).toBe(code);
  });
});

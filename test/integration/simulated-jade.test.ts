import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  createJades,
  createPinOracle,
  createSerialPorts,
  type Jades,
  type JadeSession,
} from '../../src/main/jade/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import {
  chooseRoute,
  jadeMultisig,
  jadeSignatures,
  type JadeTreasury,
} from '../../src/main/signing/index.ts';
import { startOracle, type SimulatedOracle } from '../../src/sandbox/jade/oracle.ts';
import { SimulatedJade } from '../../src/sandbox/jade/simulated-jade.ts';
import { hasPseudoTerminals, openPseudoTerminal } from '../support/pseudo-terminal.ts';
import { SEEDS, treasuryDistribution, treasuryOf } from '../support/treasury-pset.ts';

/** L-BTC of Elements' regtest: the firmware takes no other for the fee. */
const LBTC = '5ac9f65c0efcc4775e0baec4ec03abdde22473cd3cf33c0419ca290e0751b225';
const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Plugged {
  jade: SimulatedJade;
  oracle: SimulatedOracle;
  jades: Jades;
  path: string;
  session(): Promise<JadeSession>;
  unlock(session: JadeSession): Promise<void>;
}

/** A simulated Jade at the end of a real pseudo-terminal, which the product opens by serialport. */
async function plugged(): Promise<Plugged> {
  const oracle = await startOracle();
  const jade = new SimulatedJade({ mnemonic: SEEDS.jade, oracle, person: { afterwards: 'approve' } });
  const terminal = await openPseudoTerminal();
  const cable = jade.connect();
  cable.onData((bytes) => terminal.write(bytes));
  cable.onClose(() => terminal.unplug());
  terminal.onData((bytes) => void cable.write(Uint8Array.from(bytes)).catch(() => undefined));
  const jades = createJades({
    ports: createSerialPorts({ extra: [terminal.path], list: () => Promise.resolve([]) }),
    network: 'localtest-liquid',
    antiExfil: liquid.antiExfil,
  });
  closing.push(
    () => oracle.close(),
    () => terminal.unplug(),
    () => jades.close(),
  );
  const pinOracle = createPinOracle({ fetch: globalThis.fetch, allow: [oracle.url] });
  return {
    jade,
    oracle,
    jades,
    path: terminal.path,
    session: () => jades.open(terminal.path),
    unlock: (session) => session.unlock(pinOracle),
  };
}

async function unlocked(): Promise<Plugged & { open: JadeSession }> {
  const all = await plugged();
  const open = await all.session();
  await all.unlock(open);
  return { ...all, open };
}

async function treasury(): Promise<JadeTreasury> {
  const seeds = [SEEDS.jade, SEEDS.abandon].map((mnemonic) => ({ mnemonic, passphrase: '' }));
  return { name: 'vault', policy: await treasuryOf(liquid, 2, seeds), genesisHash: '00'.repeat(32) };
}

describe.skipIf(!hasPseudoTerminals)('the Jade client with the simulated Jade on a pseudo-terminal', () => {
  it('finds it locked, unlocks it with the oracle, and reads its keys', async () => {
    const { jades, path, open } = await unlocked();
    expect(await open.fingerprint()).toBe('e3ebcc79');
    const keys = await liquid.accountKeys({ mnemonic: SEEDS.jade, passphrase: '' }, 'regtest');
    const H = 0x8000_0000;
    expect(await open.xpub([48 + H, 1 + H, H, 2 + H])).toBe(keys.multi.xpub);
    expect(await open.masterBlindingKey()).toBe(keys.masterBlindingKey);
    expect(await jades.devices()).toMatchObject([{ port: path, state: 'ready', fingerprint: 'e3ebcc79' }]);
  });

  it.each(['psbt', 'liquid-tx'] as const)(
    'registers a treasury, shows its address and signs for it by %s',
    async (way) => {
      const { jade, open } = await unlocked();
      const vault = await treasury();
      const multisig = jadeMultisig(vault);
      if (!multisig) throw new Error('A treasury of two keys is a multisig.');
      await open.registerMultisig(multisig);
      expect(await open.multisigs()).toEqual([multisig]);
      const [own] = await liquid.addresses(vault.policy, 0, 0, 1);
      const paths = multisig.signers.map(() => [0, 0]);
      expect(await open.address({ multisigName: multisig.name, paths })).toBe(own?.address);

      const { pset, outputs } = await treasuryDistribution(liquid, vault.policy, 2, LBTC);
      const before = jade.shown.length;
      const { route } = chooseRoute(way, false);
      const transaction = { seq: 1, pset, outputs };
      const signatures = await jadeSignatures(
        liquid,
        open,
        vault,
        transaction,
        'e3ebcc79',
        multisig.name,
        route,
      );
      expect(signatures).toHaveLength(2);
      const signed = await liquid.insertSignatures(pset, signatures);
      expect(await liquid.signaturesOf(signed)).toMatchObject([{ valid: true }, { valid: true }]);
      // Two holders and the fee; what goes back to the treasury is not asked about.
      const asked = jade.shown.slice(before).map((lines) => lines[0]);
      expect(asked.filter((line) => line?.startsWith('Output'))).toEqual(['Output 1/2', 'Output 2/2']);
    },
  );

  it('signs nothing that its person rejects', async () => {
    const { jade, open } = await unlocked();
    const vault = await treasury();
    const { pset } = await treasuryDistribution(liquid, vault.policy, 2, LBTC);
    jade.script({ answers: [{ do: 'approve' }], afterwards: 'reject' });
    await expect(open.signPset(new Uint8Array(Buffer.from(pset, 'base64')))).rejects.toMatchObject({
      code: 'JADE_DECLINED',
    });
    const multisig = jadeMultisig(vault);
    if (!multisig) throw new Error('A treasury of two keys is a multisig.');
    await expect(open.registerMultisig(multisig)).rejects.toMatchObject({ code: 'JADE_DECLINED' });
    expect(await open.multisigs()).toEqual([]);
  });

  it('tells of a wrong PIN, of an oracle that is away, and then opens', async () => {
    const all = await plugged();
    const session = await all.session();
    all.jade.script({ answers: [{ do: 'pin', pin: '000000' }], afterwards: 'reject' });
    await expect(all.unlock(session)).rejects.toMatchObject({ code: 'JADE_WRONG_PIN' });
    all.oracle.mood({ kind: 'fails', status: 503 });
    all.jade.script({ answers: [{ do: 'pin' }], afterwards: 'reject' });
    await expect(all.unlock(session)).rejects.toMatchObject({ code: 'JADE_ORACLE' });
    all.oracle.mood({ kind: 'garbage', body: '<html>' });
    all.jade.script({ answers: [{ do: 'pin' }], afterwards: 'reject' });
    await expect(all.unlock(session)).rejects.toMatchObject({ code: 'JADE_ORACLE' });
    all.oracle.mood({ kind: 'slow', ms: 20 });
    all.jade.script({ afterwards: 'approve', delayMs: 20 });
    await all.unlock(session);
    expect(await session.fingerprint()).toBe('e3ebcc79');
  });

  it('loses what it was doing when the cable is pulled at a prompt', async () => {
    const { jade, open } = await unlocked();
    jade.script({ answers: [{ do: 'unplug' }], afterwards: 'wait' });
    await expect(open.masterBlindingKey()).rejects.toMatchObject({ code: 'JADE_LOST' });
    expect(jade.view).toMatchObject({ plugged: false, state: 'LOCKED' });
  });

  it('has locked itself meanwhile', async () => {
    const { jade, open } = await unlocked();
    jade.press({ do: 'lock' });
    await expect(open.xpub([])).rejects.toMatchObject({ code: 'JADE_LOCKED' });
  });
});

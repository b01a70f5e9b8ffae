import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Sandbox from '../../src/sandbox/index.ts';
import { commandLine, PASSPHRASE, type CommandLine } from '../support/command-line.ts';
import { JadeDesk } from '../support/jade-desk.ts';
import { hasPseudoTerminals } from '../support/pseudo-terminal.ts';
import { SEEDS } from '../support/treasury-pset.ts';

/** The simulated world that the desk started last, with the Jade in it. */
const world = vi.hoisted(() => ({ handle: null as Sandbox.SandboxHandle | null }));
vi.mock('../../src/sandbox/index.ts', async (original) => {
  const actual = await original<typeof Sandbox>();
  return {
    ...actual,
    spawnSandbox: async (...args: Parameters<typeof actual.spawnSandbox>) =>
      (world.handle = await actual.spawnSandbox(...args)),
  };
});

/** A signer with a data folder of its own: nothing but bundles goes to and fro. */
interface Signer {
  peerId: string;
  command: CommandLine;
}

describe.skipIf(!hasPseudoTerminals)('a treasury of several keys, one in a Jade at a serial port', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-signers-'));
  let desk: JadeDesk;
  let vault: Signer;
  let annex: Signer;
  let atVault: CommandLine;
  let atAnnex: CommandLine;

  async function made(name: string, mnemonic: string): Promise<CommandLine> {
    const data = path.join(folder, name.replaceAll(' ', '-'));
    mkdirSync(data);
    const command = commandLine(data);
    await command.call('secrets.createVault', { passphrase: PASSPHRASE });
    await command.call('profiles.create', { name, network: 'sandbox', role: 'signer' });
    await command.call('signer.restoreKey', { mnemonic });
    return command;
  }

  async function paired(command: CommandLine): Promise<Signer> {
    const [ours, theirs] = [await desk.call('pairing.identity', {}), await command.call('pairing.identity')];
    const { id: peerId } = await desk.call('pairing.add', { card: theirs.card, words: theirs.words });
    const { id: deskId } = await command.call('pairing.add', { card: ours.card, words: ours.words });
    await desk.call('bundles.receive', {
      content: (await command.call('signer.sendKeys', { peerId: deskId })).content,
    });
    return { peerId, command };
  }

  /** A desk of its own: what the world's issuer holds can be moved only from a wallet that the world has the key of. */
  async function open(name: string): Promise<void> {
    desk = await JadeDesk.open(() => {
      if (!world.handle) throw new Error('No simulated world was started.');
      return world.handle;
    }, name);
    await desk.unlock();
    vault = await paired(atVault);
  }

  async function teach({ peerId, command }: Signer): Promise<void> {
    const bundle = await desk.call('arrangement.send', { peerId });
    await command.call('bundles.receive', { content: command.carry(bundle.fileName, bundle.content) });
  }

  /** One trip to a signer: it checks for itself, sees what the desk sees, and signs. */
  async function carry({ peerId, command }: Signer, operationId: string): Promise<void> {
    const asked = await desk.call('signing.request', { operationId, peerId });
    const content = command.carry(asked.fileName, asked.content);
    const { goTo } = await command.call('bundles.receive', { content });
    const { review } = await command.call('signer.request', { id: goTo.id });
    expect(review.checks.filter(({ verdict }: { verdict: string }) => verdict === 'wrong')).toEqual([]);
    expect(review.fingerprint).toBe((await desk.call('signing.review', { operationId })).fingerprint);
    const answer = await command.call('signer.sign', { id: goTo.id, confirm: 'AG31' });
    await desk.call('bundles.receive', { content: answer.content });
  }

  /** Signs on the Jade; what it asked its person. */
  async function onJade(operationId: string, route?: 'liquid-tx'): Promise<string[][]> {
    const before = (await desk.jade()).shown.length;
    const { port } = desk;
    const signed = await desk.call('signing.withJade', {
      operationId,
      port,
      ...(route === undefined ? {} : { route }),
    });
    expect(signed).toMatchObject({ signed: 1, route: route ?? 'psbt' });
    return (await desk.jade()).shown.slice(before);
  }

  beforeAll(async () => {
    atVault = await made('Vault room', SEEDS.legal);
    atAnnex = await made('Annex', SEEDS.zoo);
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function signatures(operationId: string): Promise<boolean[]> {
    const { batches } = await desk.call('signing.round', { operationId });
    return (batches[0]?.signatures ?? []).map(({ at }) => at !== null);
  }

  describe('two of three: this desk, a Jade, an air-gapped signer', () => {
    beforeAll(async () => {
      await open('Desk of two-of-three');
      await desk.arrange('two-of-three', 2, [
        { kind: 'keychain', name: 'Front office' },
        { kind: 'jade', name: 'Jade of the CFO', port: desk.port },
        { kind: 'signer', name: 'Vault room', peerId: vault.peerId },
      ]);
      await teach(vault);
    }, 180_000);
    afterAll(() => desk.close());

    it(
      'is not signed for by a Jade that was not taught it; is registered once, and shows its addresses',
      { timeout: 240_000 },
      async () => {
        const { call, port } = desk;
        const { address } = await call('arrangement.address', {});
        await expect(call('arrangement.verifyOnJade', { port, address })).rejects.toMatchObject({
          code: 'NOT_ALLOWED',
        });
        await desk.hands({ answers: ['approve', 'reject'], afterwards: 'approve' });
        await expect(call('arrangement.registerOnJade', { port })).rejects.toMatchObject({
          code: 'JADE_DECLINED',
        });
        expect(await call('arrangement.registerOnJade', { port })).toEqual({ name: 'two-of-three' });
        const asked = (await desk.jade()).shown.length;
        expect(await call('arrangement.registerOnJade', { port })).toEqual({ name: 'two-of-three' });
        expect((await desk.jade()).shown).toHaveLength(asked);
        expect(await call('arrangement.verifyOnJade', { port, address })).toEqual({ address, same: true });
      },
    );

    it.each([
      ['psbt', undefined],
      ['liquid-tx', 'liquid-tx'],
    ] as const)(
      'pays with the desk’s signature and the Jade’s (%s), which hides the change',
      { timeout: 240_000 },
      async (_name, route) => {
        const payment = await desk.start(3);
        await desk.waiting(payment.id);
        expect(await signatures(payment.id)).toEqual([true, false, false]);
        // The warning of unnamed units, three payments, the fee.
        expect(await onJade(payment.id, route)).toHaveLength(5);
        await desk.expectPaid(payment);
      },
    );

    it(
      'goes on waiting after a no on the device, a pulled cable and a Jade that locked itself',
      { timeout: 240_000 },
      async () => {
        const payment = await desk.start(3);
        await desk.waiting(payment.id);
        const sign = () => desk.call('signing.withJade', { operationId: payment.id, port: desk.port });
        const stillWaits = async () => {
          const operation = await desk.waiting(payment.id);
          expect(operation.problem).toBeNull();
          expect(operation.batches.map(({ step }) => step)).toEqual(['built']);
        };

        await desk.hands({ answers: ['approve', 'reject'] });
        await expect(sign()).rejects.toMatchObject({ code: 'JADE_DECLINED' });
        await stillWaits();

        // The cable alone: the device keeps its power, and nobody is there for its answer.
        await desk.hands({ answers: ['approve'] });
        const cut = sign().catch((error: unknown) => error);
        await desk.prompted();
        await desk.unplug();
        expect(await cut).toMatchObject({ code: 'JADE_LOST' });
        await expect(sign()).rejects.toMatchObject({ code: 'JADE_NOT_FOUND' });
        await stillWaits();

        // With its power: it is locked afterwards, and says so.
        await desk.hands({ afterwards: 'reject' });
        await desk.plug();
        await desk.hands({ answers: ['approve', 'unplug'] });
        expect(await sign().catch((error: unknown) => error)).toMatchObject({ code: 'JADE_LOST' });
        await desk.control('POST', '/jade', { action: 'plug' });
        await desk.plug();
        await expect(sign()).rejects.toMatchObject({ code: 'JADE_LOCKED' });
        await stillWaits();

        await desk.unlock();
        // It went away while it signed the PSET: now the other way is taken, and why is told.
        expect(await sign()).toMatchObject({
          route: 'liquid-tx',
          why: 'sign_liquid_tx, because this Jade went away while it signed the PSET.',
        });
        expect(desk.told).toContain('sign_liquid_tx, because this Jade went away while it signed the PSET.');
        await desk.expectPaid(payment);
      },
    );

    it('pays with the desk’s signature and the air-gapped signer’s', { timeout: 240_000 }, async () => {
      const payment = await desk.start(3);
      await desk.waiting(payment.id);
      await carry(vault, payment.id);
      await desk.expectPaid(payment);
    });
  });

  describe('three of three: this desk, a Jade, an air-gapped signer', () => {
    beforeAll(async () => {
      await open('Desk of all-three');
      await desk.arrange('all-three', 3, [
        { kind: 'signer', name: 'Vault room', peerId: vault.peerId },
        { kind: 'jade', name: 'Jade of the CFO', port: desk.port },
        { kind: 'keychain', name: 'Front office' },
      ]);
      await teach(vault);
      await desk.call('arrangement.registerOnJade', { port: desk.port });
    }, 180_000);
    afterAll(() => desk.close());

    it('pays when the Jade signs before the signer', { timeout: 240_000 }, async () => {
      const payment = await desk.start(2);
      await desk.waiting(payment.id);
      await onJade(payment.id);
      expect(await signatures(payment.id)).toEqual([false, true, true]);
      await carry(vault, payment.id);
      await desk.expectPaid(payment);
    });

    it('pays when the signer signs before the Jade', { timeout: 240_000 }, async () => {
      const payment = await desk.start(2);
      await desk.waiting(payment.id);
      await carry(vault, payment.id);
      expect(await signatures(payment.id)).toEqual([true, false, true]);
      await onJade(payment.id);
      await desk.expectPaid(payment);
    });
  });

  describe('two of three: a Jade and two air-gapped signers', () => {
    beforeAll(async () => {
      await open('Desk of no-desk');
      annex = await paired(atAnnex);
      await desk.arrange('no-desk', 2, [
        { kind: 'jade', name: 'Jade of the CFO', port: desk.port },
        { kind: 'signer', name: 'Vault room', peerId: vault.peerId },
        { kind: 'signer', name: 'Annex', peerId: annex.peerId },
      ]);
      for (const each of [vault, annex]) await teach(each);
      await desk.call('arrangement.registerOnJade', { port: desk.port });
    }, 180_000);
    afterAll(() => desk.close());

    it.each([
      ['the Jade, then a signer', ['jade', 'vault']],
      ['a signer, then the Jade', ['annex', 'jade']],
      ['both signers', ['vault', 'annex']],
    ] as const)('pays with the signatures of %s', { timeout: 240_000 }, async (_who, order) => {
      const payment = await desk.start(2);
      await desk.waiting(payment.id);
      for (const who of order) {
        if (who === 'jade') expect(await onJade(payment.id)).toHaveLength(4);
        else await carry(who === 'vault' ? vault : annex, payment.id);
      }
      await desk.expectPaid(payment);
    });
  });
});

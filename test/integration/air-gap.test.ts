import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, PASSPHRASE, type CommandLine } from '../support/command-line.ts';

/**
 * Two data folders, each driven by the command line. The signer's processes run in a network namespace of their own that
 * has no interface, and every call of theirs that touches a network is written down by strace.
 */
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-air-gap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMESPACES = [
  ['unshare', '-n'],
  ['unshare', '-rn'],
] as const;
const namespace = NAMESPACES.find(([program, how]) => spawnSync(program, [how, 'true']).status === 0);
const traced = spawnSync('strace', ['-f', '-e', 'trace=%network', 'true']).status === 0;

let traces = 0;
/** Runs a program where there is no network, and writes down what it asks the kernel for one. */
function gapped(name = 'trace'): string[] {
  traces += 1;
  const file = path.join(folder, `${name}-${traces}.log`);
  return [...(namespace ?? []), 'strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=%network', '-o', file];
}

function traceLines(name: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${name}-`))
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'));
}
const toNetworks = (lines: readonly string[]) =>
  lines.filter((line) => /(socket\(|sa_family=)AF_(INET6?|PACKET)\b/.test(line));

interface Row {
  status: string;
  line: number;
}

describe.skipIf(process.platform !== 'linux' || !namespace || !traced)('across the air gap', () => {
  let desk: CommandLine;
  let signer: CommandLine;
  let signerAtDesk: string;
  let deskAtSigner: string;
  beforeAll(() => {
    for (const name of ['desk', 'signer']) mkdirSync(path.join(folder, name));
    desk = commandLine(path.join(folder, 'desk'));
    signer = commandLine(path.join(folder, 'signer'), () => gapped());
  });

  it('sees a socket where there is one', () => {
    const [program = '', ...args] = gapped('control');
    const script = "require('net').connect(9, '127.0.0.1').on('error', () => {})";
    spawnSync(program, [...args, process.execPath, '-e', script]);
    expect(toNetworks(traceLines('control')).length).toBeGreaterThan(0);
  });

  it('pairs desk and signer, and makes a treasury of the signer’s key', { timeout: 300_000 }, async () => {
    await desk.call('secrets.createVault', { passphrase: PASSPHRASE });
    await signer.call('secrets.createVault', { passphrase: PASSPHRASE });
    await desk.call('profiles.create', {
      name: 'Front office',
      network: 'sandbox',
      sandbox: { blockSeconds: 1, seed: 1 },
    });
    await signer.call('profiles.create', { name: 'Vault room', network: 'sandbox', role: 'signer' });
    await signer.call('signer.restoreKey', { mnemonic: `${'zoo '.repeat(11)}wrong`, passphrase: 'and more' });
    expect(await signer.call('signer.status')).toMatchObject({ interfaces: [], sealed: true, stopped: 0 });

    const ours = await desk.call('pairing.identity');
    const theirs = await signer.call('pairing.identity');
    signerAtDesk = (await desk.call('pairing.add', { card: theirs.card, words: theirs.words })).id;
    deskAtSigner = (await signer.call('pairing.add', { card: ours.card, words: ours.words })).id;

    const keys = await signer.call('signer.sendKeys', { peerId: deskAtSigner });
    await desk.call('bundles.receive', { content: desk.carry(keys.fileName, keys.content) });
    const made = await desk.call('arrangement.create', {
      wallet: 'vault',
      name: 'Vault',
      threshold: 1,
      cosigners: [{ kind: 'signer', name: 'Vault room', peerId: signerAtDesk }],
    });
    const treasury = await desk.call('arrangement.send', { peerId: signerAtDesk });
    await signer.call('bundles.receive', { content: signer.carry(treasury.fileName, treasury.content) });
    const { treasuries } = await signer.call('signer.status');
    expect(treasuries).toMatchObject([{ id: made.id, fingerprint: made.fingerprint }]);

    const { address } = await desk.call('arrangement.address');
    const { found } = await signer.call('signer.findAddress', { address });
    expect(found).toMatchObject({ treasury: 'Vault', address });
    await expect(desk.call('signer.status')).rejects.toThrow(/This profile is a desk/);
    await expect(signer.call('treasury.overview')).rejects.toThrow(/This profile is a signer/);
  });

  it('pays 200 holders: prepared here, signed there, finished here', { timeout: 900_000 }, async () => {
    const { id: holders } = await desk.call('holders.importPreview', {
      content: '@docs/examples/holders.csv',
    });
    await desk.call('holders.importCommit', { id: holders });
    const { assets } = {
      assets: (await desk.call('assets.list')).assets as { ticker: string; assetUuid: string }[],
    };
    const assetUuid = assets.find(({ ticker }) => ticker === 'AG31')?.assetUuid;
    const { id: rows } = await desk.call('allocations.importPreview', {
      assetUuid,
      content: '@docs/examples/allocation.csv',
    });
    const wrong = (await desk.call('imports.rows', { id: rows, status: 'wrong', offset: 0, limit: 10 }))
      .rows as Row[];
    const right: Record<number, Record<string, string>> = {
      18: { holder: 'Nora Urban', amount: '4500.00', note: '' },
      77: { holder: 'Aaron Fischer', amount: '2400.00', note: '' },
      143: { holder: 'Zoé Urban', amount: '1250.12', note: '' },
    };
    for (const { line } of wrong) await desk.call('imports.fixRow', { id: rows, line, cells: right[line] });
    const { id: allocation } = await desk.call('allocations.importCommit', { id: rows, name: 'May' });
    const plan = await desk.call('allocations.plan', { id: allocation });
    const { id } = await desk.call('operations.start', {
      allocationId: allocation,
      fingerprint: plan.fingerprint,
      confirm: 'AG31',
    });

    let operation = await desk.call('operations.wait', { id, seconds: 60 });
    let rounds = 0;
    while (operation.state !== 'done') {
      expect(operation.state, operation.sentence).not.toMatch(/attention|cancel/);
      const round = await desk.call('signing.round', { operationId: id });
      if (round.canAsk.length > 0) {
        rounds += 1;
        await signOnce(id);
      }
      operation = await desk.call('operations.wait', { id, seconds: 30 });
    }
    expect(rounds).toBeGreaterThan(0);

    const { lines } = await desk.call('treasury.overview');
    const differences = (lines as { amp: unknown; reconciliation: { difference: string } }[])
      .filter(({ amp }) => amp !== null)
      .map(({ reconciliation }) => reconciliation.difference);
    expect(differences.every((difference) => difference === '0')).toBe(true);
    const owners = (await desk.call('assets.ownerships', { assetUuid })).rows as {
      holderId: number | null;
    }[];
    // 200 of the files, and the four of the Sandbox's past.
    expect(owners.filter(({ holderId }) => holderId !== null)).toHaveLength(204);
    for (const each of [desk, signer]) expect(await each.call('audit.verify')).toMatchObject({ ok: true });
  });

  async function signOnce(operationId: string): Promise<void> {
    const asked = await desk.call('signing.request', { operationId, peerId: signerAtDesk });
    const taken = await signer.call('bundles.receive', {
      content: signer.carry(asked.fileName, asked.content),
    });
    const { review, request } = await signer.call('signer.request', { id: taken.goTo.id });
    expect(review.checks.filter(({ verdict }: { verdict: string }) => verdict !== 'good')).toEqual([]);
    expect(review.fingerprint).toBe((await desk.call('signing.review', { operationId })).fingerprint);
    expect((await desk.call('signing.sheet', { operationId })).content).toContain(review.fingerprint);
    const answer = await signer.call('signer.sign', { id: request.id, confirm: 'AG31' });
    await desk.call('bundles.receive', { content: desk.carry(answer.fileName, answer.content) });
  }

  it('opened no socket to any network on the signer', async () => {
    const lines = traceLines('trace');
    expect(toNetworks(lines)).toEqual([]);
    expect(await signer.call('signer.status')).toMatchObject({ stopped: 0, interfaces: [] });
    // The trace was on: the kernel tells Node of interfaces over a socket that leads nowhere else.
    expect(lines.some((line) => line.includes('socket('))).toBe(true);
  });
});

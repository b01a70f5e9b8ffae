import { afterEach, describe, expect, it } from 'vitest';
import { Memory } from './memory.ts';
import { hostOf, oracleRequest, recordedParams, type Host, type Message } from './testkit.ts';
import type { Flash, SimulatedJadeOptions } from './types.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const open = (options: Partial<SimulatedJadeOptions> = {}): Promise<Host> =>
  hostOf({ state: 'READY', ...options }, (close) => void closing.push(close));

const network = 'localtest-liquid';
const refused = (message: string, code = -32602) => ({ error: { code, message } });

interface Descriptor {
  threshold: unknown;
  variant: unknown;
  sorted: unknown;
  master_blinding_key: unknown;
  signers: { fingerprint: Uint8Array; derivation: number[]; xpub: string; path: number[] }[];
}

function registration(change: (descriptor: Descriptor) => void = () => undefined): Record<string, unknown> & {
  descriptor: Descriptor;
} {
  const params = recordedParams('register_multisig') as { descriptor: Descriptor };
  change(params.descriptor);
  return { ...params };
}

describe('register_multisig', () => {
  it('shows name, policy, blinding key and every signer before it keeps it', async () => {
    const host = await open();
    expect(await host.call('register_multisig', registration())).toMatchObject({ result: true });
    const text = host.jade.shown.map((lines) => lines.join('\n'));
    expect(text).toHaveLength(4);
    expect(text[0]).toMatch(/Name: treasury[^]*2 of 2[^]*a9f09eeb97b09a3d/);
    expect(text[1]).toMatch(/this Jade[^]*e3ebcc79[^]*m\/48'\/1'\/0'\/2'/);
    expect(text[2]).toMatch(/81bb1dce/);
  });

  it('asks nothing for the same record, and again for another under its name', async () => {
    const host = await open();
    await host.call('register_multisig', registration());
    host.jade.script({ afterwards: 'reject' });
    expect(await host.call('register_multisig', registration())).toMatchObject({ result: true });
    const other = registration((descriptor) => (descriptor.threshold = 1));
    expect(await host.call('register_multisig', other)).toMatchObject(
      refused('User declined to register multisig', -32000),
    );
    expect(host.jade.shown.at(-1)?.[0]).toBe('Overwrite Multisig');
    expect(await host.call('get_registered_multisigs')).toMatchObject({
      result: { treasury: { threshold: 2 } },
    });
  });

  it.each([
    ['no name', { multisig_name: '' }, 'Missing or invalid multisig name parameter'],
    ['a long name', { multisig_name: 'x'.repeat(16) }, 'Missing or invalid multisig name parameter'],
    ['a name with a space', { multisig_name: 'a b' }, 'Missing or invalid multisig name parameter'],
    ['no descriptor', { descriptor: null }, 'Cannot extract multisig descriptor data'],
    ['an unknown network', { network: 'moonnet' }, 'Failed to extract valid network from parameters'],
  ])('refuses %s', async (_what, change, message) => {
    const host = await open();
    expect(await host.call('register_multisig', { ...registration(), ...change })).toMatchObject(
      refused(message),
    );
  });

  const own = 'Failed to validate co-signers';
  it.each<[string, (descriptor: Descriptor) => void, string]>([
    ['another kind of script', (d) => (d.variant = 'tr(k)'), 'Invalid script variant parameter'],
    ['a strange flag', (d) => (d.sorted = 1), 'Invalid sorted flag value'],
    [
      'a short blinding key',
      (d) => (d.master_blinding_key = new Uint8Array(31)),
      'Invalid blinding key value',
    ],
    ['no threshold', (d) => (d.threshold = 0), 'Invalid multisig threshold value'],
    ['a fractional threshold', (d) => (d.threshold = 1.5), 'Invalid multisig threshold value'],
    ['a threshold beyond the signers', (d) => (d.threshold = 3), 'Invalid multisig threshold'],
    ['no signers', (d) => (d.signers = []), 'Failed to extract valid co-signers from parameters'],
    ['only others', (d) => void d.signers.shift(), 'Invalid multisig threshold'],
    ['a foreign fingerprint', (d) => d.signers.forEach((signer) => (signer.fingerprint[0] = 1)), own],
    ['its key at another path', (d) => void d.signers[0]?.derivation.pop(), own],
    ['text that is no key', (d) => d.signers.forEach((signer) => (signer.xpub = 'tpubD')), own],
  ])('refuses %s', async (_what, change, message) => {
    const host = await open();
    expect(await host.call('register_multisig', registration(change))).toMatchObject(refused(message));
    expect(host.jade.shown).toEqual([]);
  });

  it('has room for sixteen', async () => {
    const host = await open();
    for (let i = 1; i <= 16; i += 1) {
      expect(
        await host.call('register_multisig', { ...registration(), multisig_name: `m${i}` }),
      ).toMatchObject({
        result: true,
      });
    }
    expect(await host.call('register_multisig', registration())).toMatchObject(
      refused('Already have maximum number of multisig wallets'),
    );
  });
});

describe('addresses and keys', () => {
  it('of a single key are shown, and warned of off the receiving chain', async () => {
    const host = await open();
    const H = 0x8000_0000;
    const path = [84 + H, 1 + H, H];
    const ask = (chain: number) =>
      host.call('get_receive_address', { network, variant: 'wpkh(k)', path: [...path, chain, 7] });
    const { result } = await ask(0);
    expect(result).toMatch(/^el1qq/);
    expect(host.jade.shown.at(-1)).toEqual(['Verify address', result]);
    await ask(1);
    expect(host.jade.shown.at(-1)?.[2]).toBe("Warning: Change path: m/84'/1'/0'/1/7");
    expect(
      await host.call('get_receive_address', {
        network,
        variant: 'wpkh(k)',
        path: [...path, 0, 7],
        confidential: false,
      }),
    ).toMatchObject({ result: expect.stringMatching(/^ert1q/) as string });
  });

  it('of a multisig need its record and a path for every signer', async () => {
    const host = await open();
    const params = recordedParams('get_receive_address');
    expect(await host.call('get_receive_address', params)).toMatchObject(
      refused('Cannot find named multisig wallet'),
    );
    await host.call('register_multisig', registration());
    expect(await host.call('get_receive_address', { ...params, paths: [[0, 0]] })).toMatchObject(
      refused('Unexpected number of signer paths or invalid path for multisig'),
    );
    await host.call('get_receive_address', {
      ...params,
      paths: [
        [1, 0],
        [1, 1],
      ],
    });
    expect(host.jade.shown.at(-1)?.[2]).toMatch(/change path[^]*different paths/);
    host.jade.script({ afterwards: 'reject' });
    expect(await host.call('get_receive_address', params)).toMatchObject(
      refused('User declined to confirm address', -32000),
    );
  });

  it('differ by network, of which a wallet is for one kind', async () => {
    const host = await open();
    expect(await host.call('get_xpub', { network, path: [] })).toMatchObject({
      result: expect.stringMatching(/^tpub/) as string,
    });
    expect(await host.call('get_version_info')).toMatchObject({ result: { JADE_NETWORKS: 'TEST' } });
    expect(await host.call('get_xpub', { network: 'liquid', path: [] })).toMatchObject(
      refused('Network type inconsistent with prior usage', -32003),
    );
    const main = await open({ networks: 'MAIN' });
    expect(await main.call('get_xpub', { network: 'liquid', path: [] })).toMatchObject({
      result: expect.stringMatching(/^xpub/) as string,
    });
  });

  it('keep the blinding key unless the person gives it', async () => {
    const host = await open({ person: { afterwards: 'reject' } });
    for (const only of [true, false]) {
      expect(await host.call('get_master_blinding_key', { only_if_silent: only })).toMatchObject({
        error: { code: -32000 },
      });
    }
    expect(host.jade.shown).toHaveLength(1);
  });
});

describe('auth_user', () => {
  const locked = (options: Partial<SimulatedJadeOptions> = {}) => open({ state: 'LOCKED', ...options });
  const auth = (host: Host): Promise<Message> => host.call('auth_user', { network });
  const wrong = { answers: [{ do: 'pin' as const, pin: '000000' }], afterwards: 'approve' as const };

  it('opens with the right PIN, whatever was typed before', async () => {
    const host = await locked();
    host.jade.script(wrong);
    expect(await host.carry(await auth(host))).toMatchObject({ result: false });
    expect(host.jade.view).toMatchObject({ state: 'LOCKED' });
    expect(await host.carry(await auth(host))).toMatchObject({ result: true });
    expect(await auth(host)).toMatchObject({ result: true });
    expect(await host.call('logout')).toMatchObject({ result: true });
    expect(host.jade.view).toMatchObject({ state: 'LOCKED', locked: true });
  });

  it('erases the wallet after three wrong PINs, which its words bring back with a new PIN', async () => {
    const host = await locked();
    for (const left of ['LOCKED', 'LOCKED', 'UNINIT']) {
      host.jade.script(wrong);
      expect(await host.carry(await auth(host))).toMatchObject({ result: false });
      expect(host.jade.view.state).toBe(left);
    }
    expect(await host.call('get_xpub', { network, path: [] })).toMatchObject({ error: { code: -32002 } });
    host.jade.script({ afterwards: 'reject' });
    expect(await auth(host)).toMatchObject({ result: false });
    host.jade.script({ afterwards: 'approve' });
    const reply = await auth(host);
    expect(oracleRequest(reply).urls[0]).toMatch(/\/set_pin$/);
    expect(await host.carry(reply)).toMatchObject({ result: true });
    expect(host.jade.view.state).toBe('READY');
  });

  it('asks whether to try again when the oracle gave nothing', async () => {
    const host = await locked();
    await auth(host);
    const again = await host.call('pin');
    expect(host.jade.shown.at(-1)).toEqual(['Failed communicating', 'with Oracle', 'Retry?']);
    expect(await host.carry(again)).toMatchObject({ result: true });
    await host.call('logout');
    host.jade.script({ answers: [{ do: 'pin' }], afterwards: 'reject' });
    await auth(host);
    expect(await host.call('pin')).toMatchObject(refused('Failed to read parameters from Oracle'));
  });

  it('ends with cancel, without a reply, and with anything else', async () => {
    const host = await locked();
    await auth(host);
    await host.tell('cancel', undefined, 'cancel');
    expect(await host.call('get_version_info', undefined, 'next')).toMatchObject({ id: 'next' });
    expect(await host.call('ping')).toMatchObject({ result: 0 });
    await auth(host);
    expect(await host.call('get_xpub', { network, path: [] })).toMatchObject(
      refused("Unexpected message, expecting 'pin'", -32001),
    );
  });

  it('takes no answer of the oracle twice, and none that is made up', async () => {
    const host = await locked();
    const { urls, data } = oracleRequest(await auth(host));
    const ask = async () =>
      await (await fetch(urls[0] ?? '', { method: 'POST', body: JSON.stringify(data) })).json();
    const answer = await ask();
    const replay = await ask();
    expect(await host.call('pin', replay)).toMatchObject({ result: false });
    await auth(host);
    expect(await host.call('pin', answer)).toMatchObject({ result: false });
    expect(await host.carry(await auth(host))).toMatchObject({ result: true });
  });

  it('outlives a restart with its PIN and registrations, and the oracle’s troubles', async () => {
    let text: string | null = null;
    const flash: Flash = { load: () => text, save: (next) => (text = next) };
    const host = await locked({ flash });
    await host.carry(await auth(host));
    await host.call('register_multisig', registration());
    expect([...new Memory(flash, 'ALL').records().keys()]).toEqual(['treasury']);
    expect(text).not.toContain('orchard');
    host.jade.press({ do: 'unplug' });
    host.jade.press({ do: 'plug' });
    await host.reopen();
    host.oracle.mood({ kind: 'fails', status: 503 });
    const { urls, data } = oracleRequest(await auth(host));
    const post = () => fetch(urls[0] ?? '', { method: 'POST', body: JSON.stringify(data) });
    expect((await post()).status).toBe(503);
    host.oracle.mood({ kind: 'garbage', body: '<html>' });
    expect(await (await post()).text()).toBe('<html>');
    host.oracle.mood({ kind: 'well' });
    expect(await host.carry(await host.call('pin'))).toMatchObject({ result: true });
    expect(await host.call('get_registered_multisigs')).toMatchObject({ result: { treasury: {} } });
  });
});

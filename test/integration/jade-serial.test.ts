import { afterEach, describe, expect, it } from 'vitest';
import { createJades, createSerialPorts, type Jades } from '../../src/main/jade/index.ts';
import { createLiquid } from '../../src/main/liquid/index.ts';
import {
  attach,
  hasPseudoTerminals,
  openPseudoTerminal,
  type PseudoTerminal,
} from '../support/pseudo-terminal.ts';
import { INFO, recordedDevice, recordedJade, scriptedJade } from '../support/scripted-jade.ts';

const psbt = (recordedJade('sign_psbt_pset')[0]?.map['params'] as { psbt: Uint8Array }).psbt;
const open: (Jades | PseudoTerminal)[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) {
    if ('unplug' in one) one.unplug();
    else await one.close();
  }
});

async function plugged(device: Parameters<typeof attach>[1]): Promise<PseudoTerminal> {
  const terminal = await openPseudoTerminal();
  open.push(terminal);
  attach(terminal, device);
  return terminal;
}

function jadesAt(...paths: string[]): Jades {
  const jades = createJades({
    ports: createSerialPorts({ extra: paths, list: () => Promise.resolve([]) }),
    network: 'localtest-liquid',
    antiExfil: {
      commit: () => Promise.resolve(new Uint8Array(32)),
      verify: () => Promise.resolve(true),
    },
  });
  open.push(jades);
  return jades;
}

const recorded = (...steps: string[]) =>
  recordedDevice(steps, (sent, request) => expect(sent).toEqual(request));

describe.skipIf(!hasPseudoTerminals)('the Jade client through serialport on a pseudo-terminal', () => {
  it('finds the devices, signs a recorded PSET in pieces and has it verified', async () => {
    const jade = await plugged(recorded('get_xpub_root', 'get_xpub_root', 'sign_psbt_pset'));
    const jades = jadesAt(jade.path, '/dev/pts/does-not-exist');
    expect(await jades.devices()).toMatchObject([
      { port: jade.path, state: 'ready', label: 'Jade Plus 4A2F10', fingerprint: 'e3ebcc79' },
      { state: 'lost', message: 'There is no Jade at /dev/pts/does-not-exist.' },
    ]);
    const session = await jades.open(jade.path);
    const signed = await session.signPset(psbt);
    const liquid = createLiquid({ workers: 1 });
    try {
      const [found, ...more] = await liquid.signaturesOf(Buffer.from(signed).toString('base64'));
      expect(found).toMatchObject({ input: 0, fingerprint: 'e3ebcc79', valid: true });
      expect(more).toEqual([]);
    } finally {
      await liquid.close();
    }
  });

  it('sees that another program has the port, and finds it when that has gone', async () => {
    const terminal = await plugged(
      scriptedJade(() => null, { info: () => ({ ...INFO, JADE_STATE: 'LOCKED' }) }),
    );
    const other = jadesAt(terminal.path);
    await other.open(terminal.path);
    const jades = jadesAt(terminal.path);
    expect(await jades.devices()).toMatchObject([{ state: 'busy' }]);
    await expect(jades.open(terminal.path)).rejects.toMatchObject({ code: 'JADE_BUSY' });
    await other.close();
    expect(await jades.devices()).toMatchObject([{ state: 'locked' }]);
  });

  it('notices a pulled cable in the middle of a command', async () => {
    const device = scriptedJade(({ method }) => {
      if (method === 'get_master_blinding_key') {
        terminal.unplug();
        return [];
      }
      return null;
    });
    const terminal = await plugged(device);
    const jades = jadesAt(terminal.path);
    const session = await jades.open(terminal.path);
    await expect(session.masterBlindingKey()).rejects.toMatchObject({ code: 'JADE_LOST' });
    await expect(session.device()).rejects.toMatchObject({ code: 'JADE_LOST' });
    await session.close();
  });

  it('lets go of the port in the middle of a command', async () => {
    let asked: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (asked = resolve));
    const terminal = await plugged(
      scriptedJade(({ method }) => {
        if (method === 'get_xpub') return [{ error: { code: -32002, message: 'locked' } }];
        if (method !== 'get_master_blinding_key') return null;
        asked();
        return [];
      }),
    );
    const jades = jadesAt(terminal.path);
    const session = await jades.open(terminal.path);
    const asking = session.masterBlindingKey().catch((error: unknown) => error);
    await waiting;
    await jades.release(terminal.path);
    expect(await asking).toMatchObject({ code: 'CANCELLED' });
    expect(await jades.devices()).toMatchObject([{ state: 'ready' }]);
  });

  it('outlives what a device says while it starts', async () => {
    const terminal = await plugged(recorded('get_xpub_root'));
    terminal.write(Buffer.from('ESP-ROM:esp32s3-20210327\r\nBuild:Mar 27 2021\r\n'));
    const session = await jadesAt(terminal.path).open(terminal.path);
    expect(await session.fingerprint()).toBe('e3ebcc79');
  });
});

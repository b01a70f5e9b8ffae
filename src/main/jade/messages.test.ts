import { describe, expect, it, vi } from 'vitest';
import { documentedMessage, type Message } from '../../../test/support/message-table.ts';
import {
  fixedPorts,
  INFO,
  portTo,
  recordedJade,
  scriptedJade,
  type ScriptedAnswer,
  type ScriptedJade,
} from '../../../test/support/scripted-jade.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createJades } from './jades.ts';
import { createPinOracle } from './oracle.ts';
import { openError } from './serial.ts';
import type { JadeNetwork, JadeSession, PinOracle } from './types.ts';

const antiExfil = {
  commit: () => Promise.resolve(new Uint8Array(32)),
  verify: () => Promise.resolve(false),
};
const xpub = recordedJade('get_xpub_root')[1]?.map['result'];
const psbt = (recordedJade('sign_psbt_pset')[0]?.map['params'] as { psbt: Uint8Array }).psbt;
const asking = {
  http_request: { params: { urls: ['https://j8d.io/get_pin'], method: 'POST', data: {} }, 'on-reply': 'pin' },
};

interface World {
  info?: Record<string, unknown>;
  network?: JadeNetwork;
  /** Said by the operating system at opening. */
  opening?: string;
  answers?: Record<string, ScriptedAnswer>;
  /** The cable is pulled at this command. */
  unplugAt?: string;
}

/** Runs the work on a session and gives what the person reads. */
async function read(world: World, work: (session: JadeSession) => Promise<unknown>): Promise<Message> {
  const device: ScriptedJade = scriptedJade(
    ({ method }) => {
      if (method === world.unplugAt) {
        device.unplug();
        return [];
      }
      return world.answers?.[method] ?? (method === 'get_xpub' ? [{ result: xpub }] : null);
    },
    { info: () => ({ ...INFO, ...world.info }) },
  );
  const open = () =>
    world.opening === undefined
      ? Promise.resolve(device)
      : Promise.reject(openError('/dev/ttyACM0', new Error(world.opening)));
  const jades = createJades({
    ports: fixedPorts(portTo('/dev/ttyACM0', () => device, { open })),
    network: world.network ?? 'liquid',
    antiExfil,
  });
  try {
    await work(await jades.open('/dev/ttyACM0'));
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return { code: error.code, message: error.message, next: error.next };
  } finally {
    await jades.close();
  }
  throw new Error('It succeeded.');
}

const address = (session: JadeSession) => session.address({ variant: 'wpkh(k)', path: [0, 0] });
const refusing = (code: number, message: string): World => ({
  answers: { get_receive_address: [{ error: { code, message } }] },
});
const LOCKED = { JADE_STATE: 'LOCKED' };
const unlockWith = (oracle: PinOracle) => (session: JadeSession) => session.unlock(oracle);
const oracleOf = (fetch: typeof globalThis.fetch): PinOracle => createPinOracle({ fetch });
const tx = {
  txn: '00',
  inputs: [
    { path: [0], script: '51', valueCommitment: '08', pubkey: '02'.repeat(33), sighash: '00'.repeat(32) },
  ],
  commitments: [null],
  change: [null],
  genesisHash: '00'.repeat(32),
};

const situations: Record<string, () => Promise<Message>> = {
  'Jade: port not allowed': () => read({ opening: 'Permission denied' }, address),
  'Jade: port in use': () => read({ opening: 'Cannot lock port' }, address),
  'Jade: nothing attached': () => read({ opening: 'No such file or directory' }, address),
  'Jade: old firmware': () => read({ info: { JADE_VERSION: '1.0.37' } }, address),
  'Jade: development firmware': () => read({ info: { JADE_FEATURES: 'DEV' } }, address),
  'Jade: other network': () => read({ info: { JADE_NETWORKS: 'TEST' } }, address),
  'Jade: no wallet': () => read({ info: { JADE_STATE: 'UNINIT' } }, address),
  'Jade: locked': () => read({ info: LOCKED }, address),
  'Jade: wrong PIN': () =>
    read(
      { info: LOCKED, answers: { auth_user: [{ result: asking }], pin: [{ result: false }] } },
      unlockWith(() => Promise.resolve({})),
    ),
  'Jade: oracle away': () =>
    read(
      { info: LOCKED, answers: { auth_user: [{ result: asking }], pin: [{ error: { code: -32602 } }] } },
      unlockWith(oracleOf(() => Promise.reject(new TypeError('fetch failed')))),
    ),
  'Jade: oracle of somebody else': () => {
    const urls = ['https://oracle.example.org/get_pin'];
    const params = { ...asking.http_request.params, urls };
    const result = { http_request: { ...asking.http_request, params } };
    return read(
      { info: LOCKED, answers: { auth_user: [{ result }] } },
      unlockWith(oracleOf(() => Promise.resolve(new Response('{}')))),
    );
  },
  'Jade: rejected on the device': () => read(refusing(-32000, 'User declined'), address),
  'Jade: change not recognised': () => read(refusing(-32602, 'Receive script cannot be validated'), address),
  'Jade: damaged or too long': () => read(refusing(-32600, 'Invalid RPC Request message'), address),
  'Jade: cable pulled': () => read({ unplugAt: 'get_receive_address' }, address),
  'Jade: gone while it signed a PSET': () =>
    read({ unplugAt: 'sign_psbt' }, (session) => session.signPset(psbt)),
  'Jade: signature without our entropy': () =>
    read(
      {
        answers: {
          sign_liquid_tx: [{ result: true }],
          tx_input: [{ result: new Uint8Array(33) }],
          get_signature: [{ result: new Uint8Array(71).fill(1) }],
        },
      },
      (session) => session.signLiquidTx(tx),
    ),
  'Jade: wallet of somebody else': () =>
    read({}, (session) =>
      session.registerMultisig({
        name: 'treasury',
        threshold: 1,
        masterBlindingKey: '00'.repeat(32),
        signers: [{ fingerprint: '00000000', derivation: [], xpub: '' }],
      }),
    ),
};

describe('what a person reads when something is wrong with a Jade', () => {
  it.each(Object.entries(situations))('%s', async (situation, produce) => {
    expect(await produce()).toEqual(documentedMessage(situation));
  });

  it('when something attached is no Jade', async () => {
    vi.useFakeTimers();
    const jades = createJades({
      ports: fixedPorts(portTo('/dev/ttyACM0', () => scriptedJade(() => []))),
      network: 'liquid',
      antiExfil,
    });
    const opening = jades.open('/dev/ttyACM0').catch((error: unknown) => (error as SluiceError).toShape());
    await vi.advanceTimersByTimeAsync(13_000);
    vi.useRealTimers();
    expect(await opening).toEqual(documentedMessage('Jade: another device'));
  });
});

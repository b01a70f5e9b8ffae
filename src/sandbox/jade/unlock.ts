import type { Core } from './core.ts';
import type { Flow } from './conversation.ts';
import { Gone, badParameters, declined } from './errors.ts';
import { pinRequest, type PinRequest } from './pin-client.ts';

/**
 * `auth_user`: true when the wallet may be used, false for a wrong PIN; asks the host to carry sealed requests to the
 * oracle meanwhile. Throws DeviceError, or Gone after `cancel`.
 */
export async function authUser(core: Core, flow: Flow): Promise<boolean> {
  core.network(flow.params);
  switch (core.state) {
    case 'READY':
      return true;
    case 'TEMP':
      core.bind();
      return true;
    case 'UNINIT':
      if (!(await core.panel.confirm(['No wallet yet', 'Restore it from its recovery words?']))) return false;
      core.load(core.options.mnemonic, 'unsaved');
      return choosePin(core, flow);
    case 'UNSAVED':
      return choosePin(core, flow);
    case 'LOCKED':
      return enterPin(core, flow);
  }
}

async function enterPin(core: Core, flow: Flow): Promise<boolean> {
  const pin = await core.panel.pin(['Enter PIN'], core.pin);
  if (pin === null) throw declined('User declined to enter PIN');
  const key = await askOracle(core, flow, '/get_pin', pin);
  const mnemonic = core.memory.unseal(key);
  if (mnemonic === null) return false;
  core.bind(mnemonic);
  return true;
}

async function choosePin(core: Core, flow: Flow): Promise<boolean> {
  const pin = await core.panel.pin(['Choose a PIN'], core.pin);
  if (pin === null) return false;
  const key = await askOracle(core, flow, '/set_pin', pin);
  const words = core.loaded?.mnemonic;
  if (!key || words === undefined) return false;
  core.memory.seal(words, key);
  core.bind();
  return true;
}

/** What the oracle's answer holds; null for one that cannot be opened. Asked again as often as the person wants. */
async function askOracle(
  core: Core,
  flow: Flow,
  path: PinRequest['path'],
  pin: string,
): Promise<Uint8Array | null> {
  const { oracle } = core;
  if (!oracle) throw badParameters('No blind oracle is set');
  for (;;) {
    const request = pinRequest({
      path,
      pin,
      identity: core.memory.identity,
      oracle: oracle.pubkey,
      counter: core.memory.nextCounter(),
    });
    flow.reply({
      http_request: {
        params: {
          urls: [`${oracle.url}${path}`],
          method: 'POST',
          accept: 'json',
          data: { data: request.data },
        },
        'on-reply': 'pin',
      },
    });
    await flow.next('pin', 'cancel');
    if (flow.method === 'cancel') throw new Gone();
    const { data } = flow.params;
    if (typeof data === 'string') return request.open(data);
    const again =
      !core.isDevelopment && (await core.panel.confirm(['Failed communicating', 'with Oracle', 'Retry?']));
    if (!again) throw badParameters('Failed to read parameters from Oracle');
  }
}

/** Gives a new device its wallet and PIN before it is handed out. */
export function setUp(core: Core): void {
  const { oracle, mnemonic } = core.options;
  if (!oracle) throw new Error('A locked Jade needs an oracle.');
  const request = pinRequest({
    path: '/set_pin',
    pin: core.pin,
    identity: core.memory.identity,
    oracle: oracle.pubkey,
    counter: core.memory.nextCounter(),
  });
  const key = request.open(oracle.answer(request.path, request.data) ?? '');
  if (!key) throw new Error('The oracle did not take the PIN of a new Jade.');
  core.memory.seal(mnemonic, key);
}

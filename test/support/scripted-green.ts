import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** What Green does with a call: an answer, a refusal, or one of the ways in which a connection goes wrong. */
export type GreenReply =
  | { value: unknown }
  | { error: string }
  /** Any text as a frame. */
  | { frame: string }
  /** Bytes where text is due. */
  | { bytes: Uint8Array }
  /** Never answers. */
  | 'silence'
  /** Closes the connection in good order. */
  | 'close'
  /** Breaks the connection. */
  | 'break';

export interface GreenCall {
  procedure: string;
  args: unknown[];
}

export interface ScriptedGreen {
  url: string;
  /** Everything that came in, as text. */
  frames: string[];
  calls: GreenCall[];
  sockets: ReadonlySet<WebSocket>;
  /** Pings that came in. */
  pings: () => number;
  close(): Promise<void>;
}

export interface GreenScript {
  /** Instead of WELCOME. */
  hello?: GreenReply;
  /** Whether the socket answers pings. */
  autoPong?: boolean;
  protocol?: false;
  /** Confidential addresses that it wants of a new account; 20 unless said. */
  wanted?: number;
  /** `undefined`: as a plain Green with one owner and no second thoughts. */
  answer?: (call: GreenCall, index: number) => GreenReply | undefined;
}

const ZERO = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

/** Witness script of a made-up address. */
export function madeUpScript(index: number): string {
  const key = (first: string) => first + index.toString(16).padStart(64, '0');
  return `5221${key('02')}21${key('03')}52ae`;
}

/** What a plain Green keeps: one owner's accounts, blob, watch-only credentials and addresses. */
function plainGreen(gaitPath: string, wanted: number) {
  const state = {
    blob: '',
    mac: ZERO,
    accounts: [] as { pointer: number; type: string; receiving_id: string; required_ca: number }[],
    watchOnly: new Map<string, { password: string; key: string }>(),
    issued: 0,
  };
  const login = (key: string | null) => ({
    gait_path: gaitPath,
    wo_blob_key: key,
    client_blob_hmac: state.mac,
    subaccounts: state.accounts,
    something_new: { of: 'a later version' },
  });
  const answer = ({ procedure, args }: GreenCall): GreenReply => {
    switch (procedure) {
      case 'login.register':
        return { value: true };
      case 'login.get_trezor_challenge':
        return { value: 'BZVE6' };
      case 'login.authenticate':
        return { value: login(null) };
      case 'login.watch_only_v2': {
        const { username, password } = args[1] as { username: string; password: string };
        const known = state.watchOnly.get(username);
        return known?.password === password
          ? { value: login(known.key) }
          : { error: 'User not found or invalid password' };
      }
      case 'login.get_client_blob':
        return { value: { blob: state.blob, hmac: state.mac, sequence: 1 } };
      case 'login.set_client_blob': {
        const [blob, , mac, previous] = args as [string, number, string, string];
        if (previous !== state.mac) return { value: { blob: state.blob, hmac: state.mac, sequence: 1 } };
        state.blob = blob;
        state.mac = mac;
        return { value: true };
      }
      case 'txs.create_subaccount_v2': {
        const pointer = args[0] as number;
        const id = `GA2zxWdhAYtREeYCVFTGRhHQmYMPA${pointer}`;
        state.accounts.push({ pointer, type: '2of2_no_recovery', receiving_id: id, required_ca: wanted });
        return { value: id };
      }
      case 'addressbook.sync_custom': {
        const [username, password, key] = args as [string, string, string];
        state.watchOnly.set(username, { password, key });
        return { value: true };
      }
      case 'vault.fund': {
        const pointer = ++state.issued;
        return {
          value: {
            branch: 1,
            subaccount: args[0],
            pointer,
            script: madeUpScript(pointer),
            addr_type: 'p2wsh',
          },
        };
      }
      case 'addressbook.get_my_addresses': {
        const newest = Array.from({ length: Math.min(10, state.issued) }, (_, back) => ({
          pointer: state.issued - back,
          ad: 'an address',
        }));
        return { value: newest };
      }
      case 'txs.upload_authorized_assets_confidential_address':
        return { value: true };
      default:
        return { error: 'no such procedure' };
    }
  };
  return { state, answer };
}

/** A real WebSocket server on loopback that speaks WAMP and answers as the test says. */
export async function scriptedGreen(script: GreenScript = {}): Promise<ScriptedGreen> {
  const plain = plainGreen('0102'.repeat(32), script.wanted ?? 20);
  const frames: string[] = [];
  const calls: GreenCall[] = [];
  let pings = 0;
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    autoPong: script.autoPong ?? true,
    handleProtocols: (offered) =>
      script.protocol === false ? false : offered.has('wamp.2.json') && 'wamp.2.json',
  });
  server.on('connection', (socket) => {
    socket.on('ping', () => pings++);
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8');
      frames.push(text);
      const [kind, request, , procedure, args] = JSON.parse(text) as unknown[];
      if (kind === 1) {
        deliver(socket, script.hello ?? { frame: '[2,123456789,{"realm":"realm1","roles":{}}]' }, 0);
        return;
      }
      const call: GreenCall = {
        procedure: String(procedure).replace('com.greenaddress.', ''),
        args: args as unknown[],
      };
      calls.push(call);
      deliver(socket, script.answer?.(call, calls.length - 1) ?? plain.answer(call), request as number);
    });
  });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/v2/ws`,
    frames,
    calls,
    sockets: server.clients,
    pings: () => pings,
    close: () =>
      new Promise((resolve) => {
        for (const socket of server.clients) socket.terminate();
        server.close(() => resolve());
      }),
  };
}

function deliver(socket: WebSocket, reply: GreenReply, request: number): void {
  if (reply === 'silence') return;
  if (reply === 'close') socket.close(1000, 'bye');
  else if (reply === 'break') socket.terminate();
  else if ('bytes' in reply) socket.send(reply.bytes);
  else if ('frame' in reply) socket.send(reply.frame);
  else if ('value' in reply) socket.send(JSON.stringify([50, request, {}, [reply.value]]));
  else {
    const args = ['http://greenaddressit.com/error#internal', reply.error, {}];
    socket.send(JSON.stringify([8, 48, request, {}, 'com.greenaddress.error', args]));
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import type { Green } from '../amp/index.ts';
import { GreenRefusal } from '../amp/index.ts';
import { OVERSIZE } from '../control/faults.ts';
import { ERROR_PAGE } from './faults.ts';
import type { GreenFault, GreenIntercept } from './faults.ts';
import { PROCEDURES, newSession } from './session.ts';

/** Message codes of WAMP v2 that are spoken here. */
const HELLO = 1;
const WELCOME = 2;
const ABORT = 3;
const GOODBYE = 6;
const ERROR = 8;
const CALL = 48;
const RESULT = 50;

const REALM = 'realm1';
const PREFIX = 'com.greenaddress.';

let sessions = 0;

/** Serves one connection: a client that says HELLO and then calls. Messages are JSON arrays, one a frame. */
export function serveWamp(socket: WebSocket, green: Green, intercept: GreenIntercept): void {
  const session = newSession();
  let welcomed = false;

  const send = (message: unknown): void => socket.send(JSON.stringify(message));
  const abort = (reason: string): void => {
    send([ABORT, {}, reason]);
    socket.close();
  };

  function hello(realm: unknown): void {
    if (welcomed) return abort('wamp.error.protocol_violation');
    if (realm !== REALM) return abort('wamp.error.no_such_realm');
    welcomed = true;
    send([WELCOME, ++sessions, { roles: { broker: { features: {} }, dealer: { features: {} } } }]);
  }

  function answer(id: unknown, name: string, args: readonly unknown[]): unknown {
    const short = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
    const procedure = Object.hasOwn(PROCEDURES, short) ? PROCEDURES[short] : undefined;
    if (!procedure) return [ERROR, CALL, id, {}, 'wamp.error.no_such_procedure', [`no procedure ${name}`]];
    try {
      return [RESULT, id, {}, [procedure(green, session, args)]];
    } catch (error) {
      if (!(error instanceof GreenRefusal)) {
        process.stderr.write(
          `sandbox Green: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
      }
      return refusal(id, error instanceof GreenRefusal ? error.message : 'Internal error');
    }
  }

  async function call(id: unknown, name: unknown, args: unknown): Promise<void> {
    if (typeof name !== 'string') return abort('wamp.error.protocol_violation');
    const carryOut = (): unknown => answer(id, name, Array.isArray(args) ? args : []);
    const fault = intercept(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);
    if (fault) await breakAnswer(socket, fault, id, carryOut);
    else send(carryOut());
  }

  socket.on('message', (data: RawData) => {
    const message = readMessage(data);
    if (!message) return abort('wamp.error.protocol_violation');
    if (message[0] === HELLO) return hello(message[1]);
    if (!welcomed) return abort('wamp.error.protocol_violation');
    if (message[0] === GOODBYE) {
      send([GOODBYE, {}, 'wamp.close.goodbye_and_out']);
      return socket.close();
    }
    if (message[0] !== CALL) return abort('wamp.error.protocol_violation');
    void call(message[1], message[3], message[4]);
  });
  // A connection that breaks is the client's business.
  socket.on('error', () => socket.terminate());
}

function refusal(id: unknown, words: string): unknown {
  return [ERROR, CALL, id, {}, `${PREFIX}error`, ['http://greenaddressit.com/error#internal', words]];
}

function readMessage(data: RawData): unknown[] | null {
  try {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    const message: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(message) ? message : null;
  } catch {
    return null;
  }
}

async function breakAnswer(
  socket: WebSocket,
  fault: GreenFault,
  id: unknown,
  carryOut: () => unknown,
): Promise<void> {
  switch (fault.mode) {
    case 'silent':
      return;
    case 'refuse':
      return socket.terminate();
    case 'drop':
      carryOut();
      return socket.terminate();
    case 'error':
      return socket.send(JSON.stringify(refusal(id, fault.message ?? 'Internal error')));
    case 'html':
      return socket.send(ERROR_PAGE);
    case 'garble': {
      const answer = JSON.stringify(carryOut());
      return socket.send(answer.slice(0, Math.ceil(answer.length / 2)));
    }
    case 'oversize':
      carryOut();
      return socket.send(JSON.stringify([RESULT, id, {}, ['x'.repeat(OVERSIZE)]]));
    case 'delay': {
      const answer = carryOut();
      await sleep(fault.ms);
      return socket.send(JSON.stringify(answer));
    }
    case 'duplicate':
      carryOut();
      return socket.send(JSON.stringify(carryOut()));
    default:
      // What only a cosignature can suffer passes.
      return socket.send(JSON.stringify(carryOut()));
  }
}

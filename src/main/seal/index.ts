import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { SluiceError } from '../../shared/errors.ts';

/**
 * The network seal of a signer: while it is on, nothing in this process opens a connection. TCP, TLS, HTTP and `fetch`
 * all come through `net.Socket#connect`; datagrams and name lookups have doors of their own. What others open to a
 * listening socket of this process is let be: the browser host listens on loopback.
 */
export interface Seal {
  /** Attempts that were stopped since the seal was put on. */
  stopped(): number;
  /** Takes the seal off again. */
  lift(): void;
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Door = Record<string, unknown>;

const LOOKUPS = [
  'lookup',
  'lookupService',
  'resolve',
  'resolve4',
  'resolve6',
  'resolveAny',
  'resolveCaa',
  'resolveCname',
  'resolveMx',
  'resolveNaptr',
  'resolveNs',
  'resolvePtr',
  'resolveSoa',
  'resolveSrv',
  'resolveTxt',
  'reverse',
];
const RESOLVES = LOOKUPS.filter((name) => name !== 'lookup' && name !== 'lookupService');

/**
 * Closes every way out of this thread.
 *
 * @param onStopped told of each attempt: where it was to go, as far as it said
 */
export function sealNetwork(onStopped: (target: string) => void = () => undefined): Seal {
  let stopped = 0;
  const undo: (() => void)[] = [];

  function refuse(target: string): SluiceError {
    stopped += 1;
    onStopped(target);
    return new SluiceError('NETWORK_SEALED', `A connection to ${target} was stopped: this is a signer.`, {
      next: 'A signer uses no network. Carry what is needed as a bundle, by file or QR code.',
    });
  }

  function replace(door: object, name: string, make: (original: AnyFunction) => AnyFunction): void {
    const place = door as Door;
    const original = place[name];
    if (typeof original !== 'function') return;
    const own = Object.hasOwn(place, name);
    place[name] = make(original as AnyFunction);
    undo.push(() => {
      if (own) place[name] = original;
      else Reflect.deleteProperty(place, name);
    });
  }

  replace(
    net.Socket.prototype,
    'connect',
    () =>
      function (this: unknown, ...args) {
        const error = refuse(connectTarget(args));
        // As Node itself fails: the socket is there and reports it, so that callers are told by their own means.
        const socket = this as net.Socket;
        process.nextTick(() => socket.destroy(error));
        return socket;
      },
  );
  for (const name of ['send', 'connect', 'bind', 'addMembership'] as const) {
    replace(
      dgram.Socket.prototype,
      name,
      () =>
        function (...args) {
          throw refuse(`datagrams${datagramTarget(args)}`);
        },
    );
  }
  for (const name of LOOKUPS) {
    replace(
      dns,
      name,
      () =>
        function (...args) {
          const error = refuse(`the name server (${String(args[0])})`);
          const callback = args.at(-1);
          if (typeof callback !== 'function') throw error;
          process.nextTick(callback, error);
          return undefined;
        },
    );
    replace(
      dns.promises,
      name,
      () =>
        (...args) =>
          Promise.reject(refuse(`the name server (${String(args[0])})`)),
    );
  }
  for (const name of RESOLVES) {
    replace(
      dns.Resolver.prototype,
      name,
      () =>
        function (...args) {
          throw refuse(`the name server (${String(args[0])})`);
        },
    );
    replace(
      dns.promises.Resolver.prototype,
      name,
      () =>
        (...args) =>
          Promise.reject(refuse(`the name server (${String(args[0])})`)),
    );
  }
  replace(
    globalThis,
    'fetch',
    () =>
      (...args) =>
        Promise.reject(refuse(fetchTarget(args[0]))),
  );
  replace(
    globalThis,
    'WebSocket',
    () =>
      function (...args) {
        throw refuse(fetchTarget(args[0]));
      },
  );
  // Names that were imported one by one follow the module objects.
  syncBuiltinESMExports();

  return {
    stopped: () => stopped,
    lift() {
      for (const back of undo.splice(0).reverse()) back();
      syncBuiltinESMExports();
    },
  };
}

/** Where a connection was to go. Node hands its own callers' arguments on as one array. */
function connectTarget(args: readonly unknown[]): string {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    return `${typeof second === 'string' ? second : 'localhost'}:${first}`;
  }
  if (typeof first === 'string') return first;
  if (first === null || typeof first !== 'object') return 'somewhere';
  const { path, host, port } = first as { path?: unknown; host?: unknown; port?: unknown };
  if (typeof path === 'string' && path !== '') return path;
  return `${typeof host === 'string' ? host : 'localhost'}:${String(port)}`;
}

function datagramTarget(args: readonly unknown[]): string {
  const address = args.find((each) => typeof each === 'string');
  return address === undefined ? '' : ` to ${String(address)}`;
}

function fetchTarget(what: unknown): string {
  const text = what instanceof Request ? what.url : String(what);
  return URL.canParse(text) ? new URL(text).host : 'somewhere';
}

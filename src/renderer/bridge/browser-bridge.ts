import type { Envelope } from '../../shared/contract/index.ts';
import type { Bridge, BridgeEvent } from './bridge.ts';
import { BridgeError } from './bridge-error.ts';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;
/** Nothing heard for so long: the host counts every five seconds, so the socket is dead. ms */
const LONGEST_SILENCE = 20_000;

const LOST = 'The desk does not answer.';
const LOST_NEXT = 'Look whether Sluice is still running. This page reconnects by itself.';

/** Speaks to the browser host: calls over HTTP, events over a WebSocket that reconnects by itself. */
export function connectToHost(origin: string): Bridge {
  const listeners = new Set<(event: BridgeEvent) => void>();
  const tell = (event: BridgeEvent): void => {
    for (const listener of listeners) listener(event);
  };
  listen(origin.replace(/^http/, 'ws') + '/api/events', tell);
  return {
    call: (name, args) => post(`${origin}/api/call`, name, args),
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function post(url: string, name: string, args: unknown): Promise<Envelope> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, args }),
    });
  } catch {
    throw new BridgeError(name, 'HOST_LOST', LOST, LOST_NEXT);
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (isEnvelope(body)) return body;
  throw new BridgeError(
    name,
    'HOST_ANSWER',
    `The desk answered with status ${response.status} and no result.`,
    'Try again. If it stays, restart the desk.',
  );
}

function isEnvelope(body: unknown): body is Envelope {
  return typeof body === 'object' && body !== null && 'ok' in body && ('value' in body || 'error' in body);
}

/**
 * Keeps a socket to the host. The host says every few seconds how many events it has told on this socket: when the page
 * heard fewer, or hears nothing for too long (a socket that is dead without having been closed, as after sleep), it begins
 * anew, and what it shows is asked for again.
 */
function listen(url: string, tell: (event: BridgeEvent) => void): void {
  let wait = FIRST_WAIT;
  const open = (): void => {
    const socket = new WebSocket(url);
    let heard = 0;
    let last = Date.now();
    const silence = setInterval(() => {
      if (Date.now() - last > LONGEST_SILENCE) lose();
    }, LONGEST_SILENCE / 4);
    const lose = (): void => {
      if (socket.onclose === null) return;
      socket.onclose = null;
      clearInterval(silence);
      socket.close();
      tell({ name: 'bridge.disconnected', data: {} });
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
    socket.onopen = () => {
      last = Date.now();
      wait = FIRST_WAIT;
      tell({ name: 'bridge.connected', data: {} });
    };
    socket.onmessage = (message) => {
      last = Date.now();
      const event = parseEvent(message.data);
      if (event?.name === 'bridge.count') {
        if (toldOf(event.data) !== heard) lose();
      } else if (event) {
        heard += 1;
        tell(event);
      }
    };
    socket.onclose = lose;
  };
  open();
}

function toldOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'told' in data ? data.told : undefined;
}

function parseEvent(data: unknown): BridgeEvent | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const event: unknown = JSON.parse(data);
    if (typeof event === 'object' && event !== null && 'name' in event && typeof event.name === 'string') {
      return { name: event.name, data: 'data' in event ? event.data : {} };
    }
  } catch {
    return undefined;
  }
  return undefined;
}

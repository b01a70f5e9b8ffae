import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Desk } from '../desk/types.ts';

/** A page that reads this little of what it is told is gone or stuck; it asks again when it comes back. */
const MAX_BACKLOG = 4 * 1024 * 1024;
const HEARTBEAT_MS = 30_000;
/** How often a page is told how much it was told, so that it notices what it missed. */
const COUNT_MS = 5_000;

/** Tells every open page what the desk tells. Pages say nothing here. */
export class EventSockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  readonly #alive = new WeakSet<WebSocket>();
  readonly #told = new WeakMap<WebSocket, number>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #count: NodeJS.Timeout;
  readonly #unsubscribe: () => void;

  constructor(desk: Pick<Desk, 'onEvent'>) {
    this.#unsubscribe = desk.onEvent((event) => this.#broadcast(JSON.stringify(event)));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
    this.#count = setInterval(() => this.#tellCount(), COUNT_MS);
    this.#count.unref();
  }

  /** Takes over a connection that the gate has let through. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#alive.add(client);
      client.on('pong', () => this.#alive.add(client));
      client.on('error', () => client.terminate());
    });
  }

  close(): void {
    this.#unsubscribe();
    clearInterval(this.#heartbeat);
    clearInterval(this.#count);
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #broadcast(text: string): void {
    for (const client of this.#server.clients) {
      if (client.bufferedAmount > MAX_BACKLOG) client.terminate();
      else if (client.readyState === client.OPEN) {
        client.send(text);
        this.#told.set(client, this.#toldTo(client) + 1);
      }
    }
  }

  #toldTo(client: WebSocket): number {
    return this.#told.get(client) ?? 0;
  }

  #tellCount(): void {
    for (const client of this.#server.clients) {
      if (client.readyState !== client.OPEN) continue;
      client.send(JSON.stringify({ name: 'bridge.count', data: { told: this.#toldTo(client) } }));
    }
  }

  #beat(): void {
    for (const client of this.#server.clients) {
      if (!this.#alive.has(client)) client.terminate();
      this.#alive.delete(client);
      client.ping();
    }
  }
}

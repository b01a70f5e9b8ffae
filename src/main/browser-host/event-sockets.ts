import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Desk } from '../desk/types.ts';

/** A page that reads this little of what it is told is gone or stuck; it asks again when it comes back. */
const MAX_BACKLOG = 4 * 1024 * 1024;
const HEARTBEAT_MS = 30_000;

/** Tells every open page what the desk tells. Pages say nothing here. */
export class EventSockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  readonly #alive = new WeakSet<WebSocket>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unsubscribe: () => void;

  constructor(desk: Pick<Desk, 'onEvent'>) {
    this.#unsubscribe = desk.onEvent((event) => this.#broadcast(JSON.stringify(event)));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
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
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #broadcast(text: string): void {
    for (const client of this.#server.clients) {
      if (client.bufferedAmount > MAX_BACKLOG) client.terminate();
      else if (client.readyState === client.OPEN) client.send(text);
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

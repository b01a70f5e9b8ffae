import { WebSocket } from 'ws';
import type { World } from './world.ts';

/** Green said no. */
export class Refused extends Error {}

/** One connection. */
export class Client {
  private readonly socket: WebSocket;
  private readonly waiting: { resolve: (text: string) => void; reject: (error: Error) => void }[] = [];
  private id = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    const end = (): void => {
      for (const one of this.waiting.splice(0)) one.reject(new Error('closed'));
    };
    socket.on('message', (data) => this.waiting.shift()?.resolve((data as Buffer).toString('utf8')));
    socket.on('close', end);
    socket.on('error', end);
  }

  static async open(world: Pick<World, 'green'>, protocol = 'wamp.2.json', path = ''): Promise<Client> {
    const socket = new WebSocket(world.green.url + path, protocol);
    const client = new Client(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  static async welcomed(world: Pick<World, 'green'>): Promise<Client> {
    const client = await Client.open(world);
    await client.exchange([1, 'realm1', { roles: { caller: { features: {} } } }]);
    return client;
  }

  /** Sends a text and answers with the next one. Rejects when the connection ends. */
  text(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.socket.readyState !== WebSocket.OPEN) {
        reject(new Error('closed'));
        return;
      }
      this.waiting.push({ resolve, reject });
      this.socket.send(text);
    });
  }

  async exchange(message: unknown): Promise<unknown[]> {
    return JSON.parse(await this.text(JSON.stringify(message))) as unknown[];
  }

  async call<T>(procedure: string, ...args: unknown[]): Promise<T> {
    const id = ++this.id;
    const answer = await this.exchange([48, id, {}, `com.greenaddress.${procedure}`, args]);
    if (answer[0] === 8) throw new Refused(String((answer[5] as unknown[])[1] ?? answer[4]));
    if (answer[0] !== 50 || answer[1] !== id) throw new Error(`unexpected ${JSON.stringify(answer)}`);
    return (answer[3] as [T])[0];
  }

  close(): void {
    this.socket.close();
  }
}

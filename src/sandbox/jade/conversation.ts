import { CODE, DeviceError, Gone } from './errors.ts';
import type { Request } from './framer.ts';
import type { Params } from './params.ts';

/** One request and those that follow it in the same flow. */
export interface Flow {
  /** Of the request that is to be answered next. */
  readonly id: string;
  readonly method: string;
  readonly params: Params;
  /** Answers the request; more of the flow follows. */
  reply(result: unknown, more?: Record<string, unknown>): void;
  /**
   * Waits for the flow's next request, which takes the place of the one before. Any other is refused and ends the flow
   * (throws Gone).
   */
  next(...methods: [string, ...string[]]): Promise<void>;
}

type Send = (message: Record<string, unknown>) => void;

/**
 * What the device does from switching it on until the power goes: one flow at a time, requests in the order in which
 * they came.
 */
export class Conversation {
  private readonly queue: Request[] = [];
  private readonly send: Send;
  private readonly work: (flow: Flow) => Promise<unknown>;
  private waiting: { take(request: Request): void; drop(): void } | null = null;
  private running = false;
  private over = false;

  constructor(send: Send, work: (flow: Flow) => Promise<unknown>) {
    this.send = send;
    this.work = work;
  }

  get busy(): boolean {
    return this.running;
  }

  receive(request: Request): void {
    if (this.waiting) {
      const { take } = this.waiting;
      this.waiting = null;
      take(request);
      return;
    }
    this.queue.push(request);
    if (!this.running) void this.run();
  }

  /** No more replies. */
  end(): void {
    this.over = true;
    this.queue.length = 0;
    this.waiting?.drop();
  }

  private say(message: Record<string, unknown>): void {
    if (!this.over) this.send(message);
  }

  private async run(): Promise<void> {
    this.running = true;
    for (let request = this.queue.shift(); request && !this.over; request = this.queue.shift()) {
      const flow = this.flow(request);
      try {
        const result = await this.work(flow);
        flow.reply(result);
      } catch (error) {
        if (!(error instanceof Gone)) this.say({ id: flow.id, error: described(error) });
      }
    }
    this.running = false;
  }

  private take(): Promise<Request> {
    if (this.over) return Promise.reject(new Gone());
    const queued = this.queue.shift();
    if (queued) return Promise.resolve(queued);
    return new Promise((resolve, reject) => {
      this.waiting = { take: resolve, drop: () => reject(new Gone()) };
    });
  }

  private flow(first: Request): Flow {
    let request = first;
    return {
      get id() {
        return request.id;
      },
      get method() {
        return request.method;
      },
      get params() {
        return request.params ?? {};
      },
      reply: (result, more = {}) => this.say({ id: request.id, ...more, result }),
      next: async (...methods) => {
        const following = await this.take();
        if (!methods.includes(following.method)) {
          const message = `Unexpected message, expecting '${methods[0]}'`;
          this.say({ id: following.id, error: { code: CODE.protocol, message } });
          throw new Gone();
        }
        request = following;
      },
    };
  }
}

function described(error: unknown): { code: number; message: string } {
  if (error instanceof DeviceError) return { code: error.code, message: error.message };
  return { code: CODE.internal, message: error instanceof Error ? error.message : String(error) };
}

import type { Bytes } from '../crypto/index.ts';
import { Cable } from './cable.ts';
import { carryOut } from './calls.ts';
import { encodeItem } from './cbor.ts';
import { Conversation } from './conversation.ts';
import { Core } from './core.ts';
import { CODE, Crash, Gone, absent, busy } from './errors.ts';
import { RequestFramer, type Received } from './framer.ts';
import { labelOf, versionInfo } from './version-info.ts';
import type { Deed, JadeCable, JadeState, JadeView, Person, SimulatedJadeOptions } from './types.ts';
import { setUp } from './unlock.ts';

const MOST_REQUEST = 401 * 1024;
/** How long nothing must come before bytes that make no message are given up, ms: S3 boards, and the older ones. */
const PAUSE_S3 = 2000;
const PAUSE_UART = 3000;

const IDLE: Record<JadeState, string> = {
  UNINIT: 'No wallet yet',
  UNSAVED: 'No PIN yet',
  LOCKED: 'Locked',
  READY: 'Ready',
  TEMP: 'Temporary wallet',
};

/** A Jade made of software, which speaks the firmware's bytes. */
export class SimulatedJade {
  private readonly core: Core;
  private plugged = true;
  private framer: RequestFramer;
  private conversation: Conversation;
  private cable: Cable | null = null;
  /** Replies for a host that is not there: it finds them when it opens the port again. */
  private unread: Bytes[] = [];

  constructor(options: SimulatedJadeOptions) {
    this.core = new Core(options, (deed) => this.press(deed));
    this.begin(options.state ?? (options.oracle ? 'LOCKED' : 'READY'));
    this.framer = this.newFramer();
    this.conversation = this.newConversation();
  }

  get view(): JadeView {
    const { core } = this;
    const { current } = core.panel;
    const idle = [labelOf(core), this.conversation.busy ? 'Processing…' : IDLE[core.state]];
    return {
      plugged: this.plugged,
      locked: core.state !== 'READY',
      state: core.state,
      screen: this.plugged ? [...(current?.lines ?? idle)] : [],
      waits: current?.waits ?? null,
      pin: core.pin,
    };
  }

  /** The lines of every prompt so far. */
  get shown(): readonly (readonly string[])[] {
    return this.core.panel.shown;
  }

  /** Somebody's answers to what it will ask. */
  script(person: Partial<Person>): void {
    this.core.panel.script(person);
  }

  /** The host opens the port. Throws SluiceError JADE_NOT_FOUND while it is unplugged, JADE_BUSY while it is open. */
  connect(): JadeCable {
    if (!this.plugged) throw absent();
    if (this.cable) throw busy();
    const cable = new Cable({
      receive: (bytes) => this.receive(bytes),
      closed: () => {
        if (this.cable === cable) this.cable = null;
      },
      piece: this.core.options.piece ?? Infinity,
    });
    this.cable = cable;
    for (const bytes of this.unread.splice(0)) cable.deliver(bytes);
    return cable;
  }

  /** A button, the PIN, the plug. False when the device does not wait for that. */
  press(deed: Deed): boolean {
    switch (deed.do) {
      case 'unplug':
        this.plugged = false;
        this.losePower('EIO: i/o error, read');
        return true;
      case 'plug':
        this.plugged = true;
        return true;
      case 'lock':
        // In the middle of something it restarts, as after its idle time.
        if (this.conversation.busy) this.losePower('The device restarted.');
        else this.core.forget();
        return true;
      default:
        return this.plugged && this.core.panel.answer(deed);
    }
  }

  /** As it came from its maker, except for the words that its person has on paper. */
  reset(): void {
    this.losePower('The device restarted.');
    this.core.memory.erase();
  }

  private begin(state: JadeState): void {
    const { core } = this;
    const { mnemonic } = core.options;
    if (!core.memory.isNew) return;
    if (state === 'LOCKED') setUp(core);
    else if (state !== 'UNINIT') core.load(mnemonic, state === 'TEMP' ? 'temporary' : 'unsaved');
    if (state === 'READY') core.bind();
  }

  private newFramer(): RequestFramer {
    const { board = 'JADE_V2', maxRequest, now } = this.core.options;
    return new RequestFramer({
      pauseMs: board.startsWith('JADE_V2') ? PAUSE_S3 : PAUSE_UART,
      most: maxRequest ?? MOST_REQUEST,
      now: now ?? (() => performance.now()),
    });
  }

  private newConversation(): Conversation {
    return new Conversation(
      (message) => this.send(message),
      async (flow) => {
        try {
          return await carryOut(this.core, flow);
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          this.losePower('The device restarted.');
          throw new Gone();
        }
      },
    );
  }

  /** Nothing more is answered, what was unlocked is locked, and what had no PIN is gone. */
  private losePower(reason: string): void {
    const { cable } = this;
    this.cable = null;
    this.unread = [];
    this.conversation.end();
    this.core.panel.clear();
    this.core.forget();
    this.framer = this.newFramer();
    this.conversation = this.newConversation();
    cable?.lose(Object.assign(new Error(reason), { disconnected: true }));
  }

  private receive(bytes: Bytes): void {
    for (const received of this.framer.push(bytes)) this.take(received);
  }

  private take(received: Received): void {
    if (received.kind === 'refused') {
      const data = new TextEncoder().encode(String(received.bytes));
      const error = { code: CODE.invalidRequest, message: 'Invalid RPC Request message', data };
      this.send({ id: received.id, error });
      return;
    }
    const { request } = received;
    const { id, method, params } = request;
    // Answered at once, even while a prompt is on the screen.
    if (method === 'ping') this.send({ id, result: this.conversation.busy ? 1 : 0 });
    else if (method === 'get_version_info' && params?.['nonblocking'] === true) {
      this.send({ id, result: versionInfo(this.core) });
    } else this.conversation.receive(request);
  }

  private send(message: Record<string, unknown>): void {
    if (this.core.options.logs) {
      this.deliver(encodeItem({ log: new TextEncoder().encode('I (4711) simulated: reply') }));
    }
    this.deliver(encodeItem(message));
  }

  private deliver(bytes: Bytes): void {
    if (this.cable) this.cable.deliver(bytes);
    else this.unread.push(bytes);
  }
}

import type { JadeDevice } from '../../shared/contract/index.ts';
import { SluiceError } from '../../shared/errors.ts';
import { foreign, presentDevice, unopened } from './device.ts';
import { lost, notAJade, notFound, released, stillWaiting } from './errors.ts';
import { readInfo } from './info.ts';
import { openLink, type JadeLink } from './link.ts';
import { askInfo, createSession, requireUsable, showFingerprint } from './session.ts';
import type {
  AntiExfil,
  JadeNetwork,
  JadePort,
  JadePorts,
  Jades,
  JadeSession,
  JadeTransport,
} from './types.ts';

/** How long a device may take to answer the first ping, ms, and how often it is tried: it may restart when it is opened. */
const GREETING_MS = 4000;
const TRIES_TO_PROBE = 2;
const TRIES_TO_OPEN = 3;
/** How long a port is kept after its session, ms: closing and opening it restarts some boards, which locks them. */
const LINGER_MS = 120_000;

export interface JadesOptions {
  ports: JadePorts;
  network: JadeNetwork;
  antiExfil: AntiExfil;
  /** What a Jade does or waits for, for the person in front of it. */
  tell?: (port: string, sentence: string) => void;
  /** Milliseconds that an unused port is kept for. */
  lingerMs?: number;
  /** For tests: entropy of anti-exfil signing. */
  entropy?: () => Uint8Array;
}

interface Held {
  port: JadePort;
  link: JadeLink;
  inUse: boolean;
  linger: NodeJS.Timeout | null;
}

/** The Jades at this machine. Ports are held only by sessions, and for a while after them. */
export function createJades(options: JadesOptions): Jades {
  const { ports, network, antiExfil } = options;
  const tell = options.tell ?? (() => undefined);
  const held = new Map<string, Held>();
  /** Ports that are being probed or opened just now: nobody else touches them meanwhile. */
  const underWay = new Map<string, Promise<unknown>>();
  let looking: Promise<JadeDevice[]> | null = null;
  let closed = false;

  /** Work on a port, one at a time. */
  function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
    const before = underWay.get(path) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    underWay.set(path, settled);
    void settled.then(() => {
      if (underWay.get(path) === settled) underWay.delete(path);
    });
    return mine;
  }

  async function greet(port: JadePort, transport: JadeTransport, tries: number): Promise<JadeLink> {
    const link = openLink(transport, {
      onWaiting: () => tell(port.path, 'Waiting for the Jade: look at its screen. To stop, reject it there.'),
    });
    try {
      if (!(await link.greet(tries, GREETING_MS))) throw notAJade(port.path);
      return link;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  async function describe(port: JadePort, link: JadeLink): Promise<JadeDevice> {
    const info = readInfo(await link.ask('get_version_info', { nonblocking: true }, GREETING_MS));
    if (!info) return foreign(port);
    return presentDevice(port, info, network, await showFingerprint(link, info, network), link.busy);
  }

  async function probe(port: JadePort): Promise<JadeDevice> {
    const holder = held.get(port.path);
    let opening = holder === undefined;
    try {
      if (holder) return await describe(port, holder.link);
      const transport = await port.open();
      opening = false;
      const link = await greet(port, transport, TRIES_TO_PROBE);
      try {
        return await describe(port, link);
      } finally {
        await link.close();
      }
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      // One that a session holds was a Jade when it was opened.
      if (opening || holder) return unopened(port, error);
      // Whatever speaks, but not as a Jade does.
      return error.code === 'JADE_LOST' ? unopened(port, error) : foreign(port);
    }
  }

  async function look(): Promise<JadeDevice[]> {
    const found = await ports.candidates();
    // A port that is held may be missing from a list that was made at a bad moment.
    const missing = [...held.values()]
      .map(({ port }) => port)
      .filter((port) => !found.some(({ path }) => path === port.path));
    return Promise.all(
      [...found, ...missing].map((port) =>
        held.has(port.path) ? probe(port) : alone(port.path, () => probe(port)),
      ),
    );
  }

  async function drop(holder: Held): Promise<void> {
    if (holder.linger !== null) clearTimeout(holder.linger);
    if (held.get(holder.port.path) === holder) held.delete(holder.port.path);
    await holder.link.close();
  }

  function leave(holder: Held): Promise<void> {
    holder.inUse = false;
    // Whoever leaves in the middle of something cannot come back to it.
    if (holder.link.busy || closed) return drop(holder);
    if (holder.linger !== null) clearTimeout(holder.linger);
    holder.linger = setTimeout(() => void drop(holder), options.lingerMs ?? LINGER_MS);
    holder.linger.unref();
    return Promise.resolve();
  }

  function sessionOn(holder: Held): JadeSession {
    let left = false;
    holder.inUse = true;
    if (holder.linger !== null) clearTimeout(holder.linger);
    holder.linger = null;
    return createSession({
      link: holder.link,
      port: holder.port,
      network,
      antiExfil,
      tell: (sentence) => tell(holder.port.path, sentence),
      entropy: options.entropy,
      async leave() {
        if (left) return;
        left = true;
        await leave(holder);
      },
    });
  }

  async function openNew(path: string): Promise<Held> {
    const port = (await ports.candidates()).find((candidate) => candidate.path === path);
    if (!port) throw notFound(path);
    const link = await greet(port, await port.open(), TRIES_TO_OPEN);
    const holder: Held = { port, link, inUse: true, linger: null };
    try {
      requireUsable(await askInfo(link), port, network);
    } catch (error) {
      await link.close();
      throw error;
    }
    held.set(path, holder);
    link.onClosed(() => {
      if (held.get(path) === holder) held.delete(path);
    });
    return holder;
  }

  return {
    devices() {
      looking ??= look().finally(() => (looking = null));
      return looking;
    },
    open(path) {
      if (closed) return Promise.reject(released());
      if (held.get(path)?.inUse) return Promise.reject(stillWaiting(path));
      return alone(path, async () => {
        const holder = held.get(path);
        if (holder?.inUse) throw stillWaiting(path);
        if (holder) return sessionOn(holder);
        const opened = await openNew(path);
        if (opened.link.closed) throw lost();
        return sessionOn(opened);
      });
    },
    async release(path) {
      const holder = held.get(path);
      if (holder) await drop(holder);
    },
    async close() {
      closed = true;
      await Promise.all([...held.values()].map((holder) => drop(holder)));
      await Promise.allSettled(underWay.values());
    },
  };
}

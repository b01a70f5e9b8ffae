import { spawnSandbox, type SandboxHandle } from '../../src/sandbox/index.ts';
import type { Args } from '../../src/shared/contract/index.ts';

/**
 * SLUICE_TEST_ELEMENTS_URL (`http://user:password@127.0.0.1:port/` of an Elements node in regtest) puts AMP's simulation
 * on a real node; without it the chain is simulated as well.
 */
const REAL_NODE = process.env['SLUICE_TEST_ELEMENTS_URL'];

export interface TestSandbox extends Omit<SandboxHandle, 'control'> {
  connection: NonNullable<Args<'profiles.create'>['connection']>;
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  mine(blocks?: number): Promise<void>;
  truth(): Promise<Truth>;
}

/** Who holds what when the whole chain is opened, base units as text, by asset id. */
export interface Truth {
  height: number;
  assets: Record<
    string,
    { wallets: Record<string, string>; treasury: string; holders: Record<string, string>; burned: string }
  >;
}

/** A simulated world of its own, blocks on demand only. */
export async function testSandbox(options: { seed?: number; stateDir?: string } = {}): Promise<TestSandbox> {
  const handle = await spawnSandbox({
    ...options,
    ...(REAL_NODE === undefined ? {} : { elementsUrl: REAL_NODE }),
  });
  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(new URL(path, handle.control), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  return {
    ...handle,
    connection: {
      ampUrl: handle.amp.url,
      ampUsername: handle.amp.username,
      ampPassword: handle.amp.password,
      elementsUrl: handle.elements.url,
      elementsUsername: handle.elements.username,
      elementsPassword: handle.elements.password,
      elementsWallet: handle.elements.wallet,
    },
    control: ask,
    async mine(blocks = 1) {
      await ask('POST', '/mine', { blocks });
    },
    truth: async () => (await ask('GET', '/truth')) as Truth,
  };
}

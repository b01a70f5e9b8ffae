import { Agent, request } from 'node:http';
import type { CallName, Envelope } from '../../../src/shared/contract/index.ts';

export type Ask = (name: CallName, args: object) => Promise<unknown>;

/** A page's side of the browser host's bridge: the token exchanged for the cookie, one connection kept. */
export async function openBridge(entryUrl: string): Promise<{ ask: Ask; close(): void }> {
  const { origin } = new URL(entryUrl);
  const entered = await fetch(entryUrl);
  const cookie = entered.headers.get('set-cookie')?.split(';')[0];
  await entered.text();
  if (cookie === undefined) throw new Error('The browser host let nobody in.');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { cookie, origin, 'content-type': 'application/json' };

  function post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const length = { 'content-length': Buffer.byteLength(body) };
      const sent = request(
        `${origin}/api/call`,
        { method: 'POST', agent, headers: { ...headers, ...length } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  return {
    async ask(name, args) {
      const envelope = JSON.parse(await post(JSON.stringify({ name, args }))) as Envelope;
      if (!envelope.ok) throw new Error(`${name}: ${envelope.error.message}`);
      return envelope.value;
    },
    close: () => agent.destroy(),
  };
}

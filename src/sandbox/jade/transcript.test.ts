import { afterEach, describe, expect, it } from 'vitest';
import { hostOf, oracleRequest, recorded, request, type Host, type Message } from './testkit.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What a request has to be here, where the oracle is another one than at the recording. */
async function adapted(host: Host, message: Message, before: Message): Promise<Uint8Array | null> {
  const { id, method, params } = message as { id: string; method: string; params?: Record<string, unknown> };
  if (method === 'update_pinserver') {
    const { url, pubkey } = host.oracle;
    return request(method, { ...params, urlA: url, pubkey: Buffer.from(pubkey, 'hex') }, id);
  }
  if (method === 'pin' && params) {
    const { urls, data } = oracleRequest(before);
    const answer = await fetch(urls[0] ?? '', { method: 'POST', body: JSON.stringify(data) });
    return request(method, await answer.json(), id);
  }
  return null;
}

/** What differs from one device or moment to another, by its shape only. */
function shape(step: string, message: Message, origin: string): unknown {
  const result = message.result as Record<string, unknown> | Uint8Array;
  if (step.startsWith('version')) {
    const fields = result as Record<string, unknown>;
    const types = Object.entries(fields).map(([name, value]) => [name, typeof value]);
    return { ...message, result: { ...Object.fromEntries(types), state: fields['JADE_STATE'] } };
  }
  if (step === 'sign_psbt_pset') return { ...message, result: (result as Uint8Array).length };
  if (step.startsWith('auth_user') && typeof result === 'object') {
    const [url] = oracleRequest(message).urls;
    const text = JSON.stringify(message).replace(origin, 'oracle');
    return [url?.replace(origin, ''), text.replace(/"data":"[^"]+"/, '"data":"…"')];
  }
  return message;
}

describe('the simulated Jade', () => {
  it('answers everything that was recorded from real firmware as that did', async () => {
    const host = await hostOf({ features: 'DEV', state: 'UNINIT' }, (close) => void closing.push(close));
    const lines = recorded();
    let before: Message = {};
    let compared = 0;
    for (const [index, { step, dir, bytes, message }] of lines.entries()) {
      if (dir === '<') continue;
      if (step === 'auth_user_wrong_pin' && message['method'] === 'auth_user') {
        host.jade.script({ answers: [{ do: 'pin', pin: '000000' }], afterwards: 'approve' });
      }
      await host.send((await adapted(host, message, before)) ?? bytes);
      before = await host.heard();
      const real = lines[index + 1]?.message ?? {};
      if (step.startsWith('version')) {
        const { result } = shape(step, before, '') as { result: object };
        expect((shape(step, real, '') as { result: object }).result).toMatchObject(result);
      } else {
        const recordedOrigin = 'http://127.0.0.1:36539';
        expect(shape(step, before, host.oracle.url), step).toEqual(shape(step, real, recordedOrigin));
      }
      compared += 1;
    }
    expect(compared).toBe(37);
  });
});

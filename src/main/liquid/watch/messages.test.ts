import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { esploraDouble } from '../../../../test/support/esplora-double.ts';
import type { EsploraDouble } from '../../../../test/support/esplora-double.ts';
import { madeUpTx } from '../../../../test/support/made-up-chain.ts';
import { documentedMessage, type Message } from '../../../../test/support/message-table.ts';
import { SluiceError } from '../../../shared/errors.ts';
import { broadcast, tip } from './chain-calls.ts';

const LIMITS = { request: 2_000, maxBytes: 2_048 };
/** Where the documented server listens. */
const SHOWN = '127.0.0.1:3000';

let server: EsploraDouble;
beforeEach(async () => {
  server = await esploraDouble();
});
afterEach(() => server.close());

const look = (): Promise<unknown> => tip({ kind: 'esplora', url: server.url }, LIMITS);
function answering(status: number, body: string, type = 'text/plain'): Promise<unknown> {
  server.behaviour = (_request, response) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
    return true;
  };
  return look();
}

const SITUATIONS: Record<string, () => Promise<unknown>> = {
  'chain server not there': async () => {
    await server.close();
    return look();
  },
  'chain server silent': () => {
    server.behaviour = () => true;
    return look();
  },
  'chain server hangs up': () => {
    server.behaviour = (request) => {
      request.socket.destroy();
      return true;
    };
    return look();
  },
  'chain server has too much to do': () => answering(429, ''),
  'chain server broken': () => answering(502, ''),
  'a web page instead of a chain server': () => answering(200, '<!doctype html>', 'text/html'),
  'chain server moved': () => answering(301, ''),
  'no Esplora at this address': () => answering(404, ''),
  'an answer that is too long': () => answering(200, ' '.repeat(5_000)),
  'an answer that is no answer': () => answering(200, 'soon'),
  'transaction not taken by the chain server': () => {
    server.refusal = 'min relay fee not met';
    const hex = madeUpTx([{ txid: '11'.repeat(32), vout: 0 }], ['51']);
    return broadcast({ kind: 'esplora', url: server.url }, hex, LIMITS);
  },
};

async function thrownBy(situation: () => Promise<unknown>): Promise<Message> {
  try {
    await situation();
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return {
      code: error.code,
      message: error.message.replaceAll(new URL(server.url).host, SHOWN),
      next: error.next,
    };
  }
  throw new Error('Nothing was thrown.');
}

describe('docs/messages.md', () => {
  it.each(Object.entries(SITUATIONS))('says what happens with %s', async (name, situation) => {
    expect(documentedMessage(name)).toEqual(await thrownBy(situation));
  });
});

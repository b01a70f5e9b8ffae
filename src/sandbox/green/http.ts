import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { OVERSIZE } from '../control/faults.ts';
import { CosignRefusal } from './cosign/index.ts';
import type { Cosigner, Signing } from './cosign/index.ts';
import { ERROR_PAGE } from './faults.ts';
import type { GreenFault, GreenIntercept } from './faults.ts';

const COSIGN_PATH = '/delayed_signature';
const MAX_BODY = 16 * 1024 * 1024;

interface HttpAnswer {
  status: number;
  type: string;
  body: string;
}

/** Answers POST /delayed_signature `{tx, blinding_nonces, scripts}` with `{result, error, tx}`. */
export async function answerCosign(
  request: IncomingMessage,
  response: ServerResponse,
  cosigner: Cosigner,
  intercept: GreenIntercept,
): Promise<void> {
  const { pathname } = new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://127.0.0.1');
  const body = await read(request);
  if (pathname !== COSIGN_PATH) {
    send(response, {
      status: 404,
      type: 'text/html',
      body: '<html><body><h1>Not Found</h1></body></html>\n',
    });
    return;
  }
  if (request.method !== 'POST') {
    send(response, { status: 405, type: 'text/plain', body: 'Method Not Allowed' });
    return;
  }
  const fault = intercept(COSIGN_PATH.slice(1));
  const answer = fault ? await broken(fault, cosigner, body, response) : await cosign(cosigner, body, 'well');
  if (answer) send(response, answer);
}

async function cosign(cosigner: Cosigner, body: string, signing: Signing): Promise<HttpAnswer> {
  try {
    return json({ result: true, error: '', tx: await cosigner.sign(body, signing) });
  } catch (error) {
    if (error instanceof CosignRefusal) return refused(error.message);
    process.stderr.write(
      `sandbox Green: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return {
      status: 500,
      type: 'text/html',
      body: '<html><body><h1>Server Error (500)</h1></body></html>\n',
    };
  }
}

function json(value: unknown, status = 200): HttpAnswer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

function refused(error: string): HttpAnswer {
  return json({ result: false, error, tx: null });
}

/** Null: there is no answer, the connection is left open or broken as the fault says. */
async function broken(
  fault: GreenFault,
  cosigner: Cosigner,
  body: string,
  response: ServerResponse,
): Promise<HttpAnswer | null> {
  const well = (): Promise<HttpAnswer> => cosign(cosigner, body, 'well');
  switch (fault.mode) {
    case 'silent':
      return null;
    case 'refuse':
      response.destroy();
      return null;
    case 'drop':
      await well();
      response.destroy();
      return null;
    case 'error': {
      const words = fault.message ?? 'Internal error';
      return fault.status === undefined ? refused(words) : json({ error: words }, fault.status);
    }
    case 'html':
      return { status: fault.status ?? 502, type: 'text/html', body: ERROR_PAGE };
    case 'garble': {
      const answer = await well();
      return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
    }
    case 'oversize':
      await well();
      return json({ result: true, error: '', tx: '00'.repeat(OVERSIZE / 2) });
    case 'delay': {
      const answer = await well();
      await sleep(fault.ms);
      return answer;
    }
    case 'duplicate':
      await well();
      return well();
    case 'badsig':
      return cosign(cosigner, body, 'badly');
    case 'otherkey':
      return cosign(cosigner, body, 'with another key');
    case 'alter':
      return cosign(cosigner, body, 'another transaction');
    default:
      return well();
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: HttpAnswer): void {
  response
    .writeHead(answer.status, {
      'content-type': answer.type,
      'content-length': Buffer.byteLength(answer.body),
    })
    .end(answer.body);
}

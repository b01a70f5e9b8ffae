import { afterEach, describe, expect, it } from 'vitest';
import {
  deadAddress,
  scriptedServer,
  type Reply,
  type ScriptedServer,
} from '../../../test/support/scripted-server.ts';
import { isAmbiguous, SluiceError } from '../../shared/errors.ts';
import { createAmp0Client } from './client.ts';
import { whatToDo } from './refusals.ts';

const FORM = { tx: '0200aa', nonces: ['ab'.repeat(32), ''], scripts: ['5221'] };

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const client = (cosignUrl: string, cosign = 60_000) =>
  createAmp0Client({
    endpoint: { url: 'ws://127.0.0.1:9/', cosignUrl },
    network: 'regtest',
    deadlines: { cosign },
  });

async function cosigned(reply: Reply, timeout?: number) {
  const server = await scriptedServer(() => reply);
  servers.push(server);
  return client(server.url, timeout).cosign(FORM);
}

async function failure(work: Promise<unknown>): Promise<SluiceError> {
  const error = await work.then(
    (value) => {
      throw new Error(`did not fail but gave ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof SluiceError)) throw error;
  expect(error.next).not.toBe('');
  return error;
}

describe('a cosignature', () => {
  it('is asked for as Green wants it, and its transaction taken over', async () => {
    const server = await scriptedServer(() => ({ json: { result: true, error: '', tx: '0200BB', fee: 1 } }));
    servers.push(server);
    for (const url of [server.url, `${server.url}/`, `${server.url}//`]) {
      expect(await client(url).cosign(FORM)).toEqual({ tx: '0200BB' });
    }
    expect(server.seen.map((request) => `${request.method} ${request.path}`)).toEqual(
      Array.from({ length: 3 }, () => 'POST /delayed_signature'),
    );
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      tx: FORM.tx,
      blinding_nonces: FORM.nonces,
      scripts: FORM.scripts,
    });
    expect(server.seen[0]?.headers['content-type']).toBe('application/json');
  });

  it('that is refused comes back in Green’s words, with what to do', async () => {
    for (const status of [200, 400, 403, 500]) {
      const error = await failure(
        cosigned({
          status,
          json: { result: false, error: 'Recipient lacks category "kyc"\n\u202e.', tx: null },
        }),
      );
      expect(error.code).toBe('COSIGNER_REFUSED');
      expect(error.message).toBe('Green refuses the cosignature: Recipient lacks category "kyc".');
      expect(error.next).toContain('categories');
      expect(isAmbiguous(error)).toBe(false);
    }
  });

  it('shows no blinding nonce that Green repeats', async () => {
    const error = await failure(cosigned({ json: { result: false, error: `bad nonce ${FORM.nonces[0]}` } }));
    expect(error.message).not.toContain(FORM.nonces[0]);
  });

  const html = { headers: { 'content-type': 'text/html' }, body: '<html><h1>Maintenance</h1></html>' };
  const cases: [string, Reply, string][] = [
    ['a web page', html, 'COSIGNER_ANSWER_INVALID'],
    ['a web page under 502', { status: 502, ...html }, 'COSIGNER_UNAVAILABLE'],
    ['a web page under 404', { status: 404, ...html }, 'COSIGNER_ANSWER_INVALID'],
    ['too many requests', { status: 429 }, 'COSIGNER_UNAVAILABLE'],
    ['503', { status: 503, json: { error: 'down' } }, 'COSIGNER_UNAVAILABLE'],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'COSIGNER_ANSWER_INVALID'],
    ['half an answer', { body: '{"result":tr' }, 'COSIGNER_ANSWER_INVALID'],
    ['nothing', { body: '' }, 'COSIGNER_ANSWER_INVALID'],
    ['something else', { json: { hello: 1 } }, 'COSIGNER_ANSWER_INVALID'],
    ['a list', { json: [1] }, 'COSIGNER_ANSWER_INVALID'],
    ['success without a transaction', { json: { result: true, error: '' } }, 'COSIGNER_ANSWER_INVALID'],
    ['success with something else', { json: { result: true, tx: 'xyz' } }, 'COSIGNER_ANSWER_INVALID'],
    ['a broken connection', 'hang-up', 'COSIGNER_UNREACHABLE'],
    ['a connection cut off', 'cut-off', 'COSIGNER_UNREACHABLE'],
  ];
  it.each(cases)('answered by %s', async (_name, reply, code) => {
    expect((await failure(cosigned(reply))).code).toBe(code);
  });

  it('answered by silence, by nobody, or by more than is read', async () => {
    expect((await failure(cosigned('silence', 60))).code).toBe('COSIGNER_TIMEOUT');
    expect((await failure(client(await deadAddress()).cosign(FORM))).code).toBe('COSIGNER_UNREACHABLE');
    const tx = '00'.repeat(9 * 1024 * 1024);
    expect((await failure(cosigned({ json: { result: true, tx } }))).message).toContain('16 MB');
  });

  it('cannot be asked for at an address that is none', async () => {
    for (const url of ['', 'green', 'file:///etc/passwd']) {
      expect((await failure(client(url).cosign(FORM))).code).toBe('INVALID_ARGUMENT');
    }
  });
});

describe('what to do about a refusal', () => {
  const sentences: [string, RegExp][] = [
    ['Asset Lock Fund is transfer restricted: recipient GA1 lacks category kyc', /categories/],
    ['Asset Bonds is transfer restricted: output 0 does not pay an AMP account', /register/],
    ['Asset Bonds is transfer restricted: recipient GA1 is not an account of a registered user', /register/],
    ['Asset Bonds is locked by its issuer', /locked the asset/],
    ['Output ab:0 of asset Bonds is frozen by its issuer', /frozen/],
    ['Input 0 spends ab:0, an address not issued by this server', /did not issue/],
    ['Input 0 spends ab:0, which is spent already', /Scan the wallet/],
    ['Missing prevout: ab:0 of input 0 is not known', /Scan the wallet/],
    ['Missing blinding nonce for output 1', /blinding nonces/],
    ['Blinding nonce of output 1 does not unblind it', /blinding nonces/],
    ['Signature of input 0 is not valid', /signature/],
    ['Input 0 is not finalized as a 2-of-2 of its address', /signature/],
    ['Transfer exceeds the daily limit', /smaller amount/],
    ['Two factor authentication required', /second factor/],
    ['Fee rate too low: fee', /fee rate/],
    ['Something entirely different', /Ask the issuer/],
    ['', /Ask the issuer/],
  ];
  it.each(sentences)('“%s”', (sentence, advice) => {
    expect(whatToDo(sentence)).toMatch(advice);
  });
});

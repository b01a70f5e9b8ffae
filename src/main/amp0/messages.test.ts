import { afterEach, describe, expect, it } from 'vitest';
import { documentedMessage, type Message } from '../../../test/support/message-table.ts';
import { scriptedGreen, type GreenReply, type ScriptedGreen } from '../../../test/support/scripted-green.ts';
import { scriptedServer, type Reply, type ScriptedServer } from '../../../test/support/scripted-server.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createAmp0Client } from './client.ts';

const open: (ScriptedGreen | ScriptedServer)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const ALICE = { username: 'alice', password: 'secret' };
const KEYS = {
  masterXpub: '',
  loginAddress: '',
  masterPubkey: '',
  masterChainCode: '',
  registerPubkey: '',
  registerChainCode: '',
  blobPubkey: '',
  masterBlindingKey: '',
};

const client = (url: string, cosignUrl: string, call = 60_000) =>
  createAmp0Client({ endpoint: { url, cosignUrl }, network: 'regtest', deadlines: { call, cosign: call } });

/** Asks a Green for a challenge, which answers every call by this. */
async function asking(reply: GreenReply, call?: number): Promise<unknown> {
  const green = await scriptedGreen({ answer: () => reply });
  open.push(green);
  return (await client(green.url, '', call).connect()).challenge(KEYS);
}

async function watching(reply: GreenReply): Promise<unknown> {
  const green = await scriptedGreen({ answer: () => reply });
  open.push(green);
  return (await client(green.url, '').connect()).watchOnly(ALICE);
}

async function cosigning(reply: Reply, call?: number): Promise<unknown> {
  const server = await scriptedServer(() => reply);
  open.push(server);
  return client('', server.url, call).cosign({ tx: '', nonces: [], scripts: [] });
}

const refusing = (error: string) => cosigning({ json: { result: false, error } });

const SITUATIONS: Record<string, () => Promise<unknown>> = {
  'Green down': async () => {
    const green = await scriptedGreen();
    await green.close();
    return client(green.url, '').connect();
  },
  'Green silent': () => asking('silence', 300),
  'Green closes the connection': () => asking('close'),
  'Green answers more than 1 MB': () => asking({ value: 'x'.repeat(1_000_100) }),
  'Green answers something unreadable': () => asking({ frame: '<html>' }),
  'a web page instead of Green': async () => {
    const server = await scriptedServer(() => ({ body: '<html></html>' }));
    open.push(server);
    return client(server.url.replace('http', 'ws'), '').connect();
  },
  'Green in trouble': () => cosigning({ status: 503, body: '<html></html>' }),
  'Green silent about a cosignature': () => cosigning('silence', 100),
  'wrong words at Green': () => asking({ error: 'User not found' }),
  'wrong watch-only name or password': () => watching({ error: 'User not found or invalid password' }),
  'AMP0: recipient without the categories': () => refusing('Recipient GA1 lacks category kyc'),
  'AMP0: recipient is no AMP account': () => refusing('Output 0 does not pay an AMP account'),
  'AMP0: asset locked': () => refusing('Asset Bonds is locked by its issuer'),
  'AMP0: coins frozen': () => refusing('Output ab:0 of asset Bonds is frozen by its issuer'),
  'AMP0: coin at an address that Green did not issue': () =>
    refusing('Input 0 spends ab:0, an address not issued by this server'),
  'AMP0: blinding nonce missing': () => refusing('Missing blinding nonce for output 1'),
  'AMP0: coin spent': () => refusing('Input 0 spends ab:0, which is spent already'),
};

describe('the table of messages: Green', () => {
  it.each(Object.keys(SITUATIONS))('%s', async (situation) => {
    const outcome = await SITUATIONS[situation]?.().then(
      () => ({ code: 'none', message: 'nothing failed', next: '' }),
      (error: unknown) => (error instanceof SluiceError ? error.toShape() : error),
    );
    const { code, message, next } = JSON.parse(
      JSON.stringify(outcome)
        .replaceAll(/ws:\/\/127\.0\.0\.1:\d+(?:\/v2\/ws)?/g, 'wss://green.example/v2/ws')
        .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://green.example'),
    ) as Message;
    expect(documentedMessage(situation)).toEqual({ code, message, next });
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { documentedMessage, type Message } from '../../../test/support/message-table.ts';
import {
  deadAddress,
  scriptedServer,
  type Reply,
  type ScriptedServer,
} from '../../../test/support/scripted-server.ts';
import { SluiceError } from '../../shared/errors.ts';
import { createAmp2Client } from './client.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const client = (url: string, cosign = 60_000) =>
  createAmp2Client({
    endpoint: { url, api: 'proxy' },
    deadlines: { cosign },
    sleep: () => Promise.resolve(),
  });

async function answering(reply: Reply, cosign?: number) {
  const server = await scriptedServer(() => reply);
  servers.push(server);
  return client(server.url, cosign);
}

const cosigning = async (reply: Reply, cosign?: number) =>
  (await answering(reply, cosign)).cosign('cHNldA==');
const registering = async (reply: Reply) => (await answering(reply)).register('ct(…)');
const refusing = (error: string, message: string) => cosigning({ status: 403, json: { error, message } });

const SITUATIONS: Record<string, () => Promise<unknown>> = {
  'AMP2 down': async () => client(await deadAddress()).cosign('cHNldA=='),
  'AMP2 silent': () => cosigning('silence', 60),
  'AMP2 in trouble': () => cosigning({ status: 503 }),
  'AMP2 answering HTML': () => cosigning({ headers: { 'content-type': 'text/html' }, body: '<html></html>' }),
  'AMP2 answering something unreadable': () => cosigning({ json: {} }),
  'AMP2 asks to slow down': () => cosigning({ status: 429 }),
  'AMP2 wants a login': () => cosigning({ status: 401 }),
  'AMP2: registered with other blinding keys': () =>
    registering({ status: 403, json: { error: 'forbidden', message: 'Registered already' } }),
  'AMP2: descriptor not accepted': () =>
    registering({ status: 400, json: { error: 'validation_error', message: 'Not a 2-of-2 with our key' } }),
  'AMP2: recipient not registered': () => refusing('wallet_not_found', 'Recipient wallet not registered'),
  'AMP2: recipient not whitelisted': () =>
    refusing(
      'restriction_violation',
      "Recipient wallet wid=abc123 is not in restriction group 'allowed_holders'",
    ),
  'AMP2: amount over the limit': () =>
    refusing('restriction_violation', 'Transfer amount 1200 exceeds the limit of 1199'),
  'AMP2: asset locked': () => refusing('asset_locked', 'Asset MB31 is locked'),
  'AMP2: coin locked': () => refusing('asset_locked', 'UTXO ab:0 is locked by the issuer'),
  'AMP2: sender not registered': () => refusing('wallet_not_found', 'Sender wallet not found'),
  'AMP2: coin spent': () => refusing('invalid_utxo', 'UTXO ab:0 is already spent'),
};

describe('the table of messages: AMP2', () => {
  it.each(Object.keys(SITUATIONS))('%s', async (situation) => {
    const outcome = await SITUATIONS[situation]?.().then(
      () => ({ code: 'none', message: 'nothing failed', next: '' }),
      (error: unknown) => (error instanceof SluiceError ? error.toShape() : error),
    );
    const { code, message, next } = JSON.parse(
      JSON.stringify(outcome).replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://amp2.example'),
    ) as Message;
    expect(documentedMessage(situation)).toEqual({ code, message, next });
  });
});

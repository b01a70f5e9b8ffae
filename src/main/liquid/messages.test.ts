import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyForms, vectors } from '../../../test/support/custody-forms.ts';
import type { CustodyForms } from '../../../test/support/custody-forms.ts';
import {
  custodyPayment,
  custodyPayments,
  LBTC,
  OWN,
  OWNER,
  SERVER,
} from '../../../test/support/custody-pset.ts';
import type { CustodyPset, Kind } from '../../../test/support/custody-pset.ts';
import { documentedMessage } from '../../../test/support/message-table.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { withChecksum } from './descriptor.ts';
import { createLiquid } from './liquid.ts';
import { OUTPUT, parsePset, serializePset } from './pset.ts';

const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

const network = 'regtest' as const;
let wallets: CustodyForms;
let made: Record<Kind, CustodyPset>;
let descriptor: string;
beforeAll(async () => {
  wallets = await custodyForms(liquid, network);
  made = await custodyPayments(liquid);
  descriptor = wallets.forms['AMP2 with SLIP-77'].split('#')[0] ?? '';
});

const sign = (pset: string, mnemonic: string): Promise<string> =>
  liquid.signWithSeed(pset, { mnemonic }, network);
const read = (text: string): Promise<unknown> => liquid.readDescriptor(text, network);
const written = (change: (text: string) => string): Promise<unknown> =>
  read(withChecksum(change(descriptor)));

/** Green's answer to the owner's signature, its text changed. */
async function green(change: (hex: string, form: string) => string): Promise<unknown> {
  const ours = await sign(made.amp0.pset, OWNER);
  const { tx } = await liquid.greenForm(ours, made.amp0.outputs);
  const hex = await liquid.finalize(await sign(ours, SERVER));
  return liquid.takeCosignature(ours, { hex: change(hex, tx) }, OWN);
}

async function anotherTransaction(): Promise<unknown> {
  const other = await custodyPayment(liquid, made.amp2.policy, LBTC);
  return liquid.takeCosignature(made.amp2.pset, { pset: await sign(other.pset, SERVER) }, OWN);
}

async function changedOutput(): Promise<unknown> {
  const answer = parsePset(await sign(made.amp2.pset, SERVER));
  answer.outputs[0]?.delete(OUTPUT.valueRangeproof);
  return liquid.takeCosignature(made.amp2.pset, { pset: serializePset(answer) }, OWN);
}

function knownBlindingKey(): Promise<unknown> {
  const { keys, server } = wallets;
  const key = /slip77\(([0-9a-f]{64})/.exec(vectors.amp2.publicBlindingKey)?.[1] ?? '';
  const user = { fingerprint: keys.fingerprint, ...keys.amp2[0] };
  return liquid.amp2Descriptor({ network, server, user, blinding: { kind: 'slip77', key } });
}

const PRIVATE_KEY =
  'tprv8ZgxMBicQKsPe5YMU9gHen4Ez3ApihUfykaqUorj9t6FDqy3nP6eoXiAo2ssvpAjoLroQxHqr3R5nE3a5dU3DHTjTgJDd7zrbniJr6nrCzd';

const SITUATIONS: Record<string, () => Promise<unknown>> = {
  'descriptor: not one': () => read('wallet of Alice'),
  'descriptor: changed on its way': () => read(`${descriptor}#qqqqqqqq`),
  'descriptor: of another kind': () => written(() => 'ct(elip151,eltr(tpub/<0;1>/*))'),
  'descriptor: private key in it': () => written((text) => text.replace(/tpub[a-zA-Z0-9]*/, PRIVATE_KEY)),
  'descriptor: one address only': () => written((text) => text.replaceAll('/<0;1>/*', '/0/0')),
  'descriptor: hardened step': () => written((text) => text.replaceAll('/<0;1>/*', "/1'/<0;1>/*")),
  'descriptor: other chains': () => written((text) => text.replaceAll('<0;1>', '<3;4>')),
  'descriptor: the same key twice': () =>
    written((text) => text.replace(/multi\(2,([^,]*),.*/, 'multi(2,$1,$1)))')),
  'descriptor: other network': () => liquid.readDescriptor(withChecksum(descriptor), 'liquidv1'),
  'AMP2 with LWK’s public blinding key': knownBlindingKey,
  'payment without its second signature': async () => liquid.finalize(await sign(made.amp2.pset, OWNER)),
  'cosigner: another transaction': anotherTransaction,
  'cosigner: changed PSET': changedOutput,
  'cosigner: changed raw transaction': () =>
    // In the middle of a range proof.
    green((hex) => hex.slice(0, 10_000) + (hex[10_000] === '0' ? '1' : '0') + hex.slice(10_001)),
  'cosigner: invalid signature': () => green((_, form) => form),
  'cosigner: no signature': () => liquid.takeCosignature(made.amp2.pset, { pset: made.amp2.pset }, OWN),
  'cosigner: unreadable': () => liquid.takeCosignature(made.amp2.pset, { pset: 'cHNldP8=' }, OWN),
};

describe('what a person reads', () => {
  it.each(Object.keys(SITUATIONS))('of %s is what the table says', async (situation) => {
    const { code, message, next } = await refusal(SITUATIONS[situation]?.() ?? Promise.resolve());
    expect({ code, message, next }).toEqual(documentedMessage(situation));
  });
});

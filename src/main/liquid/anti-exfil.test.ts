import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { createLiquid } from './index.ts';

/** What a Jade signed by anti-exfil, and the transaction that it signed. */
const recordings = new URL('../../../test/recordings/', import.meta.url);
const { sent } = JSON.parse(readFileSync(new URL('liquid/jade-signed.json', recordings), 'utf8')) as {
  sent: string;
};

const liquid = createLiquid({ workers: 1 });
afterAll(() => liquid.close());

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
/** From the recording of `tx_input` and `get_signature`. */
const entropy = bytes('3ac261e703d959de2f5310b048c60d2e0d08249227768683b1d0a3624aefa09c');
const hostCommitment = '7df22c08a6a775a44e4550ba41156c530a644b53a9197aac87806b32b089e9f7';
const signerCommitment = bytes('0346d15dda8d31d922c46d365600d0b78113a052d2815f8375d213247214ae996c');
const signature = bytes(
  '304502210091607915f0138233ce11ae506cd6e140f33fb6d4a00b5da616779525c6fd61250220385750cc480ca33d5351e067b12fac5eadce10f2a2dff1c42f48e798a3f1853601',
);
const pubkey = bytes('03334c78e01c87a75ccfad1c4fdecccf79172f67c1d7db208783005ba7385cd598');
const cosigner = bytes('03902c1437e07ed21be1d4616fc68b6e41bddda8b85bd5cbe51f4e1cce1ea0b690');

it('commits to an entropy as the recorded host did', async () => {
  expect(Buffer.from(await liquid.antiExfil.commit(entropy)).toString('hex')).toBe(hostCommitment);
});

it('accepts what a Jade signed, and nothing that was changed', async () => {
  const sighash = bytes((await liquid.sighashes(sent))[0] ?? '');
  const claim = { pubkey, sighash, entropy, signerCommitment, signature };
  expect(await liquid.antiExfil.verify(claim)).toBe(true);
  const flipped = (whole: Uint8Array): Uint8Array => whole.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
  for (const changed of [
    { entropy: flipped(entropy) },
    { signerCommitment: flipped(signerCommitment) },
    { sighash: flipped(sighash) },
    { signature: flipped(signature) },
    { pubkey: cosigner },
  ]) {
    expect(await liquid.antiExfil.verify({ ...claim, ...changed })).toBe(false);
  }
});

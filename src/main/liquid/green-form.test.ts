import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyPayments, OWNER } from '../../../test/support/custody-pset.ts';
import type { CustodyPset, Kind } from '../../../test/support/custody-pset.ts';
import { lwkWollet } from '../../../test/support/lwk.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { amount } from '../../shared/money.ts';
import { fromHex, toHex } from './bytes.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import { INPUT, parsePset, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { transactionFromHex } from './transaction.ts';
import { wally } from './wally.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const network = 'regtest' as const;
let made: Record<Kind, CustodyPset>;
beforeAll(async () => {
  made = await custodyPayments(liquid);
});

const sign = (pset: string, mnemonic: string): Promise<string> =>
  liquid.signWithSeed(pset, { mnemonic }, network);

function changed(pset: string, change: (pset: Pset) => void): string {
  const parsed = parsePset(pset);
  change(parsed);
  return serializePset(parsed);
}

describe('greenForm', () => {
  it('has the witness that LWK sends to Green: a placeholder for it, the owner’s signature, the script', async () => {
    const { outputs, pset } = made.amp0;
    const signed = await sign(pset, OWNER);
    const form = await liquid.greenForm(signed, outputs);
    const { witnesses, scriptSigs } = transactionFromHex(form.tx);
    const owner = (await liquid.signaturesOf(signed)).map(({ signature }) => signature);
    const placeholder = `30440220${'7f'.repeat(32)}0220${'7f'.repeat(32)}01`;
    witnesses.forEach((witness, i) => {
      expect(witness.map(toHex)).toEqual(['', placeholder, owner[i], form.scripts[i]]);
      expect(toHex(scriptSigs[i] ?? new Uint8Array())).toBe(`22${made.amp0.coins[i]?.redeemScript ?? ''}`);
    });
    expect(form.scripts).toEqual(made.amp0.coins.map(({ witnessScript }) => witnessScript));
    // As LWK does it: the placeholder as a partial signature of whoever has not signed, then finalized.
    const lwk = loadLwk();
    const dummied = changed(signed, ({ inputs }) => {
      for (const map of inputs) {
        for (const key of [...map.keys()].filter(
          (name) => name.length > 1 && name.startsWith(INPUT.bip32Derivation),
        )) {
          const partial = INPUT.partialSignature + key.slice(1);
          if (!map.has(partial)) map.set(partial, fromHex(placeholder));
        }
      }
    });
    const theirs = lwkWollet(made.amp0.policy.descriptor, network)
      .finalize(new lwk.Pset(dummied))
      .extractTx();
    expect(toHex(theirs.bytes())).toBe(form.tx);
  });

  it('gives nonces that open each output to Green, and LWK the same', async () => {
    const { outputs, pset } = made.amp0;
    const signed = await sign(pset, OWNER);
    const { nonces, tx } = await liquid.greenForm(signed, outputs);
    expect(nonces.map((nonce) => nonce.length)).toEqual([64, 64, 64, 0]);
    const lwk = loadLwk();
    expect(new lwk.Amp0Pset(new lwk.Pset(signed), nonces).blindingNonces()).toEqual(nonces);
    const raw = transactionFromHex(tx);
    outputs.forEach(({ vout, value, assetId }) => {
      const output = raw.outputs[vout];
      const [asset, , , opened] = wally.asset_unblind_with_nonce(
        fromHex(nonces[vout] ?? ''),
        raw.proofs[vout]?.range ?? null,
        output?.value ?? null,
        output?.script ?? null,
        output?.asset ?? null,
      );
      expect(BigInt(opened)).toBe(value);
      expect(toHex(new Uint8Array(asset).reverse())).toBe(assetId);
    });
  });

  it('is not made without the owner’s signature, for other wallets, or with false secrets', async () => {
    const { outputs, pset } = made.amp0;
    expect((await refusal(liquid.greenForm(pset, outputs))).message).toMatch(/owner’s signature/);
    const single = await sign(made.single.pset, OWNER);
    expect((await refusal(liquid.greenForm(single, made.single.outputs))).code).toBe('SIGNING_FAILED');
    const signed = await sign(pset, OWNER);
    for (const lie of [
      outputs.slice(1),
      outputs.map((one) => ({ ...one, value: amount(one.value + 1n) })),
      outputs.map((one) => ({ ...one, ephemeralKey: outputs[0]?.ephemeralKey ?? '' })),
    ]) {
      expect((await refusal(liquid.greenForm(signed, lie))).code).toBe('PROOF_INVALID');
    }
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  custodyPayment,
  custodyPayments,
  LBTC,
  OWN,
  OWNER,
  SERVER,
} from '../../../test/support/custody-pset.ts';
import type { CustodyPset, Kind } from '../../../test/support/custody-pset.ts';
import { lwkSigner, lwkWollet } from '../../../test/support/lwk.ts';
import { refusal } from '../../../test/support/refusal.ts';
import { fromHex, toHex } from './bytes.ts';
import { createLiquid } from './liquid.ts';
import { loadLwk } from './lwk.ts';
import { INPUT, OUTPUT, parsePset, serializePset } from './pset.ts';
import type { Pset } from './pset.ts';
import { transactionFromHex } from './transaction.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

const network = 'regtest' as const;
let made: Record<Kind, CustodyPset>;
beforeAll(async () => {
  made = await custodyPayments(liquid);
});

const sign = (pset: string, mnemonic: string): Promise<string> =>
  liquid.signWithSeed(pset, { mnemonic }, network);
const byLwk = (pset: string, mnemonic: string): string =>
  lwkSigner(mnemonic, network).sign(new (loadLwk().Pset)(pset)).toString();

function changed(pset: string, change: (pset: Pset) => void): string {
  const parsed = parsePset(pset);
  change(parsed);
  return serializePset(parsed);
}

describe('takeCosignature', () => {
  /** What Green returns: the transaction with its own signature in the place of the placeholder. */
  async function byGreen(): Promise<{ ours: string; hex: string }> {
    const ours = await sign(made.amp0.pset, OWNER);
    return { ours, hex: await liquid.finalize(await sign(ours, SERVER)) };
  }
  const verdicts = async (pset: string): Promise<boolean[]> =>
    (await liquid.signaturesOf(pset)).map(({ valid }) => valid);

  it('takes Green’s signatures out of a raw transaction', async () => {
    const { ours, hex } = await byGreen();
    const taken = await liquid.takeCosignature(ours, { hex }, OWN);
    expect(await verdicts(taken)).toEqual([true, true, true, true]);
    expect(await liquid.finalize(taken)).toBe(hex);
  });

  it('takes AMP2’s signatures out of a PSET, before ours or behind, partial or final', async () => {
    const { pset } = made.amp2;
    const first = await liquid.takeCosignature(pset, { pset: byLwk(pset, SERVER) }, OWN);
    expect(await verdicts(first)).toEqual([true, true]);
    const ours = await sign(pset, OWNER);
    const behind = await liquid.takeCosignature(ours, { pset: byLwk(ours, SERVER) }, OWN);
    expect(await liquid.finalize(behind)).toBe(await liquid.finalize(await sign(first, OWNER)));
    const lwk = loadLwk();
    const final = lwkWollet(made.amp2.policy.descriptor, network).finalize(new lwk.Pset(behind)).toString();
    expect(await liquid.takeCosignature(ours, { pset: final }, OWN)).toBe(behind);
    expect(await liquid.takeCosignature(behind, { pset: behind }, OWN)).toBe(behind);
  });

  it('does not take our own signature for the cosigner’s', async () => {
    const ours = await sign(made.amp2.pset, OWNER);
    for (const answer of [ours, made.amp2.pset]) {
      const failed = await refusal(liquid.takeCosignature(ours, { pset: answer }, OWN));
      expect(failed.code).toBe('COSIGNER_ALTERED');
      expect(failed.message).toBe('The cosigner has not signed input 0.');
    }
  });

  it('refuses the placeholder as a signature', async () => {
    const ours = await sign(made.amp0.pset, OWNER);
    const { tx } = await liquid.greenForm(ours, made.amp0.outputs);
    const failed = await refusal(liquid.takeCosignature(ours, { hex: tx }, OWN));
    expect(failed).toMatchObject({ code: 'COSIGNER_ALTERED' });
    expect(failed.message).toMatch(/not valid/);
  });

  it('refuses another transaction, raw or as a PSET', async () => {
    const other = await custodyPayment(liquid, made.amp0.policy, LBTC);
    const hex = await liquid.finalize(await sign(await sign(other.pset, OWNER), SERVER));
    const ours = await sign(made.amp0.pset, OWNER);
    for (const answer of [{ hex }, { pset: await sign(other.pset, SERVER) }]) {
      const failed = await refusal(liquid.takeCosignature(ours, answer, OWN));
      expect(failed).toMatchObject({ code: 'COSIGNER_ALTERED' });
      expect(failed.message).toMatch(/another transaction/);
    }
  });

  it('refuses signatures that do not cover the whole transaction', async () => {
    const { ours, hex } = await byGreen();
    const taken = await liquid.takeCosignature(ours, { hex }, OWN);
    const [theirs] = (await liquid.signaturesOf(taken)).filter(({ fingerprint }) => fingerprint !== OWN);
    const signature = theirs?.signature ?? '';
    const loose = hex.replace(signature, `${signature.slice(0, -2)}83`);
    expect(loose).not.toBe(hex);
    expect((await refusal(liquid.takeCosignature(ours, { hex: loose }, OWN))).code).toBe('COSIGNER_ALTERED');
  });

  const fields: [string, (pset: Pset) => void][] = [
    ['an amount', ({ outputs }) => outputs[1]?.set(OUTPUT.amount, new Uint8Array(8).fill(1))],
    ['a range proof', ({ outputs }) => outputs[1]?.set(OUTPUT.valueRangeproof, new Uint8Array(9))],
    ['a missing range proof', ({ outputs }) => outputs[1]?.delete(OUTPUT.valueRangeproof)],
    ['a missing surjection proof', ({ outputs }) => outputs[1]?.delete(OUTPUT.assetSurjectionProof)],
    [
      'a blinding key',
      ({ outputs }) => outputs[0]?.set(OUTPUT.blindingPubkey, fromHex(`02${'11'.repeat(32)}`)),
    ],
    ['a spent output', ({ inputs }) => inputs[0]?.set(INPUT.witnessUtxo, new Uint8Array(5))],
    ['a script', ({ inputs }) => inputs[0]?.set(INPUT.witnessScript, new Uint8Array(5))],
    ['a sequence', ({ inputs }) => inputs[0]?.set(INPUT.sequence, new Uint8Array(4))],
    ['a recipient', ({ outputs }) => outputs[0]?.set(OUTPUT.script, fromHex(`0014${'11'.repeat(20)}`))],
    ['fewer outputs', ({ outputs }) => outputs.pop()],
  ];
  it.each(fields)('refuses a PSET with %s changed', async (_, change) => {
    const { pset } = made.amp2;
    const answer = changed(await sign(pset, SERVER), change);
    const failed = await refusal(liquid.takeCosignature(pset, { pset: answer }, OWN));
    expect(['COSIGNER_ALTERED', 'COSIGNER_ANSWER_INVALID']).toContain(failed.code);
    expect(failed.next).toMatch(/Nothing of/);
  });

  it('refuses proofs that were changed or left out of a raw transaction', async () => {
    const { ours, hex } = await byGreen();
    const proof = toHex(transactionFromHex(hex).proofs[1]?.range ?? new Uint8Array());
    const at = hex.indexOf(proof) + 2_000;
    const wrong = `${hex.slice(0, at)}${hex[at] === '0' ? '1' : '0'}${hex.slice(at + 1)}`;
    const failed = await refusal(liquid.takeCosignature(ours, { hex: wrong }, OWN));
    expect(failed.message).toMatch(/changed proofs or scripts/);
  });

  it('never lets an unverified signature in, whatever is flipped in an answer', async () => {
    const green = await byGreen();
    const amp2 = {
      ours: made.amp2.pset,
      bytes: new Uint8Array(Buffer.from(byLwk(made.amp2.pset, SERVER), 'base64')),
    };
    const raw = { ours: green.ours, bytes: fromHex(green.hex) };
    // Signatures are few among the proofs: half of the flips are made in the first and the last bytes.
    const place = (length: number): fc.Arbitrary<number> =>
      fc.oneof(fc.nat(length - 1), fc.nat(1_500), fc.integer({ min: length - 14_000, max: length - 1 }));
    const attempt = async (of: typeof raw, bytes: Uint8Array, isPset: boolean): Promise<void> => {
      const answer = isPset ? { pset: Buffer.from(bytes).toString('base64') } : { hex: toHex(bytes) };
      try {
        const taken = await liquid.takeCosignature(of.ours, answer, OWN);
        expect((await verdicts(taken)).every(Boolean)).toBe(true);
        expect(await liquid.sameTransaction({ pset: taken }, { pset: of.ours })).toBe(true);
        // Only what means nothing may differ.
        expect(isPset).toBe(true);
      } catch (error) {
        expect(['COSIGNER_ALTERED', 'COSIGNER_ANSWER_INVALID']).toContain((error as { code?: string }).code);
      }
    };
    const flips = (of: typeof raw, isPset: boolean): Promise<void> =>
      fc.assert(
        fc.asyncProperty(place(of.bytes.length), fc.integer({ min: 1, max: 255 }), (at, mask) => {
          const i = Math.max(0, Math.min(at, of.bytes.length - 1));
          return attempt(of, of.bytes.with(i, (of.bytes[i] ?? 0) ^ mask), isPset);
        }),
        { numRuns: 150 },
      );
    await flips(raw, false);
    await flips(amp2, true);
  });
});

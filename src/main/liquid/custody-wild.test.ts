import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custodyPayments, OWN, OWNER, SERVER } from '../../../test/support/custody-pset.ts';
import type { CustodyPset } from '../../../test/support/custody-pset.ts';
import { wildly } from '../../../test/support/wild-pset.ts';
import { toHex } from './bytes.ts';
import { createLiquid } from './liquid.ts';
import { transactionFromHex } from './transaction.ts';

const liquid = createLiquid({ workers: 2 });
afterAll(() => liquid.close());

let made: CustodyPset;
let byOwner: string;
let byBoth: string;
let hex: string;
beforeAll(async () => {
  ({ amp0: made } = await custodyPayments(liquid));
  byOwner = await liquid.signWithSeed(made.pset, { mnemonic: OWNER }, 'regtest');
  byBoth = await liquid.signWithSeed(byOwner, { mnemonic: SERVER }, 'regtest');
  hex = await liquid.finalize(byBoth);
});

/** What a call came to: its text, or the code of its refusal. */
async function outcome(work: Promise<string>): Promise<{ text: string } | { code: string }> {
  return work.then(
    (text) => ({ text }),
    (error: unknown) => ({ code: String((error as { code?: string }).code) }),
  );
}

function spending(of: string): unknown {
  const { scriptSigs, witnesses, txid } = transactionFromHex(of);
  return { scriptSigs: scriptSigs.map(toHex), witnesses: witnesses.map((parts) => parts.map(toHex)), txid };
}

describe('whatever a PSET of a custody wallet says', () => {
  it('is finished with verified signatures only, or refused', async () => {
    await fc.assert(
      fc.asyncProperty(wildly, async (change) => {
        const pset = change(byBoth);
        const finished = await outcome(liquid.finalize(pset));
        if ('code' in finished) {
          expect(['PSET_INVALID', 'SIGNING_FAILED']).toContain(finished.code);
          return;
        }
        // Signatures cover all but the proofs of outputs, so that only what is spent as it was can have been finished.
        expect(spending(finished.text)).toEqual(spending(hex));
        expect(await liquid.sameTransaction({ pset }, { hex: finished.text })).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('is shown to Green with secrets that open it, or refused', async () => {
    await fc.assert(
      fc.asyncProperty(wildly, async (change) => {
        const pset = change(byOwner);
        const form = await outcome(liquid.greenForm(pset, made.outputs).then(({ tx }) => tx));
        if ('code' in form) expect(['PSET_INVALID', 'PROOF_INVALID', 'SIGNING_FAILED']).toContain(form.code);
        else expect(await liquid.sameTransaction({ pset }, { hex: form.text })).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('never brings an unverified signature into our own, as a cosigner’s answer or as what it is compared with', async () => {
    await fc.assert(
      fc.asyncProperty(wildly, fc.boolean(), async (change, asAnswer) => {
        const ours = asAnswer ? byOwner : change(byOwner);
        const answers = asAnswer ? [{ pset: change(byBoth) }] : [{ pset: byBoth }, { hex }];
        for (const answer of answers) {
          const taken = await outcome(liquid.takeCosignature(ours, answer, OWN));
          if ('code' in taken) {
            expect(taken.code).toMatch(/^(PSET_INVALID|COSIGNER_ALTERED|COSIGNER_ANSWER_INVALID)$/);
            continue;
          }
          expect(await liquid.sameTransaction({ pset: taken.text }, { pset: ours })).toBe(true);
          const [before, after] = await Promise.all([
            liquid.signaturesOf(ours),
            liquid.signaturesOf(taken.text),
          ]);
          const added = after.filter(({ signature }) => !before.some((one) => one.signature === signature));
          expect(added.every((one) => one.valid)).toBe(true);
          expect(new Set(added.map(({ input }) => input)).size).toBe(made.inputs.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

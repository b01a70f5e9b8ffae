import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount } from '../../shared/money.ts';
import { reconcile, type AmpFigures, type Evidence } from './reconcile.ts';

const NONE: Evidence = { unreported: [], strays: [], lostOutputs: [] };
const SHOW = { precision: 0, ticker: 'ACME' };
const TXID = 'ab'.repeat(32);

function figures(change: Partial<Record<keyof AmpFigures, bigint>> = {}): AmpFigures {
  const all = {
    issued: 100n,
    reissued: 50n,
    assigned: 0n,
    distributed: 0n,
    burned: 0n,
    locked: 0n,
    ...change,
  };
  return Object.fromEntries(
    Object.entries({
      ...all,
      treasury: all.issued + all.reissued - all.assigned - all.distributed - all.burned - all.locked,
    }).map(([key, value]) => [key, amount(value)]),
  ) as unknown as AmpFigures;
}

describe('reconciling the treasury', () => {
  it('follows the example of AMP’s own page', () => {
    // 100 issued, two reissuances of 25, ten holders assigned 2 each: AMP says 130, the node still 150.
    const assigned = reconcile(amount(150n), figures({ assigned: 20n }), NONE, SHOW);
    expect(assigned).toMatchObject({ verdict: 'good', expected: 150n, difference: 0n });
    expect(assigned.explanations.map((line) => line.kind)).toEqual(['assigned']);
    // Distributed: both say 130.
    expect(reconcile(amount(130n), figures({ distributed: 20n }), NONE, SHOW)).toMatchObject({
      verdict: 'good',
      explanations: [],
    });
  });

  it('explains what is paid and not yet reported', () => {
    const result = reconcile(
      amount(130n),
      figures({ assigned: 20n }),
      { ...NONE, unreported: [{ operationId: 'o', title: 'Dividend', txid: TXID, amount: amount(20n) }] },
      SHOW,
    );
    expect(result).toMatchObject({ verdict: 'waiting', difference: -20n });
    expect(result.explanations.at(-1)).toMatchObject({ kind: 'unreported', amount: -20n, operationId: 'o' });
  });

  it('knows that a lost wallet’s replacement takes the locked units off twice', () => {
    // 10 distributed and lost, 10 locked, 10 reissued and distributed again: the wallet holds 90 of 100.
    const result = reconcile(
      amount(90n),
      figures({ issued: 100n, reissued: 10n, distributed: 20n, locked: 10n }),
      NONE,
      SHOW,
    );
    expect(result).toMatchObject({ verdict: 'waiting', difference: 10n });
    expect(result.explanations).toMatchObject([{ kind: 'locked', amount: 10n }]);
  });

  it('tells returns from what nobody knows, and never calls the unknown harmless', () => {
    const stray = { txid: TXID, vout: 0, amount: amount(5n) };
    const back = reconcile(
      amount(155n),
      figures(),
      { ...NONE, strays: [{ ...stray, origin: 'returned' }] },
      SHOW,
    );
    expect(back).toMatchObject({ verdict: 'waiting', explanations: [{ kind: 'returned', amount: 5n }] });
    const odd = reconcile(
      amount(155n),
      figures(),
      { ...NONE, strays: [{ ...stray, origin: 'unknown' }] },
      SHOW,
    );
    expect(odd).toMatchObject({ verdict: 'attention', explanations: [{ kind: 'unknown-transaction' }] });
    expect(reconcile(amount(149n), figures(), NONE, SHOW)).toMatchObject({
      verdict: 'wrong',
      explanations: [{ kind: 'unexplained', amount: -1n }],
    });
  });

  it('never loses a unit: what is explained and what is not add up to the difference', () => {
    const units = fc.bigInt({ min: 0n, max: 1_000n });
    fc.assert(
      fc.property(
        units,
        units,
        units,
        units,
        fc.array(units),
        (node, assigned, distributed, locked, strays) => {
          const result = reconcile(
            amount(node),
            figures({ assigned, distributed, locked }),
            {
              ...NONE,
              strays: strays.map((value, vout) => ({
                txid: TXID,
                vout,
                amount: amount(value),
                origin: 'returned' as const,
              })),
            },
            SHOW,
          );
          const explained = result.explanations
            .filter((line) => line.kind !== 'assigned')
            .reduce((sum, line) => sum + line.amount, 0n);
          expect(explained).toBe(result.difference);
          expect(result.verdict === 'good').toBe(result.difference === 0n);
        },
      ),
    );
  });
});

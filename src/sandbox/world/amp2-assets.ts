import type { Amp2AssetPlan, Amp2Server } from '../amp2/index.ts';
import type { Backend } from './backend.ts';
import { treasuryAddress } from './treasury.ts';

/** Of the same issuer, but governed by AMP2: its AMP account knows nothing of them. */
const AMP2_ASSETS: readonly Amp2AssetPlan[] = [
  {
    name: 'Meridian Bond 2031',
    ticker: 'MB31',
    domain: 'meridian.example',
    precision: 2,
    amount: 1_000_000_000n,
    group: 'meridian-professional',
  },
  {
    name: 'Harbour Income Fund',
    ticker: 'HIFD',
    domain: 'meridian.example',
    precision: 0,
    amount: 500_000n,
    group: 'harbour-holders',
  },
];

/**
 * Issues to the treasury those that are not there yet, in transactions of their own, which wait in the mempool for the
 * next block. Returns how many.
 */
export async function issueAmp2Assets(backend: Backend, { amp2, issue }: Amp2Server): Promise<number> {
  const there = new Set(amp2.assets.list().map((asset) => asset.ticker));
  const missing = AMP2_ASSETS.filter((plan) => !there.has(plan.ticker));
  for (const plan of missing) await issue(plan, await treasuryAddress(backend));
  return missing.length;
}

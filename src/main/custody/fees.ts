import type { CustodyWallet, Settings } from '../../shared/contract/index.ts';
import { amount, formatDecimal, parseDecimal, type Amount } from '../../shared/money.ts';

/**
 * Virtual size of an ordinary spend: two or three coins of a 2-of-2, recipient, change of the asset and of L-BTC, each with
 * its range proof. Those seen in the Sandbox had 2,610 (L-BTC alone) to 3,940.
 */
const SPEND_VBYTES = 4_000n;
/** A wallet that cannot pay for so many more asks for L-BTC. */
const SPENDS = 3n;
/** Fee rates have up to three decimals. */
const RATE_DECIMALS = 3;

/** What an ordinary spend costs at the desk's fee rate, rounded up. */
export function spendCost({ feeRate }: Pick<Settings, 'feeRate'>): Amount {
  const unit = 10n ** BigInt(RATE_DECIMALS);
  return amount((SPEND_VBYTES * parseDecimal(feeRate, RATE_DECIMALS) + unit - 1n) / unit);
}

/**
 * How a wallet stands for fees, which are paid in L-BTC from the wallet itself.
 * @param lbtc confirmed and not held
 * @param coming not confirmed yet, or held by payments under way, whose change comes back
 * @param from where it could come from, as words that read on behind “from”; asked only when it is short
 */
export function feeFunds(of: {
  watchOnly: boolean;
  holdsOthers: boolean;
  lbtc: bigint;
  coming: bigint;
  cost: Amount;
  from: () => string;
}): CustodyWallet['fees'] {
  const { lbtc, coming, cost } = of;
  if (of.watchOnly) return { verdict: 'good', sentence: 'It is only watched: nothing is spent from here.' };
  const left = `${formatDecimal(lbtc, 8)} L-BTC`;
  if (lbtc >= cost * SPENDS) {
    return { verdict: 'good', sentence: `${left} for fees, enough for ${lbtc / cost} ordinary spends.` };
  }
  if (lbtc + coming >= cost * SPENDS) {
    const free = lbtc === 0n ? 'No L-BTC free for fees now' : `${left} free for fees now`;
    return {
      verdict: 'waiting',
      sentence: `${free}; ${formatDecimal(coming, 8)} is not confirmed yet or held by payments under way.`,
    };
  }
  const from = of.from();
  const sentence =
    lbtc === 0n
      ? `No L-BTC for fees; a spend costs about ${formatDecimal(cost, 8)}. Send some here from ${from}.`
      : `${left} for fees; a spend costs about ${formatDecimal(cost, 8)}. Send more here from ${from}.`;
  return { verdict: of.holdsOthers || lbtc > 0n ? 'attention' : 'waiting', sentence };
}

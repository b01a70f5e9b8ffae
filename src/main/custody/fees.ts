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
 * @param lbtc of the wallet; what is not confirmed yet or held by payments under way comes back as change
 * @param from where it could come from, as words that read on behind “from”; asked only when it is short
 */
export function feeFunds(of: {
  watchOnly: boolean;
  holdsOthers: boolean;
  lbtc: { confirmed: bigint; pending: bigint; held: bigint };
  cost: Amount;
  from: () => string;
}): CustodyWallet['fees'] {
  const { cost } = of;
  if (of.watchOnly) return { verdict: 'good', sentence: 'It is only watched: nothing is spent from here.' };
  const { confirmed, pending } = of.lbtc;
  // A payment that the network has, and this desk does not know of it yet, holds coins that are spent.
  const held = of.lbtc.held < confirmed ? of.lbtc.held : confirmed;
  const lbtc = confirmed - held;
  const coming = pending + held;
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

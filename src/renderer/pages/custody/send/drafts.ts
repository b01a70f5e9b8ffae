import type { Args, CustodyAsset, Result } from '../../../../shared/contract/index.ts';
import { sum, type Amount } from '../../../../shared/money.ts';
import { formatAmount } from '../../../lib/format.ts';

/** What an address or payment link was found to mean. */
export type PaymentReading = Result<'custody.readPayment'>;

/** A recipient as far as it is filled in. */
export interface Draft {
  key: number;
  /** Address, or a payment link until it is read. */
  to: string;
  label: string;
  amount: Amount | undefined;
  /** Counts up whenever something else than the person set the amount, so that the field shows it. */
  filled: number;
  /** Why the address cannot be paid, in words. */
  refusal: string | undefined;
  /** Wallet of ours that the address belongs to. */
  ownWallet: string | undefined;
}

export function draft(key: number, to = '', amount?: Amount, label = ''): Draft {
  return { key, to, label, amount, filled: 0, refusal: undefined, ownWallet: undefined };
}

/** A recipient after its address or link was read: what the link says is filled in, what was typed is kept. */
export function withReading(before: Draft, { address, amount, label, ownWallet }: PaymentReading): Draft {
  return {
    ...before,
    to: address,
    label: before.label === '' ? label : before.label,
    refusal: undefined,
    ownWallet: ownWallet?.name,
    ...(amount === null ? {} : { amount, filled: before.filled + 1 }),
  };
}

/** Pasted rather than typed: as much as no key gives at once, so that it is read without waiting for more. */
export function looksPasted(before: string, after: string): boolean {
  return Math.abs(after.length - before.length) > 8;
}

type Asset = Pick<CustodyAsset, 'assetId' | 'precision' | 'ticker' | 'name'>;
export type PaidRecipients = Args<'treasury.planSend'>['recipients'];

/** What is wrong with the form by field, or nothing. `available` bounds the total where it is known. */
export function draftProblems(
  drafts: readonly Draft[],
  asset: Asset | undefined,
  available: Amount | undefined,
  everything = false,
): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!asset) problems['asset'] = 'Choose what to send.';
  for (const each of drafts) {
    if (each.to.trim() === '') problems[`to.${each.key}`] = 'Enter an address.';
    else if (each.refusal !== undefined) problems[`to.${each.key}`] = each.refusal;
    if (!everything && each.amount === undefined) problems[`amount.${each.key}`] = 'Enter an amount.';
  }
  if (everything && drafts.length > 1) {
    problems['everything'] = 'Everything goes to one recipient: take the others away, or enter amounts.';
  }
  if (everything && available === 0n) problems['everything'] = 'Nothing of this asset is free.';
  const total = sum(drafts.flatMap(({ amount }) => (amount === undefined ? [] : [amount])));
  if (!everything && asset && available !== undefined && total > available) {
    problems['total'] =
      `Only ${formatAmount(available, asset.precision)} ${asset.ticker ?? asset.name} is free; this is ${formatAmount(total, asset.precision)}.`;
  }
  return problems;
}

/** The recipients as the desk is told of them. */
export function recipientsOf(drafts: readonly Draft[], everything?: Amount): PaidRecipients {
  return drafts.map(({ to, label, amount }) => ({
    address: to.trim(),
    amount: everything ?? (amount as Amount),
    ...(label.trim() === '' ? {} : { label: label.trim() }),
  }));
}

import { describe, expect, it } from 'vitest';
import { amount } from '../../../../shared/money.ts';
import { draft, draftProblems, looksPasted, recipientsOf, withReading } from './drafts.ts';

const ACME = { assetId: 'ab'.repeat(32), name: 'Acme', ticker: 'ACME', precision: 2 };

describe('a payment link that was read', () => {
  const reading = {
    address: 'el1qqacme',
    assetId: ACME.assetId,
    amount: amount(1_250n),
    label: 'Invoice 7',
    ownWallet: null,
  };

  it('fills in address, amount and label, and makes the field show the amount', () => {
    expect(withReading(draft(1, 'liquidnetwork:el1qqacme?amount=12.5'), reading)).toMatchObject({
      to: 'el1qqacme',
      amount: 1_250n,
      label: 'Invoice 7',
      filled: 1,
      refusal: undefined,
    });
  });

  it('keeps what a person typed where the link says nothing', () => {
    const typed = { ...draft(1, 'el1qqacme', amount(5n), 'Rent'), refusal: 'no' };
    expect(withReading(typed, { ...reading, amount: null })).toMatchObject({
      amount: 5n,
      label: 'Rent',
      filled: 0,
      refusal: undefined,
    });
  });

  it('names the wallet of ours that is paid', () => {
    const own = { ...reading, ownWallet: { id: 'w2', name: 'Cold' } };
    expect(withReading(draft(1), own).ownWallet).toBe('Cold');
  });
});

it('tells pasting from typing', () => {
  expect(looksPasted('', 'e')).toBe(false);
  expect(looksPasted('el1qq', 'el1qqa')).toBe(false);
  expect(looksPasted('', 'el1qqacmeacme')).toBe(true);
});

describe('what is wrong with a payment', () => {
  it('is nothing when it is whole and covered', () => {
    expect(draftProblems([draft(1, 'el1qq', amount(100n))], ACME, amount(100n))).toEqual({});
    expect(draftProblems([draft(1, 'el1qq', amount(100n))], ACME, undefined)).toEqual({});
  });

  it('is said by field', () => {
    expect(Object.keys(draftProblems([draft(3)], undefined, undefined))).toEqual([
      'asset',
      'to.3',
      'amount.3',
    ]);
    const refused = { ...draft(1, 'bc1q', amount(1n)), refusal: 'This is a Bitcoin address.' };
    expect(draftProblems([refused], ACME, undefined)).toEqual({ 'to.1': 'This is a Bitcoin address.' });
  });

  it('counts all recipients against what is free', () => {
    const two = [draft(1, 'a', amount(60n)), draft(2, 'b', amount(50n))];
    expect(draftProblems(two, ACME, amount(100n))['total']).toContain(
      'Only 1.00 ACME is free; this is 1.10.',
    );
  });

  it('sends everything to one, and only when there is something', () => {
    expect(draftProblems([draft(1, 'a')], ACME, amount(5n), true)).toEqual({});
    expect(draftProblems([draft(1, 'a'), draft(2, 'b')], ACME, amount(5n), true)['everything']).toContain(
      'one recipient',
    );
    expect(draftProblems([draft(1, 'a')], ACME, amount(0n), true)['everything']).toContain('Nothing');
  });
});

it('tells the desk trimmed addresses, and labels where there are any', () => {
  expect(recipientsOf([draft(1, ' a ', amount(1n)), draft(2, 'b', amount(2n), ' Rent ')])).toEqual([
    { address: 'a', amount: 1n },
    { address: 'b', amount: 2n, label: 'Rent' },
  ]);
  expect(recipientsOf([draft(1, 'a')], amount(9n))).toEqual([{ address: 'a', amount: 9n }]);
});

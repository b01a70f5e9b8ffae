import { describe, expect, it } from 'vitest';
import type { CustodyAsset } from '../../shared/contract/index.ts';
import { amount } from '../../shared/money.ts';
import { free, mainFirst, sendWord, spendBadge, spendHeading, waitsForPerson } from './custody-words.ts';

const asset = (kind: CustodyAsset['kind'], name: string, ticker: string | null = null): CustodyAsset => ({
  assetId: name.charCodeAt(0).toString(16).repeat(32),
  name,
  ticker,
  precision: 2,
  kind,
});
const problem = { code: 'COSIGNER_REFUSED', message: 'No.', next: '', at: 0 };

describe('words about custody', () => {
  it('name a payment by amount and recipients, with the name where there is no ticker', () => {
    const recipients = [{ address: 'a', label: '', amount: amount(1_250_000n) }];
    expect(spendHeading({ total: amount(1_250_000n), asset: asset('amp', 'Acme', 'ACME'), recipients })).toBe(
      'Send 12,500.00 ACME to 1 recipient',
    );
    expect(spendHeading({ total: amount(5n), asset: asset('named', 'Acme'), recipients })).toBe(
      'Send 0.05 Acme to 1 recipient',
    );
  });

  it('ask for the ticker, or the first six digits of the id', () => {
    expect(sendWord({ ticker: 'ACME', assetId: 'ab'.repeat(32) })).toBe('ACME');
    expect(sendWord({ ticker: null, assetId: 'ab'.repeat(32) })).toBe('ababab');
  });

  it('list what is governed first and L-BTC last', () => {
    const rows = [asset('lbtc', 'L-BTC'), asset('unknown', 'x'), asset('amp', 'Zeta'), asset('amp', 'Acme')];
    expect(mainFirst(rows.map((each) => ({ asset: each }))).map((row) => row.asset.name)).toEqual([
      'Acme',
      'Zeta',
      'x',
      'L-BTC',
    ]);
  });

  it('never call less than nothing free', () => {
    expect(free({ confirmed: amount(10n), held: amount(4n) })).toBe(6n);
    expect(free({ confirmed: amount(1n), held: amount(4n) })).toBe(0n);
  });
});

describe('a payment', () => {
  it('waits for a person at the decision, at a key elsewhere, and after a failure', () => {
    expect(waitsForPerson({ state: 'open', waitsFor: 'start', problem: null })).toBe(true);
    expect(waitsForPerson({ state: 'open', waitsFor: 'signer', problem: null })).toBe(true);
    expect(waitsForPerson({ state: 'open', waitsFor: 'cosigner', problem })).toBe(true);
    expect(waitsForPerson({ state: 'open', waitsFor: 'cosigner', problem: null })).toBe(false);
    expect(waitsForPerson({ state: 'sent', waitsFor: 'confirmations', problem: null })).toBe(false);
    expect(waitsForPerson({ state: 'refused', waitsFor: null, problem })).toBe(false);
  });

  it('says so on its badge', () => {
    expect(spendBadge({ state: 'open', waitsFor: 'cosigner', problem })).toEqual(['attention', 'Needs you']);
    expect(spendBadge({ state: 'open', waitsFor: 'jade', problem: null })[1]).toBe('Waits for you');
    expect(spendBadge({ state: 'open', waitsFor: 'network', problem: null })[1]).toBe('Open');
    expect(spendBadge({ state: 'refused', waitsFor: null, problem })).toEqual(['wrong', 'Refused']);
  });
});

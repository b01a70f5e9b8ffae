import { describe, expect, it } from 'vitest';
import type { CustodyWallet } from '../../../shared/contract/index.ts';
import { amount } from '../../../shared/money.ts';
import { issuerRows } from './issuer-rows.ts';

const wallet = { id: 'w1', wid: 'aa', name: 'Omnibus' } as CustodyWallet;
const registered = {
  wallets: [
    { wid: 'aa', registeredAt: 1 },
    { wid: 'bb', registeredAt: 2 },
  ],
};

describe('a wallet as the issuer sees it', () => {
  it('is named where it is one of this desk, and counted with all that it holds', () => {
    const asset = {
      members: ['aa'],
      ownership: [
        { wid: 'aa', amount: amount(3n) },
        { wid: 'aa', amount: amount(4n) },
      ],
    };
    expect(issuerRows(registered, asset, [wallet])).toEqual([
      { wid: 'aa', wallet, member: true, amount: 7n },
      { wid: 'bb', wallet: undefined, member: false, amount: 0n },
    ]);
  });

  it('stands beside what lies outside registered wallets', () => {
    const asset = { members: [], ownership: [{ wid: null, amount: amount(9n) }] };
    expect(issuerRows(registered, asset, []).at(-1)).toEqual({
      wid: null,
      wallet: undefined,
      member: false,
      amount: 9n,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { amount } from '../../shared/money.ts';
import { checkArgs } from './check-args.ts';

describe('what a person filled in', () => {
  it('passes when the contract accepts it', () => {
    expect(checkArgs('holders.add', { name: 'Ada', isCompany: false })).toEqual({});
    expect(checkArgs('allocations.addRow', { id: 'a', holderId: 3, amount: amount(5n) })).toEqual({});
  });

  it('is answered by field and in words', () => {
    expect(checkArgs('holders.add', { name: ' ', isCompany: false, gaid: 'XX' })).toEqual({
      name: 'Fill this in.',
      gaid: 'A GAID begins with GA followed by base58 characters.',
    });
    expect(checkArgs('secrets.createVault', { passphrase: 'short' })).toEqual({
      passphrase: 'At least 8 characters.',
    });
  });

  it('names fields within fields', () => {
    const problems = checkArgs('profiles.create', {
      name: 'Main',
      network: 'liquidv1',
      connection: {
        ampUrl: 'amp.example',
        ampUsername: '',
        ampPassword: 'x',
        elementsUrl: 'http://127.0.0.1:7041',
        elementsUsername: '',
        elementsPassword: '',
        elementsWallet: 'w',
      },
    });
    expect(problems['connection.ampUrl']).toContain('http://');
    expect(problems['connection.ampUsername']).toBe('Fill this in.');
    expect(Object.keys(problems)).toHaveLength(2);
  });
});

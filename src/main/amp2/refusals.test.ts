import { describe, expect, it } from 'vitest';
import { refusal } from './refusals.ts';

describe('a refused cosignature', () => {
  const sentences: [string, string, RegExp][] = [
    [
      'restriction_violation',
      'Recipient wallet wid=1 is not in restriction group ‘locked-in’',
      /issuer allows/,
    ],
    ['restriction_violation', 'Transfer amount 1200 of MB31 exceeds the limit of 1199', /limit/],
    ['restriction_violation', 'Asset MB31 cannot be burned by this wallet', /rules forbid/],
    ['wallet_not_found', 'UTXO ab:0 does not belong to a registered wallet', /does not know this wallet/],
    [
      'wallet_not_found',
      'Recipient of MB31 is not a wallet registered with AMP2',
      /recipient is not registered/,
    ],
    ['asset_locked', 'UTXO ab:0 is locked by the issuer', /coin of this payment is locked/],
    ['asset_locked', 'Asset MB31 (ab) is locked', /asset is locked/],
    ['invalid_utxo', 'UTXO ab:0 is already spent by cd', /not there any more/],
    ['invalid_utxo', 'UTXO ab:0 does not exist', /not there any more/],
    ['invalid_utxo', 'UTXO ab:0 cannot be unblinded', /cannot read the payment/],
    ['invalid_pset', 'Invalid PSET: a signature of input 0 does not hold', /cannot read the payment/],
  ];

  it.each(sentences)('%s: %s', (code, sentence, what) => {
    expect(refusal(code, sentence).what).toMatch(what);
  });

  it.each(sentences)('without a code: (%s) %s', (_code, sentence, what) => {
    // As the server itself says it: one text in the place of the code.
    expect(refusal(sentence, sentence).what).toMatch(what);
  });

  it.each([
    ['asset_locked', /asset is locked/],
    ['recipient_not_registered', /recipient is not registered/],
    ['amount_exceeded', /limit/],
    ['restriction_violation', /rules forbid/],
    ['teapot', /^AMP2 does not cosign$/],
    ['', /^AMP2 does not cosign$/],
  ])('with nothing but the code “%s”', (code, what) => {
    expect(refusal(code, '').what).toMatch(what);
    expect(refusal(code, '').next).not.toBe('');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../shared/errors.ts';
import type { LiquidNetwork } from '../liquid/index.ts';
import { readPaymentLink } from './payment-link.ts';

const LBTC = '6f'.repeat(32);
const EURO = 'e0'.repeat(32);
const ADDRESS =
  'lq1qqvxk052kf3qtkxmrakx50a9gc3smqad2ync54hzntjt980kfej9kkfe0247rp5h4yzmdftsahhw64uy8pzfe7cpg4fgykm7cv';

function read(text: string, network: LiquidNetwork = 'liquidv1') {
  return readPaymentLink(text, {
    network,
    policyAsset: LBTC,
    precision: (assetId) => (assetId === EURO ? 2 : assetId === LBTC ? 8 : 0),
  });
}

describe('a payment link', () => {
  it('is a plain address as well', () => {
    expect(read(` ${ADDRESS}\n`)).toEqual({ address: ADDRESS, assetId: null, amount: null, label: '' });
  });

  it('counts in whole units of its asset', () => {
    expect(
      read(`liquidnetwork:${ADDRESS}?amount=12.5&assetid=${EURO.toUpperCase()}&label=Rent%20May`),
    ).toEqual({
      address: ADDRESS,
      assetId: EURO,
      amount: 1250n,
      label: 'Rent May',
    });
    expect(read(`LIQUIDNETWORK:${ADDRESS}?amount=0.00000001`).amount).toBe(1n);
    expect(read(`liquidtestnet:${ADDRESS}?message=Hello`, 'regtest').label).toBe('Hello');
  });

  it.each([
    [
      'more decimals than the asset has',
      `liquidnetwork:${ADDRESS}?amount=0.005&assetid=${EURO}`,
      /2 decimals/,
    ],
    ['no figure', `liquidnetwork:${ADDRESS}?amount=1e3`, /no amount/],
    ['nothing', `liquidnetwork:${ADDRESS}?amount=0`, /nobody can be paid/],
    ['a negative amount', `liquidnetwork:${ADDRESS}?amount=-1`, /no amount/],
    ['two amounts', `liquidnetwork:${ADDRESS}?amount=1&amount=2`, /twice/],
    ['an asset that is none', `liquidnetwork:${ADDRESS}?assetid=euro`, /64 hex digits/],
    ['what it does not know but must', `liquidnetwork:${ADDRESS}?req-escrow=1`, /req-escrow/],
    ['another network', `liquidtestnet:${ADDRESS}`, /Liquid’s testnet; this desk is on Liquid/],
    ['Bitcoin', 'bitcoin:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', /another chain/],
    ['another scheme', 'lightning:lnbc1', /begins with “lightning:”/],
    ['a broken escape', `liquidnetwork:${ADDRESS}?label=%E0%A4%A`, /damaged/],
    ['words', 'pay me please', /neither an address/],
  ])('refuses %s in words', (_what, text, words) => {
    expect(() => read(text)).toThrow(words);
    expect(() => read(text)).toThrow(SluiceError);
  });

  it('ignores what it need not know', () => {
    expect(read(`liquidnetwork:${ADDRESS}?pj=https%3A%2F%2Fexample.com&x`).address).toBe(ADDRESS);
  });

  it('never fails but in words', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('', 'liquidnetwork:', 'liquidnetwork:x?amount='),
        (text, start) => {
          try {
            const { amount } = read(start + text);
            expect(amount === null || amount > 0n).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(SluiceError);
          }
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../shared/errors.ts';
import { parseLossless } from '../../shared/lossless.ts';
import { toElements } from '../../shared/money.ts';
import { readBurnFile, readDistributionFile, readReissueFile } from './script-file.ts';

const UUID = '35bec770-03cc-47e7-aa64-cc9a943b71fd';
const DUUID = 'b5d1f0c2-7a55-4c0e-9d6e-4a1f5b0e8f11';
const ASSET = 'ab'.repeat(32);
const expected = { assetUuid: UUID, host: 'amp-test.blockstream.com' };

const file = (change: Record<string, unknown> = {}) => ({
  command: 'distribute',
  min_supported_client_script_version: 2,
  base_url: 'https://amp-test.blockstream.com/api/{}',
  asset_uuid: UUID,
  asset_id: ASSET,
  distribution_uuid: DUUID,
  map_address_amount: { addr1: 0.5 as unknown, addr2: 1 as unknown },
  map_address_asset: { addr1: ASSET, addr2: ASSET } as Record<string, string>,
  ...change,
});

/** As the client reads it: through JSON text, without floats. */
const read = (body: unknown) => readDistributionFile(parseLossless(JSON.stringify(body)), expected);

function refusal(work: () => unknown): SluiceError {
  try {
    work();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('the distribution file', () => {
  it('is read into base units, in AMP’s order', () => {
    expect(read(file({ map_address_amount: { addr2: '1.00000001', addr1: 0.5 } }))?.payments).toEqual([
      { address: 'addr2', assetId: ASSET, amount: 100_000_001n },
      { address: 'addr1', assetId: ASSET, amount: 50_000_000n },
    ]);
  });

  it.each([
    ['1e-08', 1n],
    ['0.00000001', 1n],
    ['"1e-08"', 1n],
    ['21000000.00000000', 2_100_000_000_000_000n],
    ['"0.5"', 50_000_000n],
    ['1E2', 10_000_000_000n],
    ['3', 300_000_000n],
  ])('the figure %s is %s base units', (figure, units) => {
    const text = JSON.stringify(file()).replace('"addr1":0.5', `"addr1":${figure}`);
    expect(readDistributionFile(parseLossless(text), expected)?.payments[0]?.amount).toBe(units);
  });

  it('keeps every payable amount to the unit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2_100_000_000_000_000n }), (units) => {
        const text = JSON.stringify(file()).replace('"addr1":0.5', `"addr1":${toElements(units)}`);
        expect(readDistributionFile(parseLossless(text), expected)?.payments[0]?.amount).toBe(units);
      }),
    );
  });

  it.each([
    {},
    { detail: 'No assignments ready.' },
    { error: 'nothing' },
    { distribution_uuid: null },
    { distribution_uuid: '' },
  ])('without a distribution_uuid (%j) there was nothing to distribute', (body) => {
    expect(read(body)).toBeNull();
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      'from another AMP',
      { base_url: 'https://amp.blockstream.com/api/{}' },
      /another AMP \(amp\.blockstream\.com/,
    ],
    [
      'from a look-alike',
      { base_url: 'https://amp-test.blockstream.com.evil.example/api/{}' },
      /another AMP/,
    ],
    ['from another port', { base_url: 'https://amp-test.blockstream.com:8443/api/{}' }, /another AMP/],
    ['without an address', { base_url: '{}' }, /base_url/],
    [
      'that demands a later script',
      { min_supported_client_script_version: 3 },
      /demands version 3.*Update the desk/,
    ],
    ['for another job', { command: 'burn' }, /command is “burn”/],
    ['for another asset', { asset_uuid: DUUID }, /another asset/],
    [
      'that pays another asset',
      { map_address_asset: { addr1: ASSET, addr2: 'cd'.repeat(32) } },
      /another asset/,
    ],
    ['with an address without an asset', { map_address_asset: { addr1: ASSET } }, /no asset/],
    ['with an asset without an amount', { map_address_amount: { addr1: 1 } }, /no amount/],
    ['that pays nobody', { map_address_amount: {}, map_address_asset: {} }, /pays nobody/],
    ['with an amount of 0', { map_address_amount: { addr1: 0, addr2: 1 } }, /0 base units/],
    ['with a negative amount', { map_address_amount: { addr1: -1, addr2: 1 } }, /base units/],
    ['with more than 21 million', { map_address_amount: { addr1: 21_000_001, addr2: 1 } }, /base units/],
    ['with nine decimals', { map_address_amount: { addr1: '0.000000001', addr2: 1 } }, /map_address_amount/],
    [
      'with an amount that is none',
      { map_address_amount: { addr1: 'lots', addr2: 1 } },
      /map_address_amount/,
    ],
    ['with an asset id that is none', { asset_id: 'bitcoin' }, /asset_id/],
  ])('%s is refused in words that name it', (_name, change, message) => {
    const error = refusal(() => read(file(change)));
    expect(error.code).toBe('AMP_ANSWER_INVALID');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(DUUID);
    expect(error.next).toContain('Nothing was paid');
  });

  it('version 2, 1 or none is understood', () => {
    for (const version of [2, 1, 0, '2', null, undefined]) {
      expect(read(file({ min_supported_client_script_version: version }))?.distributionUuid).toBe(DUUID);
    }
  });

  it('addresses called like parts of an object are addresses', () => {
    const error = refusal(() =>
      read(file({ map_address_amount: { constructor: 1 }, map_address_asset: {} })),
    );
    expect(error.message).toMatch(/no asset/);
  });
});

describe('the files of reissuance and burn', () => {
  const order = (command: string, coins: string) => ({
    ...file({ command }),
    amount: 0.0001,
    [coins]: [{ txid: 'cd'.repeat(32), vout: 1, more: 'ignored' }],
  });

  it('give amount and coins', () => {
    const wanted = {
      assetUuid: UUID,
      assetId: ASSET,
      amount: 10_000n,
      coins: [{ txid: 'cd'.repeat(32), vout: 1 }],
    };
    const parse = (body: unknown) => parseLossless(JSON.stringify(body));
    expect(readReissueFile(parse(order('reissue', 'reissuance_utxos')), expected)).toEqual(wanted);
    expect(readBurnFile(parse(order('burn', 'utxos')), expected)).toEqual(wanted);
  });

  it('are not taken for each other', () => {
    expect(
      refusal(() => readBurnFile({ ...order('reissue', 'utxos'), amount: '1' }, expected)).message,
    ).toMatch(/command/);
    expect(
      refusal(() => readReissueFile({ ...order('reissue', 'utxos'), amount: '1' }, expected)).message,
    ).toMatch(/reissuance_utxos/);
    expect(refusal(() => readBurnFile(null, expected)).code).toBe('AMP_ANSWER_INVALID');
  });
});

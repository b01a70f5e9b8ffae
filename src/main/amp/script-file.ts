import { z } from 'zod';
import { SluiceError } from '../../shared/errors.ts';
import { MAX_AMOUNT, type Amount } from '../../shared/money.ts';
import { decimal, outPoint } from './shapes/primitives.ts';
import type { AmpDistributionFile, AmpOutPoint } from './types.ts';

/**
 * The newest edition of AMP's client script whose instructions this desk follows. A file that demands a later one may
 * mean something that the desk would get wrong with money.
 */
export const UNDERSTOOD_SCRIPT_VERSION = 2;

const header = z.object({
  command: z.string(),
  min_supported_client_script_version: z
    .union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)])
    .nullish()
    .transform((value) => value ?? 0),
  base_url: z.string(),
  asset_uuid: z.string(),
  asset_id: z.string().regex(/^[0-9a-f]{64}$/),
});

const distributionFile = header.extend({
  distribution_uuid: z.string().min(1),
  map_address_amount: z.record(z.string(), decimal),
  map_address_asset: z.record(z.string(), z.string()),
});
const reissueFile = header.extend({ amount: decimal, reissuance_utxos: z.array(outPoint) });
const burnFile = header.extend({ amount: decimal, utxos: z.array(outPoint) });

interface Expected {
  assetUuid: string;
  /** Host of the AMP that we speak to, with its port. */
  host: string;
}

function wrong(what: string, detail: string): SluiceError {
  return new SluiceError('AMP_ANSWER_INVALID', `AMP’s ${what} cannot be used: ${detail}`, {
    next: 'Nothing was paid. Cancel it at AMP and create it again; if it is wrong again, write to Blockstream’s AMP support.',
  });
}

function read<T extends z.ZodType>(shape: T, body: unknown, what: string): z.output<T> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw wrong(what, `${issue?.path.map(String).join('.') || 'its form'} is missing or unreadable.`);
}

function check(file: z.output<typeof header>, command: string, what: string, expected: Expected): void {
  if (file.min_supported_client_script_version > UNDERSTOOD_SCRIPT_VERSION) {
    throw wrong(
      what,
      `it demands version ${file.min_supported_client_script_version} of AMP’s script, and this desk follows version ${UNDERSTOOD_SCRIPT_VERSION}. Update the desk.`,
    );
  }
  if (file.command !== command)
    throw wrong(what, `its command is “${file.command}” instead of “${command}”.`);
  if (file.asset_uuid !== expected.assetUuid) throw wrong(what, 'it is for another asset.');
  let host: string;
  try {
    host = new URL(file.base_url.replace('{}', '')).host;
  } catch {
    throw wrong(what, 'its base_url is not an address.');
  }
  if (host !== expected.host)
    throw wrong(what, `it names another AMP (${host} instead of ${expected.host}).`);
}

function payableOrWrong(value: Amount, what: string, where: string): Amount {
  if (value < 1n || value > MAX_AMOUNT) throw wrong(what, `${where} has an amount of ${value} base units.`);
  return value;
}

/**
 * The answer of `distributions/create/`: null when AMP had nothing to distribute, which it says by leaving out the
 * distribution_uuid of an answer of 200. Amounts are Elements decimals there, base units here.
 */
export function readDistributionFile(body: unknown, expected: Expected): AmpDistributionFile | null {
  if (body === null || typeof body !== 'object') throw wrong('distribution', 'it is no object.');
  const uuid = 'distribution_uuid' in body ? body.distribution_uuid : null;
  if (uuid === null || uuid === '') return null;
  const what = typeof uuid === 'string' ? `distribution ${uuid.slice(0, 36)}` : 'distribution';
  const file = read(distributionFile, body, what);
  check(file, 'distribute', what, expected);
  const addresses = Object.keys(file.map_address_amount);
  if (addresses.length === 0) throw wrong(what, 'it pays nobody.');
  for (const address of Object.keys(file.map_address_asset)) {
    if (!Object.hasOwn(file.map_address_amount, address))
      throw wrong(what, 'an address has an asset but no amount.');
  }
  const payments = addresses.map((address) => {
    const assetId = Object.hasOwn(file.map_address_asset, address)
      ? file.map_address_asset[address]
      : undefined;
    // Elements would send the amount as L-BTC if the asset were left out.
    if (assetId === undefined) throw wrong(what, 'an address has an amount but no asset.');
    if (assetId !== file.asset_id) throw wrong(what, 'an address is to receive another asset.');
    const value = payableOrWrong(file.map_address_amount[address] as Amount, what, 'a payment');
    return { address, assetId, amount: value };
  });
  return {
    distributionUuid: file.distribution_uuid,
    assetUuid: file.asset_uuid,
    assetId: file.asset_id,
    baseUrl: file.base_url,
    minSupportedClientScriptVersion: file.min_supported_client_script_version,
    payments,
  };
}

/** What AMP wants reissued or burned, and from which coins. */
export interface AmpCoinOrder {
  assetUuid: string;
  assetId: string;
  amount: Amount;
  coins: AmpOutPoint[];
}

/** The answer of `reissue-request`: the coins hold the reissuance token. */
export function readReissueFile(body: unknown, expected: Expected): AmpCoinOrder {
  const file = read(reissueFile, body, 'reissuance');
  check(file, 'reissue', 'reissuance', expected);
  return order(file, file.reissuance_utxos, 'reissuance');
}

/** The answer of `burn-request`: the coins hold what is to be burned. */
export function readBurnFile(body: unknown, expected: Expected): AmpCoinOrder {
  const file = read(burnFile, body, 'burn');
  check(file, 'burn', 'burn', expected);
  return order(file, file.utxos, 'burn');
}

function order(
  file: z.output<typeof header> & { amount: Amount },
  coins: AmpOutPoint[],
  what: string,
): AmpCoinOrder {
  return {
    assetUuid: file.asset_uuid,
    assetId: file.asset_id,
    amount: payableOrWrong(file.amount, what, 'it'),
    coins: coins.map(({ txid, vout }) => ({ txid, vout })),
  };
}

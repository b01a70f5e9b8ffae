import { NodeRefusal } from '../amp/index.ts';
import type { Issuer } from './issuer.ts';
import type { Backend } from './backend.ts';

export const TREASURY_WALLET = 'treasury';

/** What the treasury gets for fees at first, in coins of this many base units. */
const FEE_COINS = 6;
const FEE_COIN = 50_000_000n;

/** Loads the treasury wallet, a descriptor wallet with its own keys, or makes it. */
export async function openTreasury({ client }: Backend): Promise<void> {
  if ((await client.call<string[]>('listwallets')).includes(TREASURY_WALLET)) return;
  try {
    await client.call('loadwallet', [TREASURY_WALLET]);
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    await client.call('createwallet', [TREASURY_WALLET, false, false, '', false, true, true]);
  }
}

/** A fresh confidential address of the treasury. */
export function treasuryAddress({ client }: Backend): Promise<string> {
  return client.call<string>('getnewaddress', [], TREASURY_WALLET);
}

export async function fundTreasury(backend: Backend): Promise<void> {
  const coins = Array.from({ length: FEE_COINS }, async () =>
    backend.faucet(await treasuryAddress(backend), FEE_COIN),
  );
  await Promise.all(coins);
}

interface DistributionFile {
  asset_uuid: string;
  asset_id: string;
  distribution_uuid: string;
  map_address_amount: Record<string, unknown>;
  map_address_asset: Record<string, string>;
}

/** Distributes what is ready of an asset as the issuer did in the past: with the node's own wallet, then the report. */
export async function distribute(backend: Backend, issuer: Issuer, assetUuid: string): Promise<string> {
  const { client } = backend;
  const file = await issuer.call<DistributionFile>('GET', `/assets/${assetUuid}/distributions/create/`);
  const txid = await client.call<string>(
    'sendmany',
    ['', file.map_address_amount, 0, '', [], false, 1, 'UNSET', file.map_address_asset],
    TREASURY_WALLET,
  );
  await backend.mine(2);
  const { details } = await client.call<{ details: unknown[] }>('gettransaction', [txid], TREASURY_WALLET);
  const unspent = await client.call<{ txid: string; asset: string }[]>('listunspent', [], TREASURY_WALLET);
  const change = unspent.filter((coin) => coin.txid === txid && coin.asset === file.asset_id);
  await issuer.call('POST', `/assets/${assetUuid}/distributions/${file.distribution_uuid}/confirm`, {
    tx_data: { details, txid },
    change_data: change,
  });
  return txid;
}

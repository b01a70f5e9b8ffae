import { fromElements, toElements } from '../../shared/money.ts';
import { assetRows, atomically, Decimal, enter, readMeta, writeMeta } from '../amp/index.ts';
import type { AmpServer } from '../amp/index.ts';
import type { Backend } from './backend.ts';
import { TREASURY_WALLET } from './treasury.ts';

interface Coin {
  asset: string;
  amount: Decimal | bigint;
}

interface Detail {
  category: string;
  vout: bigint;
  asset: string;
  amount: Decimal | bigint;
  assetblinder: string;
  amountblinder: string;
}

/** What the old wallet keeps, so that the sending itself can be paid. */
const KEPT_FOR_FEES = 100_000n;

/** Where the issuer's holdings are at present: kept with the world, so that a second change starts from there. */
const PRESENT = 'treasury-wallet';

/**
 * Sends all that the present treasury wallet holds to another wallet of the node and has AMP take note of it, as its
 * support would for an issuer who changes wallets. Returns the txid, or null when there was nothing to send or when the
 * keys of the present wallet are not in the node: only their holder can move those coins.
 */
export async function moveTreasury(backend: Backend, amp: AmpServer, wallet: string): Promise<string | null> {
  const { client } = backend;
  const from = readMeta(amp.context.db, PRESENT) ?? TREASURY_WALLET;
  if (from === wallet) return null;
  const { private_keys_enabled: hasKeys } = await client.call<{ private_keys_enabled: boolean }>(
    'getwalletinfo',
    [],
    from,
  );
  const txid = hasKeys ? await sendAll(backend, amp, from, wallet) : null;
  writeMeta(amp.context.db, PRESENT, wallet);
  return txid;
}

async function sendAll(
  backend: Backend,
  amp: AmpServer,
  from: string,
  wallet: string,
): Promise<string | null> {
  const { client } = backend;
  const coins = await client.call<Coin[]>('listunspent', [1], from);
  const totals = new Map<string, bigint>();
  for (const coin of coins) totals.set(coin.asset, (totals.get(coin.asset) ?? 0n) + baseUnits(coin.amount));
  const fees = totals.get(backend.policyAsset) ?? 0n;
  if (fees <= KEPT_FOR_FEES) return null;
  totals.set(backend.policyAsset, fees - KEPT_FOR_FEES);

  const amounts: Record<string, string> = {};
  const assets: Record<string, string> = {};
  for (const [asset, total] of totals) {
    const address = await client.call<string>('getnewaddress', [], wallet);
    amounts[address] = toElements(total);
    assets[address] = asset;
  }
  const txid = await client.call<string>(
    'sendmany',
    ['', amounts, 0, '', [], false, 1, 'UNSET', assets],
    from,
  );
  await backend.mine(2);
  await amp.context.follower.catchUp();

  const { details } = await client.call<{ details: Detail[] }>('gettransaction', [txid], from);
  const sent = details.filter((detail) => detail.category === 'send');
  const found = await amp.context.chain.transaction(txid);
  if (!found) throw new Error('The node does not find the transfer of the treasury.');
  atomically(amp.context.db, () => {
    for (const asset of assetRows(amp.context.db)) {
      const outputs = sent
        .filter((detail) => detail.asset === asset.asset_id || detail.asset === asset.token_id)
        .map((detail) => ({
          vout: Number(detail.vout),
          owner: null,
          opening: {
            assetId: detail.asset,
            amount: baseUnits(detail.amount),
            assetBlinder: detail.assetblinder,
            amountBlinder: detail.amountblinder,
          },
        }));
      if (outputs.length > 0) enter(amp.context.db, asset, found, 'transfer', outputs);
    }
  });
  return txid;
}

/** Without its sign: what is sent is printed as negative. */
function baseUnits(figure: Decimal | bigint): bigint {
  const value = fromElements(figure instanceof Decimal ? figure.text : figure);
  return value < 0n ? -value : value;
}

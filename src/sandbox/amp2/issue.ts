import { LEAST_COIN, NodeRefusal, all, atomically, buildIssuance, run } from '../amp/index.ts';
import type { ChainView, Db, IssuerPurse } from '../amp/index.ts';
import { fromHex, sha256 } from '../crypto/index.ts';
import type { ProofPool } from '../crypto/index.ts';

/** An asset to issue at a new world. Amounts in base units. */
export interface Amp2AssetPlan {
  name: string;
  ticker: string;
  domain: string;
  precision: number;
  amount: bigint;
  group: string;
}

/** A point of the curve; nobody signs registry updates here. */
const ISSUER_PUBKEY = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';

const ALREADY_IN_CHAIN = -27;

export interface IssueContext {
  db: Db;
  chain: ChainView;
  purse: IssuerPurse;
  pool: ProofPool;
  policyAsset: string;
  /** Pays L-BTC (base units) to an address; returns the txid. */
  faucet(address: string, sats: bigint): Promise<string>;
}

/** What the purse gets at a time. Base units. */
const REFILL = 1_000_000n;

/**
 * Issues an asset to an address as the issuer's own node would, from a purse of its own, so that nothing else of the
 * receiving wallet changes. On disk before it goes out; returns the asset id.
 */
export async function issueAsset(
  context: IssueContext,
  plan: Amp2AssetPlan,
  address: string,
): Promise<string> {
  const { db, purse, chain, pool, policyAsset } = context;
  const to = await chain.address(address);
  if (!to) throw new Error('The treasury’s address is none of this chain.');
  if (!purse.coin(LEAST_COIN)) {
    const funded = await chain.transaction(await context.faucet(purse.address, REFILL));
    if (funded) purse.receive(funded.tx, policyAsset);
  }
  const coin = purse.coin(LEAST_COIN);
  if (!coin) throw new Error('The faucet gave nothing for the issuance.');
  const built = await buildIssuance(
    {
      amount: plan.amount,
      tokens: 0n,
      confidential: to.blindingKey !== '',
      contractHash: contractHash(plan),
      destination: to,
      tokenDestination: null,
    },
    coin,
    purse,
    policyAsset,
    pool,
  );
  atomically(db, () => {
    run(
      db,
      `INSERT INTO assets (asset_id, name, ticker, precision, domain, issuer_pubkey, group_name, issued, txid, raw_tx)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      built.assetId,
      plan.name,
      plan.ticker,
      plan.precision,
      plan.domain,
      ISSUER_PUBKEY,
      plan.group,
      plan.amount,
      built.txid,
      built.hex,
    );
    purse.remove(coin);
    purse.add(built.change);
  });
  await broadcastIssuances(context);
  return built.assetId;
}

/** Sends what is recorded and may not have gone out, byte for byte. */
export async function broadcastIssuances({ db, chain }: Pick<IssueContext, 'db' | 'chain'>): Promise<void> {
  for (const row of all<{ asset_id: string; raw_tx: string }>(
    db,
    'SELECT asset_id, raw_tx FROM assets WHERE broadcast = 0 ORDER BY seq',
  )) {
    try {
      await chain.node.call('sendrawtransaction', [row.raw_tx]);
    } catch (error) {
      if (!(error instanceof NodeRefusal) || error.code !== ALREADY_IN_CHAIN) throw error;
    }
    run(db, 'UPDATE assets SET broadcast = 1 WHERE asset_id = ?', row.asset_id);
  }
}

/** The registry's contract, members in alphabetical order, whose hash the issuance commits to. */
function contractHash(plan: Amp2AssetPlan): Uint8Array {
  const contract = JSON.stringify({
    entity: { domain: plan.domain },
    issuer_pubkey: ISSUER_PUBKEY,
    name: plan.name,
    precision: plan.precision,
    ticker: plan.ticker,
    version: 0,
  });
  return sha256(fromHex(Buffer.from(contract).toString('hex')));
}

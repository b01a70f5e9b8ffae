import { ISSUER_ID, insertUser, joinCategory } from '../amp/index.ts';
import type { Context } from '../amp/index.ts';
import type { Backend } from './backend.ts';
import { FIRST_HOLDERS } from './gaids.ts';
import type { Issuer } from './issuer.ts';
import { person } from './people.ts';
import { distribute, fundTreasury, treasuryAddress } from './treasury.ts';

const HOLDERS = 40;

/** Of the first forty, who has no wallet yet, and who is in which category. The rest follows from the number. */
const WITHOUT_GAID: ReadonlySet<number> = new Set([11, 22, 30, 37]);
const NOT_VERIFIED: ReadonlySet<number> = new Set([22, 33, 39]);
const isEuropean = (number: number): boolean => number % 3 !== 2;
const isAmerican = (number: number): boolean => number % 3 === 2;

/** A point of the curve; nobody signs registry updates here. */
const PUBKEY = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';

interface AssetPlan {
  name: string;
  ticker: string;
  domain: string;
  precision: number;
  amount: number;
  confidential: boolean;
  restricted: boolean;
  tokens: number;
}

const EQUITY: AssetPlan = {
  name: 'Alder Grove Series A',
  ticker: 'AGRV',
  domain: 'aldergrove.example',
  precision: 0,
  amount: 1_000_000,
  confidential: false,
  restricted: true,
  tokens: 1,
};

const BOND: AssetPlan = {
  name: 'Alder Grove 4.25% Notes 2031',
  ticker: 'AG31',
  domain: 'aldergrove.example',
  precision: 2,
  amount: 2_500_000_000,
  confidential: true,
  restricted: true,
  tokens: 2,
};

const STABLECOIN: AssetPlan = {
  name: 'Grove Euro',
  ticker: 'GEUR',
  domain: 'groveeuro.example',
  precision: 8,
  amount: 500_000_000_000_000,
  confidential: false,
  restricted: false,
  tokens: 1,
};

/** Past payments: holder number and base units. */
const EQUITY_FOUNDERS: readonly (readonly [number, number])[] = [
  [0, 120_000],
  [1, 90_000],
  [3, 60_000],
  [4, 15_000],
  [6, 7_500],
  [7, 42_000],
  [9, 1_200],
];

const BOND_SUBSCRIBERS: readonly (readonly [number, number])[] = [
  [3, 25_000_000],
  [7, 40_000_050],
  [15, 12_500_000],
  [27, 7_750_025],
];

/** Who is to get equity once a wallet is registered: assigned, not ready. */
const WAITING = { holder: 11, amount: 2_500 } as const;

/**
 * Builds the issuer's world on an empty chain: categories, holders, three assets issued by AMP to the treasury and
 * authorized, what was distributed so far, and one assignment that waits. The same for every seed but for the keys.
 * `issueMore` issues what AMP knows nothing of.
 */
export async function seedWorld(
  backend: Backend,
  context: Context,
  issuer: Issuer,
  issueMore: () => Promise<void>,
): Promise<void> {
  await fundTreasury(backend);
  await context.refillPurse();
  await backend.mine(1);

  const category = async (name: string, description: string): Promise<bigint> =>
    (await issuer.call<{ id: bigint }>('POST', '/categories/add', { name, description })).id;
  const verified = await category(
    'KYC verified',
    'Identity and source of funds checked within the last two years.',
  );
  const european = await category('EU professional', 'Professional client under MiFID II.');
  const american = await category('US accredited', 'Accredited investor under Rule 501.');

  const ids = context.db.transaction(() => addHolders(context, { verified, european, american }))();

  const equity = await issueAsset(backend, issuer, EQUITY);
  const bond = await issueAsset(backend, issuer, BOND);
  const stablecoin = await issueAsset(backend, issuer, STABLECOIN);
  await issueMore();
  await backend.mine(3);
  for (const uuid of [equity, bond, stablecoin]) {
    await issuer.call('GET', `/assets/${uuid}/register-authorized`);
    await issuer.call('GET', `/assets/${uuid}/register`);
  }
  await issuer.call('PUT', `/categories/${verified}/assets/${equity}/add`);
  await issuer.call('PUT', `/categories/${verified}/assets/${bond}/add`);
  await issuer.call('PUT', `/categories/${european}/assets/${bond}/add`);

  const assign = (uuid: string, holder: number, amount: number, ready: boolean): Promise<unknown> =>
    issuer.call('POST', `/assets/${uuid}/assignments/create`, {
      assignments: [{ registered_user: ids[holder], amount: BigInt(amount), ready_for_distribution: ready }],
    });
  for (const [holder, amount] of EQUITY_FOUNDERS) await assign(equity, holder, amount, true);
  await distribute(backend, issuer, equity);
  for (const [holder, amount] of BOND_SUBSCRIBERS) await assign(bond, holder, amount, true);
  await distribute(backend, issuer, bond);
  await assign(equity, WAITING.holder, WAITING.amount, false);
}

function addHolders(
  context: Context,
  categories: { verified: bigint; european: bigint; american: bigint },
): bigint[] {
  const ids: bigint[] = [];
  for (let number = 0; number < HOLDERS; number++) {
    const gaid = WITHOUT_GAID.has(number) ? null : context.green.gaids.of(FIRST_HOLDERS + number);
    const id = insertUser(context.db, { ...person(number), gaid, creator: ISSUER_ID });
    ids.push(id);
    if (!NOT_VERIFIED.has(number)) joinCategory(context.db, categories.verified, id);
    if (isEuropean(number)) joinCategory(context.db, categories.european, id);
    if (isAmerican(number)) joinCategory(context.db, categories.american, id);
  }
  return ids;
}

async function issueAsset(backend: Backend, issuer: Issuer, plan: AssetPlan): Promise<string> {
  const { asset_uuid: uuid } = await issuer.call<{ asset_uuid: string }>('POST', '/assets/issue', {
    name: plan.name,
    ticker: plan.ticker,
    domain: plan.domain,
    precision: BigInt(plan.precision),
    amount: BigInt(plan.amount),
    pubkey: PUBKEY,
    is_confidential: plan.confidential,
    transfer_restricted: plan.restricted,
    destination_address: await treasuryAddress(backend),
    is_reissuable: true,
    reissuance_amount: BigInt(plan.tokens),
    reissuance_address: await treasuryAddress(backend),
  });
  return uuid;
}
